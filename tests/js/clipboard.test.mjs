import assert from "node:assert/strict";
import { test } from "node:test";

import { layersIn, textOf } from "../../skipviz/ui/components/editor/clipboard.js";

const network = {
  layers: [8, 16, 32, 64].map((width) => ({ title: "dense", fields: { kind: "dense", width } })),
  skips: [
    { source: 2, target: 4, kind: "gated", fields: { kind: "gated", gate_bias: -1 } },
    { source: 0, target: 3, kind: "add", fields: { kind: "add" } },
    { source: 2, target: 3, kind: "add" },
  ],
};

test("layers and the skips among them are counted from 1", () => {
  const found = layersIn(textOf(network, { first: 2, last: 4 }));
  assert.deepEqual(found.layers.map(({ width }) => width), [16, 32, 64]);
  assert.deepEqual(found.skips, [
    { kind: "gated", gate_bias: -1, source: 1, target: 3 },
    { kind: "add", source: 1, target: 2 },
  ]);
});

test("a layer that Python has not seen yet cannot be written down", () => {
  assert.equal(textOf({ layers: [{ title: "new" }], skips: [] }, { first: 1, last: 1 }), null);
});

test("other texts hold no layers", () => {
  for (const text of ["", "hello", "null", "3", '{"layers": []}', "[".repeat(2e6)]) {
    assert.equal(layersIn(text), null);
  }
});
