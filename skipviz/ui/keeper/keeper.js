// Remembers in this tab which session it shows, and asks for it again after a reload.

const STORE = "skipviz";
const AGAIN = 1000; // milliseconds; a message sent while a component is mounted may be lost
const asking = new WeakMap();

function remembered() {
  try {
    return JSON.parse(window.sessionStorage.getItem(STORE));
  } catch {
    return null;
  }
}

function remember({ id, kept }) {
  try {
    window.sessionStorage.setItem(STORE, JSON.stringify({ id, kept }));
  } catch {
    // a browser that stores nothing: the work then ends with the page
  }
}

function quiet(parent) {
  window.clearInterval(asking.get(parent));
  asking.delete(parent);
}

export default function mount({ parentElement, data, setTriggerValue }) {
  const known = remembered();
  if (!known || known.id === data.id || data.settled) {
    quiet(parentElement);
    remember(data);
  } else if (!asking.has(parentElement)) {
    const ask = () => setTriggerValue("found", known);
    window.setTimeout(ask, 0);
    asking.set(parentElement, window.setInterval(ask, AGAIN));
  }
  return () => quiet(parentElement);
}
