import assert from "node:assert/strict";
import { test } from "node:test";

import { neighbour, opensFolded, repeated } from "../../skipviz/ui/components/editor/folding.js";

test("all but the first repetition of a block is hidden", () => {
  assert.deepEqual([...repeated([[2, 2, 3]], 10, [])], [4, 5, 6, 7]);
  assert.deepEqual([...repeated([], 10, [])], []);
});

test("what Python has not seen yet ends with the network", () => {
  assert.deepEqual([...repeated([[2, 2, 3]], 5, [])], [4, 5]);
});

test("a block with a error stays open, be it a layer or the end of a skip", () => {
  const blocks = [
    [1, 1, 6],
    [10, 1, 6],
  ];
  assert.ok(!repeated(blocks, 20, [[3]]).has(4));
  assert.ok(repeated(blocks, 20, [[3]]).has(12));
  assert.ok(!repeated(blocks, 20, [[0, 12]]).has(12));
});

test("only long networks that get much shorter open folded", () => {
  assert.ok(opensFolded(100, repeated([[1, 2, 49]], 100, []), 1200));
  assert.ok(!opensFolded(40, repeated([[1, 2, 19]], 40, []), 1200));
  assert.ok(opensFolded(40, repeated([[1, 2, 19]], 40, []), 360), "a phone has no room for 40");
  assert.ok(!opensFolded(8, repeated([[1, 2, 4]], 8, []), 360));
  assert.ok(!opensFolded(100, repeated([[1, 2, 4]], 100, []), 1200));
});

test("the next layer is the next one that is drawn", () => {
  const hidden = new Set([4, 5, 6, 7]);
  assert.equal(neighbour(3, 1, hidden, 11), 8);
  assert.equal(neighbour(8, -1, hidden, 11), 3);
  assert.equal(neighbour(11, 1, hidden, 11), 11);
  assert.equal(neighbour(0, -1, hidden, 11), 0);
});
