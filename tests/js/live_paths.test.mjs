// Lines written over those that Plotly has drawn: their paths, their gaps, and when to let Plotly draw.
import assert from "node:assert/strict";
import { test } from "node:test";

import {
  betweenOf,
  lineOf,
  moveLabels,
  outlineOf,
  piecesOf,
  writeTraces,
} from "../../skipviz/ui/components/live/paths.js";

const LOG = { x: (x) => x * 10, y: (y) => (y > 0 ? -100 * Math.log10(y) : undefined) };

test("a curve ends where it has no value, none on a log axis, or none that is finite", () => {
  const y = [1, NaN, 0.1, 0.01, 0, 0.1, Infinity, 0.1];
  const pieces = piecesOf([0, 1, 2, 3, 4, 5, 6, 7], y, LOG);
  assert.deepEqual(pieces, [
    [[0, -0]],
    [
      [20, 100],
      [30, 200],
    ],
    [[50, 100]],
    [[70, 100]],
  ]);
  assert.equal(lineOf(pieces), "M20,100L30,200"); // a single point is no line
});

test("nothing at all is an empty path", () => {
  for (const y of [[], [NaN], [0, 0]]) {
    assert.equal(lineOf(piecesOf(y.map((_, k) => k), y, LOG)), "");
  }
});

test("a band lies between two curves, piece by piece", () => {
  const low = [[[0, 5], [1, 6]], [[3, 7]]];
  const high = [[[0, 1], [1, 2]], [[3, 3]]];
  assert.equal(
    betweenOf(low, high),
    "M0,1L1,2L1,6L0,5ZM3,3L3,7Z",
  );
  assert.equal(outlineOf([[[0, 0], [1, 0], [1, 1]]]), "M0,0L1,0L1,1Z");
});

function element() {
  const attributes = {};
  return { attributes, setAttribute: (name, value) => (attributes[name] = value) };
}

// What Plotly has drawn of some traces: so many lines, marks and fills each.
function plotted(...traces) {
  const groups = new Map();
  const axis = (scale) => ({ c2p: (value) => value * scale });
  const _fullData = traces.map(({ lines = 1, marks = 0, fills = 0, ...trace }, k) => {
    const parts = {
      ".js-line": Array.from({ length: lines }, element),
      ".points > .point": Array.from({ length: marks }, element),
      ".js-fill": Array.from({ length: fills }, element),
    };
    groups.set(`.scatterlayer .trace${k}`, {
      parts,
      querySelectorAll: (selector) => parts[selector],
      querySelector: (selector) => parts[selector][0] ?? null,
    });
    const shared = { visible: true, xaxis: "x", yaxis: "y", mode: "lines", fill: "none" };
    return { ...shared, uid: k, ...trace };
  });
  return {
    _fullData,
    _fullLayout: { xaxis: axis(10), yaxis: axis(100), yaxis2: axis(1) },
    querySelector: (selector) => groups.get(selector) ?? null,
    written: (k, selector = ".js-line", name = "d") =>
      groups.get(`.scatterlayer .trace${k}`).parts[selector].map((each) => each.attributes[name]),
  };
}

const CURVE = { name: "skip", x: [0, 1], y: [1, 2] };

test("every curve is written on its own axes, into the first of its lines", () => {
  const plot = plotted({ name: "skip", lines: 2 }, { name: "skip", yaxis: "y2" });
  assert.equal(writeTraces(plot, [CURVE, CURVE]), true);
  assert.deepEqual(plot.written(0), ["M0,100L10,200", ""]);
  assert.deepEqual(plot.written(1), ["M0,1L10,2"]);
});

test("the marks of a curve go with its points", () => {
  const plot = plotted({ name: "skip", mode: "lines+markers", marks: 2 });
  assert.equal(writeTraces(plot, [CURVE]), true);
  assert.deepEqual(plot.written(0, ".points > .point", "transform"), [
    "translate(0,100)",
    "translate(10,200)",
  ]);
});

test("the band of the seeds is written where Plotly keeps it: with its lower edge", () => {
  const plot = plotted(
    { name: "low", fills: 1 },
    { name: "high", fill: "tonexty" },
    { name: "skip" },
  );
  const [low, high] = [
    { ...CURVE, name: "low" },
    { ...CURVE, name: "high", y: [3, 4] },
  ];
  assert.equal(writeTraces(plot, [low, high, CURVE]), true);
  assert.deepEqual(plot.written(0, ".js-fill"), ["M0,300L10,400L10,200L0,100Z"]);
});

test("Plotly has to draw where the traces, their points or their lines are not those drawn", () => {
  const gap = { ...CURVE, y: [1, NaN] };
  const cases = [
    [plotted({ name: "plain" }), [CURVE]],
    [plotted({ name: "skip" }, { name: "skip zeros" }), [CURVE]],
    [plotted({ name: "skip" }), [CURVE, { ...CURVE, name: "skip zeros" }]],
    [plotted({ name: "skip", lines: 0 }), [CURVE]],
    [plotted({ name: "skip", mode: "lines+markers", marks: 2 }), [gap]],
    [plotted({ name: "skip", mode: "markers", marks: 0 }), [CURVE]],
    [plotted({ name: "skip", fill: "toself" }), [CURVE]],
  ];
  for (const [plot, traces] of cases) assert.equal(writeTraces(plot, traces), false);
});

test("what is common is written all the same, and what is hidden is left alone", () => {
  const plot = plotted({ name: "skip" }, { name: "skip zeros" });
  writeTraces(plot, [CURVE]);
  assert.deepEqual(plot.written(0), ["M0,100L10,200"]);
  const hidden = plotted({ name: "skip", visible: "legendonly", lines: 0 });
  assert.equal(writeTraces(hidden, [CURVE]), true);
});

test("the names beside the curves go with their ends, in both directions", () => {
  const labels = [0, 1].map((index) => ({ ...element(), dataset: { index: `${index}` } }));
  const plot = { _fullLayout: { _size: { h: 200 } }, querySelectorAll: () => labels };
  moveLabels(plot, [{ y: 0.5 }, { y: 0.25 }], [0.75, null]);
  assert.deepEqual(labels[0].attributes, { transform: "translate(0,-50)" });
  assert.deepEqual(labels[1].attributes, {}); // bound to a value of an axis: Plotly's own
});
