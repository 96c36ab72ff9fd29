import assert from "node:assert/strict";
import { test } from "node:test";

import { narrowed } from "../../skipviz/ui/components/live/chart.js";

const margin = { l: 64, r: 124, t: 8, b: 44 };

function beside(width, ...texts) {
  const annotations = texts.map((text) => ({ text, x: 1.01, xref: "paper" }));
  return narrowed({ margin, annotations }, width).r;
}

test("in a narrow chart labels take a quarter of its width, and long ones what they need", () => {
  assert.equal(beside(1000, "before: with skips"), 124);
  assert.ok(beside(330, "<b>with skips</b>") < 90);
  assert.ok(beside(330, "<b>with skips</b>", "before: with skips") > 115);
  assert.ok(beside(330, "before：有跳跃连接") > 115);
});

test("what stands in the chart asks for no room beside it", () => {
  const annotations = [{ text: "a line that says a lot of things", x: 0.5, xref: "paper" }];
  assert.ok(narrowed({ margin, annotations }, 330).r < 90);
  assert.ok(narrowed({ margin }, 330).r < 90);
});
