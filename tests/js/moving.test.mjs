import assert from "node:assert/strict";
import { test } from "node:test";

import { insertion, landing } from "../../skipviz/ui/components/editor/moving.js";

const positions = [0, 10, 20, 30, 40, 50]; // input, four layers, readout

test("layers land on the nearest place and never on input or readout", () => {
  assert.equal(landing(21, 1, positions), 2);
  assert.equal(landing(-80, 1, positions), 1);
  assert.equal(landing(500, 1, positions), 4);
  assert.equal(landing(500, 3, positions), 2);
  assert.equal(landing(11, 4, positions), 1);
});

test("the mark stands between the neighbours that the layers will have", () => {
  assert.equal(insertion({ first: 1, last: 1 }, 3, positions), 35);
  assert.equal(insertion({ first: 3, last: 3 }, 1, positions), 5);
  assert.equal(insertion({ first: 1, last: 2 }, 3, positions), 45);
  assert.equal(insertion({ first: 3, last: 4 }, 2, positions), 15);
});
