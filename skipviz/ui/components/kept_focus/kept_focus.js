// The focus follows a button that is replaced: Train becomes Pause, Pause becomes Resume.
//
// Each of them is a button of its own on the server too, so that a second click which was meant for
// the first of them does nothing. For the browser the one with the focus leaves the page.

const ROW = ".st-key-run_buttons";
const FIRST = 'button[kind="primary"]:not(:disabled)';
const watched = new WeakSet();
let inRow = false; // whether the visitor was there last, with the focus or the pointer

function usable(element) {
  return element.isConnected && !element.disabled;
}

// The focus also leaves a button that is about to be taken away, so its going says nothing.
for (const kind of ["focusin", "pointerdown"]) {
  document.addEventListener(kind, ({ target }) => (inRow = target.closest?.(ROW) != null), true);
}

function follow() {
  const { activeElement, body } = document;
  if (!inRow || (activeElement !== body && usable(activeElement))) return;
  document.querySelector(`${ROW} ${FIRST}`)?.focus({ preventScroll: true });
}

// The row may be drawn after this component, and anew with every page.
function watch(component) {
  const row = document.querySelector(ROW);
  if (!row && component.isConnected) window.requestAnimationFrame(() => watch(component));
  if (row && !watched.has(row)) {
    watched.add(row);
    const changes = { childList: true, subtree: true, attributeFilter: ["disabled"] };
    new MutationObserver(follow).observe(row, changes);
  }
}

export default function mount({ parentElement }) {
  watch(parentElement);
}
