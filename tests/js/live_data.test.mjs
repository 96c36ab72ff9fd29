import assert from "node:assert/strict";
import { test } from "node:test";

import { ZERO, csvOf, rounded, tableOf } from "../../skipviz/ui/components/live/data.js";

test("series share one column of x, sorted, with gaps where a series has none", () => {
  const table = tableOf([
    { type: "scatter", name: "skip", x: [2, 1], y: new Float32Array([0.5, 0.25]) },
    { type: "scatter", name: "plain", x: [2, 3], y: [NaN, 4] },
  ]);
  assert.deepEqual(table.head, ["x", "skip", "plain"]);
  assert.deepEqual(table.rows, [[1, 0.25, ""], [2, 0.5, ""], [3, "", 4]]);
});

test("columns are called what the chart calls its axes", () => {
  const layout = { xaxis: { title: { text: "layer <i>k</i>" } }, yaxis: { title: { text: "step" } } };
  const line = { type: "scatter", name: "skip", x: [1], y: [2] };
  assert.deepEqual(tableOf([line], {}, layout).head, ["layer k", "skip"]);
  const bar = { type: "bar", orientation: "h", name: "loss", x: [1], y: ["a"] };
  assert.deepEqual(tableOf([bar], {}, layout).head, ["step", "loss"]);
  const map = { type: "heatmap", name: "g", x: [0], y: [1], z: [[1]] };
  assert.deepEqual(tableOf([map], {}, layout).head, ["", "step \\ layer k", 0]);
  assert.deepEqual(tableOf([map]).head, ["", "y \\ x", 0]);
});

test("columns are called what the page calls their curves, maps their part likewise", () => {
  const meta = { label: "without", zeros: [0] };
  const line = { type: "scatter", name: "plain", x: [1], y: [NaN], meta };
  assert.deepEqual(tableOf([line]), { head: ["x", "without"], rows: [[1, ZERO]] });
  const map = { type: "heatmap", name: "plain", x: [0], y: [1], z: [[2]], meta };
  assert.deepEqual(tableOf([map]).rows, [["without", 1, 2]]);
});

test("lying bars are read from their names", () => {
  const table = tableOf([{ type: "bar", orientation: "h", name: "loss", x: [1, 2], y: ["a", "b"] }]);
  assert.deepEqual(table.rows, [["a", 1], ["b", 2]]);
});

test("a quantised heat map gives back its values, unknown ones as nothing", () => {
  const z = [new Uint8Array([0, 1, 254, 255])];
  const map = { type: "heatmap", name: "skip", x: [0, 1, 2, 3], y: [1], z };
  const { rows } = tableOf([map], { levels: [1e-6, 1] });
  assert.deepEqual(rows, [["skip", 1, ZERO, 1e-6, 1, ""]]);
});

test("a heat map of logarithms gives back its values, below its scale exact zeros", () => {
  const meta = { log10: true, zeros_below: -4.1 };
  const map = { type: "heatmap", name: "g", x: [0, 1, 2], y: [1], z: [[-4.2, -4, NaN]], meta };
  assert.deepEqual(tableOf([map]).rows, [["g", 1, ZERO, 1e-4, ""]]);
  assert.deepEqual(tableOf([{ ...map, meta: undefined }]).rows, [["g", 1, -4.2, -4, ""]]);
});

test("exact zeros of a log scale stand in the column of their curve, tiny numbers as they are", () => {
  const table = tableOf([
    { type: "scatter", name: "skip", x: [1, 2, 3], y: [NaN, 1e-40, NaN], meta: { zeros: [0] } },
    { type: "scatter", name: "skip zeros", x: [1], y: [0], meta: { drawn: true } },
  ]);
  assert.deepEqual(table.head, ["x", "skip"]);
  assert.deepEqual(table.rows, [[1, ZERO], [2, 1e-40], [3, ""]]);
  assert.equal(rounded(1e-40), "1e-40");
  assert.equal(csvOf(table), "x,skip\r\n1,0\r\n2,1e-40\r\n3,\r\n");
});

test("a cell is never a formula and never breaks its row", () => {
  const csv = csvOf({ head: ["x", "=1+1"], rows: [[-2, 'a,"b"'], [3, "@cmd"]] });
  assert.equal(csv, "x,'=1+1\r\n-2,\"a,\"\"b\"\"\"\r\n3,'@cmd\r\n");
});

test("numbers on the page have three digits", () => {
  assert.equal(rounded(0.000123456), "0.000123");
  assert.equal(rounded("without"), "without");
});
