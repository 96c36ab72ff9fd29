// One editor goes on where another one of the same network stops, in the middle of whatever is done
// in it: the page's own takes over from the picture in its HTML.

import { counterpart } from "./elements.js";

// A drag ends in the editor in which it began.
export function isHeld({ gestures, plugs, moving }) {
  return Boolean(gestures.start || plugs.drag || moving.drag);
}

// Nobody has taken the edits of the early one yet.
export function takeOver(late, early) {
  const { selected, arm, aimed } = early;
  Object.assign(late, { selected, arm, aimed });
  for (const part of ["unseen", "range", "folding", "tools", "keyboard"]) {
    late[part].takeOver(early[part]);
  }
  late.redraw();
  late.scroll.scrollLeft = early.scroll.scrollLeft;
  if (late.unseen.edits.length) late.deliver();
  takeFocus(late, early);
}

// It is on a layer or a skip, or on a button, a plug or the grip beside them.
function takeFocus(late, early) {
  const { activeElement } = early.root.getRootNode();
  if (!activeElement) return;
  const { layer, skip } = activeElement.dataset;
  const control = layer || skip ? null : counterpart(activeElement, early.root, late.root);
  if (control) control.focus({ preventScroll: true });
  else late.focus(layer ?? skip ?? late.selected ?? "0");
}
