import assert from "node:assert/strict";
import { test } from "node:test";

import { Keyboard, takesText } from "../../skipviz/ui/components/editor/keyboard.js";

// A page with the drawing; `press` is a key on something else than the drawing.
function page() {
  let listener;
  globalThis.document = {
    addEventListener: (_, heard) => (listener = heard),
    removeEventListener: () => (listener = () => {}),
  };
  const edits = [];
  const canvas = { addEventListener: () => {}, isConnected: true };
  const keyboard = new Keyboard({ canvas, edit: (edit) => edits.push(edit.do) });
  const press = (key, more = {}, on = { tagName: "MAIN" }) => {
    const event = { key, ctrlKey: true, composedPath: () => [on], ...more };
    event.preventDefault = () => (event.defaultPrevented = true);
    listener(event);
    return Boolean(event.defaultPrevented);
  };
  return { edits, press, canvas, keyboard };
}

test("undo and redo are heard wherever the focus is", () => {
  const { edits, press } = page();
  assert.ok(press("z"));
  assert.ok(press("Z", { shiftKey: true }));
  assert.ok(press("y", { ctrlKey: false, metaKey: true }));
  assert.deepEqual(edits, ["undo", "redo", "redo"]);
});

test("other keys, keys taken before, texts and drawings that are gone are let be", () => {
  const { edits, press, canvas, keyboard } = page();
  assert.ok(!press("d"));
  assert.ok(!press("z", { ctrlKey: false }));
  assert.ok(!press("z", { altKey: true }));
  assert.ok(!press("z", {}, { tagName: "INPUT", type: "number" }));
  press("z", { defaultPrevented: true });
  canvas.isConnected = false;
  assert.ok(!press("z"));
  canvas.isConnected = true;
  keyboard.stop();
  assert.ok(!press("z"));
  assert.deepEqual(edits, []);
});

test("the picture in the page's HTML hears no keys once the drawing has taken over", () => {
  const early = page();
  const late = new Keyboard({ canvas: early.canvas });
  const heard = [];
  early.keyboard.stop = () => heard.push("stopped");
  late.takeOver(early.keyboard);
  assert.deepEqual(heard, ["stopped"]);
});

test("a field is a text where keys write", () => {
  assert.ok(takesText({ tagName: "TEXTAREA" }));
  assert.ok(takesText({ tagName: "DIV", isContentEditable: true }));
  assert.ok(takesText({ tagName: "INPUT", type: "text" }));
  for (const type of ["checkbox", "radio", "range"]) assert.ok(!takesText({ tagName: "INPUT", type }));
  assert.ok(!takesText({ tagName: "BUTTON", type: "submit" }));
});
