import assert from "node:assert/strict";
import { test } from "node:test";

import { inOrder } from "../../skipviz/ui/components/live/chart.js";

function grid(...children) {
  const moved = [];
  const insertBefore = (element, there) => {
    moved.push(element);
    if (children.includes(element)) children.splice(children.indexOf(element), 1);
    children.splice(there === null ? children.length : children.indexOf(there), 0, element);
  };
  return { children, insertBefore, moved };
}

test("a chart that comes later stands in its place, and the others stay where they are", () => {
  const root = grid("gradient", "loss", "heat map");
  inOrder(root, ["gradient", "boundary", "loss", "heat map"]);
  assert.deepEqual(root.children, ["gradient", "boundary", "loss", "heat map"]);
  assert.deepEqual(root.moved, ["boundary"]);
});

test("charts come into the order that is asked for", () => {
  const root = grid("loss", "gradient");
  inOrder(root, ["gradient", "loss", "heat map"]);
  assert.deepEqual(root.children, ["gradient", "loss", "heat map"]);
});
