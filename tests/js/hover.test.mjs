import assert from "node:assert/strict";
import { test } from "node:test";

import { cardLines } from "../../skipviz/ui/components/editor/hover.js";

const network = {
  layers: [{ card: ["Layer 1: dense"] }, { card: ["Layer 2: dense"] }, {}],
  skips: [{ source: 0, target: 2, card: ["Skip 0 → 2: add"] }],
};
const arm = { label: "with skips", values: ["0.2", "0.1"], shares: { "0-2": -0.25 } };

test("a card ends with what was measured", () => {
  assert.deepEqual(cardLines(network, "2", [arm]), ["Layer 2: dense", "|∂L/∂W| 0.1, with skips"]);
  const carried = "carries −25 % of the gradient at the input, with skips";
  assert.deepEqual(cardLines(network, "0-2", [arm]), ["Skip 0 → 2: add", carried]);
});

test("a skip that learns something says what and by which gradient", () => {
  const scale = "branch scale 0.012, |∂L/∂scale| 0.3";
  const learning = { ...arm, learned: { "0-2": [scale] } };
  const lines = cardLines(network, "0-2", [learning]);
  assert.deepEqual(lines.slice(1), [
    "carries −25 % of the gradient at the input, with skips",
    `${scale}, with skips`,
  ]);
  assert.deepEqual(cardLines(network, "0-2", [{ ...learning, shares: null }]).slice(1), [
    `${scale}, with skips`,
  ]);
  assert.equal(cardLines(network, "2", [learning]).length, 2);
});

test("before a run a card says what is drawn", () => {
  assert.deepEqual(cardLines(network, "1", [undefined]), ["Layer 1: dense"]);
  assert.deepEqual(cardLines(network, "0-2", [{ ...arm, shares: null }]), ["Skip 0 → 2: add"]);
});

test("input, readout and layers just drawn have none", () => {
  for (const id of ["0", "3", "4", "1-2"]) assert.equal(cardLines(network, id, [arm]), null);
});
