// Asks the server to draw a part of the page anew, at a steady pace.
//
// Streamlit collects what is set and sends it a moment later, all under the fragment of the first.
// So it keeps clear of what the visitor does; where a click still came between an asking and its
// sending, the rest of the page is drawn too, for the click may have been meant for it. But only
// once the answer is here: a click that led to another page is not followed by a run of this one.
// Nor is Back: an asking names the page it is sent from, and would lead there again. One that was on
// its way as the visitor went back is sent after what Streamlit says of that, so it has to say it
// again.

const SOON = 100; // milliseconds until the first asking
const PATIENT = 5000; // milliseconds; a message sent while a component is mounted may be lost
const QUIET = 300; // milliseconds after an input, for fields that send with a delay
const LONGEST = 1500; // milliseconds that an asking waits for quiet, and for the end of a drag
const INPUTS = ["click", "change", "input", "keydown", "keyup", "pointerup", "popstate"];
const refreshes = new WeakMap();
const input = { count: 0, at: -Infinity, pressed: false };
let returns = 0;
window.addEventListener("popstate", () => (returns += 1), { capture: true });

for (const kind of INPUTS) {
  window.addEventListener(
    kind,
    () => {
      input.count += 1;
      input.at = performance.now();
    },
    { capture: true, passive: true },
  );
}

// A menu or another window can take away the end of a press; the next move tells.
for (const kind of ["pointerdown", "pointermove", "pointerup", "pointercancel", "blur"]) {
  window.addEventListener(kind, (event) => (input.pressed = event.buttons > 0), {
    capture: true,
    passive: true,
  });
}

class Refresh {
  constructor(every) {
    this.asked = performance.now() + SOON - every;
    this.home = window.location.pathname;
    this.left = false;
    this.moved = () => (this.left = window.location.pathname !== this.home);
    window.addEventListener("popstate", this.moved, { capture: true });
  }

  // An answer has come. One more may be on its way: drawing takes a while, and the pace holds.
  beat(every, ask) {
    this.every = every;
    this.ask = ask;
    this.unanswered = 0;
    this.due = this.asked + every;
    this.wait(this.due);
    if (this.between) window.dispatchEvent(new Event("skipviz:between"));
    this.between = false;
  }

  wait(until) {
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.fire(), Math.max(0, until - performance.now()));
  }

  fire() {
    const now = performance.now();
    if (this.left) {
      this.wait(now + QUIET);
      return;
    }
    const quiet = Math.min(input.pressed ? now + QUIET : input.at + QUIET, this.due + LONGEST);
    if (now < quiet) {
      this.wait(quiet);
      return;
    }
    const [before, returned] = [input.count, returns];
    this.asked = now - this.due < this.every ? this.due : now; // a late timer does not slow the pace
    this.unanswered += 1;
    this.due = this.asked + (this.unanswered < 2 ? this.every : PATIENT);
    this.wait(this.due);
    this.ask();
    window.setTimeout(() => {
      if (returns !== returned) window.dispatchEvent(new PopStateEvent("popstate"));
      else this.between ||= input.count !== before;
    }, 0);
  }

  end() {
    window.clearTimeout(this.timer);
    window.removeEventListener("popstate", this.moved, { capture: true });
  }
}

export default function mount({ parentElement, data, setTriggerValue }) {
  const every = data.every * 1000;
  if (!refreshes.has(parentElement)) refreshes.set(parentElement, new Refresh(every));
  const refresh = refreshes.get(parentElement);
  refresh.beat(every, () => setTriggerValue("beat", data.beat));
  // The page may mount the same element anew before it cleans up after the last time, and may
  // clean up after an element that stays: only what has left the page is ended.
  return () => window.setTimeout(() => parentElement.isConnected || refresh.end(), 0);
}
