// Remembers in this tab which session it shows, and asks for it again after a reload.

const STORE = "skipviz";
const AGAIN = 1000; // milliseconds; a message sent while a component is mounted may be lost
const PATIENT = 5000; // milliseconds; the first run of a new server is slow, and asking restarts it
const asking = new WeakMap();
const watching = new WeakMap();
const returning = new WeakMap();
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

// The server cannot tell an address gone back to from one that is late: so the page says it. In the
// capturing phase, before Streamlit's own listener asks for a run.
class Returning {
  constructor(tell) {
    this.heard = () => tell(new URL(window.location.href).searchParams.get("n") ?? "");
    window.addEventListener("popstate", this.heard, { capture: true });
  }

  end() {
    window.removeEventListener("popstate", this.heard, { capture: true });
  }
}

export default function mount({ parentElement, data, setTriggerValue }) {
  const known = remembered();
  if (!known || known.id === data.id || data.settled) {
    quiet(parentElement);
    remember(data);
  } else if (!asking.has(parentElement)) {
    const ask = () => setTriggerValue("found", { ...known, left });
    window.setTimeout(ask, 0);
    asking.set(parentElement, window.setInterval(ask, AGAIN));
  }
  if (!watching.has(parentElement)) {
    const hear = (stamp) => setTriggerValue("connected", stamp);
    watching.set(parentElement, new Connection(hear, data.theme));
    returning.set(parentElement, new Returning((token) => setTriggerValue("returned", { token })));
  }
  watching.get(parentElement).heard(data.connected);
  return () => {
    quiet(parentElement);
    for (const each of [watching, returning]) {
      each.get(parentElement).end();
      each.delete(parentElement);
    }
  };
}
