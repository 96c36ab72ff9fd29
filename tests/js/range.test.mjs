import assert from "node:assert/strict";
import { test } from "node:test";

import { Keyboard } from "../../skipviz/ui/components/editor/keyboard.js";
import { Range } from "../../skipviz/ui/components/editor/range.js";

globalThis.document = { addEventListener: () => {} };

function editor(selected, depth = 6) {
  const made = {
    network: { layers: Array.from({ length: depth }, () => ({})), skips: [] },
    canvas: { addEventListener() {} },
    has: (k) => k <= made.network.layers.length + 1,
    folding: { next: (k, by) => k + by },
    selected,
    aimed: null,
    focus() {},
    mark() {},
    say() {},
    aim(source, target) {
      this.aimed = [source, target];
    },
    stopAiming() {
      this.aimed = null;
    },
  };
  made.range = new Range(made);
  return made;
}

function press(keyboard, key, layer, more = {}) {
  const target = { closest: () => ({ dataset: { layer: `${layer}` } }) };
  return keyboard.handle({ key, target, ...more });
}

test("a range goes from the selected layer to the one that was clicked", () => {
  const { range } = editor("2");
  range.extend(5);
  assert.deepEqual(range.layers(), { first: 2, last: 5 });
});

test("where a skip or nothing is selected, a range begins with the layer that was clicked", () => {
  for (const selected of ["1-3", null]) {
    const made = editor(selected);
    made.range.extend(4);
    assert.deepEqual(made.range.layers(), { first: 4, last: 4 });
    assert.equal(made.selected, "4");
  }
});

test("by keys it begins with the layer that has the focus", () => {
  const made = editor("1-3");
  const keyboard = new Keyboard(made);
  assert.ok(press(keyboard, "ArrowRight", 4, { shiftKey: true }));
  assert.deepEqual(made.range.layers(), { first: 4, last: 5 });
  press(keyboard, "ArrowRight", 5, { shiftKey: true });
  assert.deepEqual(made.range.layers(), { first: 4, last: 6 });
});

test("a selected skip is no range of layers", () => {
  assert.equal(editor("1-3").range.layers(), null);
  assert.equal(editor(null).range.layers(), null);
});

test("a skip that was being placed is given up when its layer is removed meanwhile", () => {
  const made = editor("6");
  const keyboard = new Keyboard(made);
  press(keyboard, "Enter", 6);
  assert.deepEqual(made.aimed, [6, 6]);
  made.network.layers.length = 2;
  assert.ok(press(keyboard, "ArrowLeft", 2));
  assert.equal(made.aimed, null);
  assert.equal(keyboard.connecting, null);
});

test("a range has a name of its own, a single layer has not", () => {
  const { range } = editor("2");
  assert.equal(range.id, null);
  range.extend(5);
  assert.equal(range.id, "2..5");
  range.extend(2);
  assert.equal(range.id, null);
});
