import assert from "node:assert/strict";
import { test } from "node:test";

import { inkOn, percent, skipText, zeroSpoken } from "../../skipviz/ui/components/editor/words.js";

test("what a skip carries is said in percent, with a typographic minus", () => {
  assert.deepEqual([0.312, -0.04, -0.001, 1.2].map(percent), ["31 %", "−4 %", "−0.1 %", "120 %"]);
  const skip = { title: "add 3 → 7", id: "3-7" };
  assert.equal(skipText(skip, 0.31), "add 3 → 7 · carries 31 % of the gradient at layer 3");
  assert.equal(skipText({ title: "add 3 → 7" }), "add 3 → 7");
});

test("only what is 0 or all of it is said to be so", () => {
  const shares = [0, 0.004, 1e-9, -1e-9, 0.9996, 0.994, 1];
  const said = ["0 %", "0.4 %", "< 0.1 %", "> −0.1 %", "> 99.9 %", "99.4 %", "100 %"];
  assert.deepEqual(shares.map(percent), said);
});

test("letters are dark on light colours and light on dark ones", () => {
  assert.equal(inkOn("#fee838"), "#1b1f2e");
  assert.equal(inkOn("#00224e"), "#ffffff");
});

test("a layer whose gradient is exactly 0 says so, and only while it is", () => {
  assert.equal(zeroSpoken("Layer 2, dense", true), "Layer 2, dense, gradient of its weights exactly 0");
  assert.equal(zeroSpoken("Layer 2, dense", false), "Layer 2, dense");
});
