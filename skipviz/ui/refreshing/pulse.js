// Asks the server to draw a part of the page anew, at a steady pace.
//
// Streamlit collects what is set and sends it a moment later, all under the fragment of the first.
// So a pulse keeps clear of what the visitor does; where a click still came between a pulse and its
// sending, the rest of the page is drawn too, for the click may have been meant for it.

const PATIENT = 5000; // milliseconds; a message sent while a component is mounted may be lost
const QUIET = 300; // milliseconds after an input, for fields that send with a delay
const LONGEST = 1500; // milliseconds that a pulse waits for quiet
const INPUTS = ["click", "change", "input", "keydown", "keyup", "pointerup"];
const pulses = new WeakMap();
const input = { count: 0, at: -Infinity };

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

class Pulse {
  constructor() {
    this.asked = performance.now();
  }

  beat(every, ask) {
    window.clearTimeout(this.timer);
    this.ask = ask;
    this.due = this.asked + every;
    this.wait(this.due);
  }

  wait(until) {
    this.timer = window.setTimeout(() => this.fire(), Math.max(0, until - performance.now()));
  }

  fire() {
    const now = performance.now();
    const quiet = Math.min(input.at + QUIET, this.due + LONGEST);
    if (now < quiet) {
      this.wait(quiet);
      return;
    }
    const before = input.count;
    this.asked = now;
    this.due = now + PATIENT;
    this.wait(this.due);
    this.ask();
    window.setTimeout(() => {
      if (input.count !== before) window.dispatchEvent(new Event("skipviz:between"));
    }, 0);
  }

  end() {
    window.clearTimeout(this.timer);
  }
}

export default function mount({ parentElement, data, setTriggerValue }) {
  if (!pulses.has(parentElement)) pulses.set(parentElement, new Pulse());
  const pulse = pulses.get(parentElement);
  pulse.beat(data.every * 1000, () => setTriggerValue("beat", data.beat));
  // The page may mount the same element anew before it cleans up after the last time, and may
  // clean up after an element that stays: only what has left the page is ended.
  return () => window.setTimeout(() => parentElement.isConnected || pulse.end(), 0);
}
