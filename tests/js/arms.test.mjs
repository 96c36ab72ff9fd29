import assert from "node:assert/strict";
import { test } from "node:test";

import { keptUntil } from "../../skipviz/ui/components/editor/arms.js";

const [before, now] = [{ arms: ["before"] }, { arms: ["now"] }];

test("the colours of before stay only until those of the drawing come", () => {
  assert.equal(keptUntil({ gradients: null, awaited: true }, before), before);
  assert.equal(keptUntil({ gradients: now, awaited: true }, before), now);
});

test("a drawing that is not measured has no colours", () => {
  assert.equal(keptUntil({ gradients: null, awaited: false }, before), null);
});
