// Remembers in this tab which session it shows, and asks for it again after a reload.

const STORE = "skipviz";
const AGAIN = 1000; // milliseconds; a message sent while a component is mounted may be lost
const PATIENT = 5000; // milliseconds; the first run of a new server is slow, and asking restarts it
const asking = new WeakMap();
const watching = new WeakMap();
const CONNECTION = "data-test-connection-state"; // the only place where Streamlit says it

// A duplicated tab begins with a copy of this memory, of a tab that was not left.
const left = remembered()?.left === true;
note({ left: false });
window.addEventListener("pagehide", () => note({ left: true }));
window.addEventListener("pageshow", () => note({ left: false }));

function remembered() {
  try {
    return JSON.parse(window.sessionStorage.getItem(STORE));
  } catch {
    return null;
  }
}

function note(news) {
  const known = remembered();
  if (known) remember({ ...known, ...news });
}

function remember({ id, kept, left = false }) {
  try {
    window.sessionStorage.setItem(STORE, JSON.stringify({ id, kept, left }));
  } catch {
    // a browser that stores nothing: the work then ends with the page
  }
}

function quiet(parent) {
  window.clearInterval(asking.get(parent));
  asking.delete(parent);
}

function state(app) {
  return { connection: app.getAttribute(CONNECTION), theme: getComputedStyle(app).colorScheme };
}

// Streamlit reruns nothing when a lost connection is back. A server that was restarted meanwhile
// knows no fragment of this page, and every click in one would be lost: so the page asks for a run,
// until the server has heard it. So it does where a click may have been sent as part of a refresh,
// and where the theme has changed: what the server draws has the colours of the one it was told.
class Connection {
  constructor(ask, drawn) {
    this.between = () => this.begin(ask);
    window.addEventListener("skipviz:between", this.between);
    const app = document.querySelector(`[${CONNECTION}]`);
    let before = { connection: "CONNECTED", theme: drawn };
    const look = () => {
      const now = state(app);
      const back = now.connection === "CONNECTED" && before.connection !== now.connection;
      if (back || before.theme !== now.theme) this.begin(ask);
      before = now;
    };
    this.observer = new MutationObserver(look);
    if (!app) return;
    this.observer.observe(app, { attributeFilter: [CONNECTION, "class"] });
    look();
  }

  begin(ask) {
    this.heard(this.stamp);
    this.stamp = Date.now();
    window.setTimeout(() => ask(this.stamp), 0);
    this.asking = window.setInterval(() => ask(this.stamp), PATIENT);
  }

  heard(stamp) {
    if (stamp === this.stamp) window.clearInterval(this.asking);
  }

  end() {
    window.removeEventListener("skipviz:between", this.between);
    this.observer.disconnect();
    this.heard(this.stamp);
  }
}

// Streamlit makes every address that the server writes a place to go back to, also what a page that
// was just come to says of itself: Back would lead there, and the page write it again. A place of
// its own is another page, or what the visitor has made of one. What the next page says may also be
// written before the path is that of the next page: then the path takes the place of that.
const ACTS = ["click", "change", "input", "keydown", "pointerup", "drop"];
const visitor = { acted: false, written: false, back: -Infinity };
for (const kind of ACTS) {
  const note = () => Object.assign(visitor, { acted: true, written: false });
  window.addEventListener(kind, note, { capture: true, passive: true });
}
const push = window.history.pushState.bind(window.history);
window.history.pushState = (state, title, url) => {
  const stays = new URL(url ?? "", window.location.href).pathname === window.location.pathname;
  const place = stays ? visitor.acted : !visitor.written;
  if (place) push(state, title, url);
  else window.history.replaceState(state, title, url);
  if (!stays) visitor.acted = false;
  visitor.written = stays && place;
};

// A message names the page that it was sent from, which after Back is the one just left until the
// server has answered: it would lead there again. So nothing is said unasked until then.
window.addEventListener(
  "popstate",
  () => {
    Object.assign(visitor, { acted: false, written: false, back: performance.now() });
  },
  { capture: true },
);

function between() {
  return performance.now() - visitor.back < PATIENT;
}

export default function mount({ parentElement, data, setTriggerValue }) {
  const known = remembered();
  if (!known || known.id === data.id || data.settled) {
    quiet(parentElement);
    remember(data);
  } else if (!asking.has(parentElement)) {
    const ask = () => between() || setTriggerValue("found", { ...known, left });
    window.setTimeout(ask, 0);
    asking.set(parentElement, window.setInterval(ask, AGAIN));
  }
  if (!watching.has(parentElement)) {
    const hear = (stamp) => between() || setTriggerValue("connected", stamp);
    watching.set(parentElement, new Connection(hear, data.theme));
  }
  watching.get(parentElement).heard(data.connected);
  return () => {
    quiet(parentElement);
    watching.get(parentElement).end();
    watching.delete(parentElement);
  };
}
