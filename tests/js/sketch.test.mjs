// A chart drawn in our own hand: where its curves stand, and what is left to the library.
import assert from "node:assert/strict";
import { test } from "node:test";

import { sketchOf } from "../../skipviz/ui/components/live/sketch.js";

const MARGIN = { l: 64, r: 124, t: 8, b: 44 };
const LINE = { color: "#000", width: 2 };

function figure(y, layout = {}, trace = {}) {
  const title = { text: "a < b" };
  const xaxis = { title, range: [1, 3] };
  const yaxis = { title, type: "log", range: [-2, 0], ...layout };
  const x = y.map((_, k) => k + 1);
  return {
    data: [{ type: "scatter", x, y, line: LINE, ...trace }],
    layout: { margin: MARGIN, xaxis, yaxis, annotations: [] },
  };
}

function pathsOf(html) {
  return [...html.matchAll(/<path(?! class="grid") .*?d="([^"]*)"/g)].map((found) => found[1]);
}

test("a curve stands where its axes say, above a strip of exact zeros too", () => {
  const decades = [1, 0.1, 0.01];
  assert.deepEqual(pathsOf(sketchOf(figure(decades))), ["M0,0L500,500L1000,1000"]);
  const raised = figure(decades, { domain: [0.2, 1] });
  assert.deepEqual(pathsOf(sketchOf(raised)), ["M0,0L500,400L1000,800"]);
});

test("what has no place on a log axis is a gap", () => {
  assert.deepEqual(pathsOf(sketchOf(figure([1, 0.1, 0]))), ["M0,0L500,500"]);
  assert.deepEqual(pathsOf(sketchOf(figure([1, null, 0.01]))), [""]);
});

test("an axis without a range holds all that is drawn, from zero on where it says so", () => {
  const given = { type: "linear", range: undefined, rangemode: "tozero" };
  const [path] = pathsOf(sketchOf(figure([2, 4, 0], given)));
  const heights = path.split(/[ML]/).slice(1).map((point) => Number(point.split(",")[1]));
  assert.equal(heights[2], 1000);
  assert.ok(heights[1] > 0 && heights[1] < heights[0]);
  assert.ok(Math.abs(heights[0] - (1000 + heights[1]) / 2) < 1e-9);
});

test("points are drawn as points, bands between two curves", () => {
  const points = sketchOf(figure([1, 0.1], {}, { mode: "markers" }));
  assert.deepEqual(pathsOf(points), ["M0,0h0M500,500h0"]);
  const band = figure([0.1, 0.1]);
  const edge = { fill: "tonexty", fillcolor: "red", line: { width: 0 } };
  band.data.push({ ...band.data[0], y: [1, 1], ...edge });
  assert.deepEqual(pathsOf(sketchOf(band)), ["M0,500L500,500", "M0,0L500,0L500,500L0,500Z"]);
});

test("every axis has its own numbers, and a line may refer to one of them", () => {
  const two = figure([1, 0.1], { domain: [0.5, 1] });
  two.layout.yaxis2 = { range: [0, 1], domain: [0, 0.5], title: { text: "accuracy" } };
  two.data.push({ ...two.data[0], y: [0, 1], yaxis: "y2" });
  two.layout.shapes = [
    { type: "line", xref: "paper", x0: 0, x1: 1, yref: "y2", y0: 0.5, y1: 0.5, line: LINE },
  ];
  const html = sketchOf(two);
  assert.deepEqual(pathsOf(html), ["M0,750L1000,750", "M0,0L500,250", "M0,1000L500,500"]);
  assert.doesNotMatch(html, /class="along"[^>]*>1\.5/); // layers have no halves
  assert.match(html, /class="up" style="top:50.00%">1</); // where the lower axis ends
  assert.match(html, /class="up" style="top:100.00%">0</);
  assert.match(html, /class="up-title" style="top:75.00%">accuracy/);
});

test("names stand at their curves, in the colours of both themes where the theme is not known", () => {
  const [light, dark] = ["#0072B2", "#56B4E9"].map((color) => {
    const made = figure([1], {}, { line: { color, width: 2 } });
    const note = { text: "<b>with skips</b>", xref: "paper", yref: "paper", x: 1.01, y: 0.75 };
    made.layout.annotations = [{ ...note, xanchor: "left", yanchor: "middle", font: { color } }];
    return made;
  });
  const html = sketchOf(light, dark);
  assert.match(html, /left:101.00%;top:25.00%;transform:translate\(0,-50%\)/);
  assert.equal(html.split("light-dark(#0072B2,#56B4E9)").length, 3);
  assert.doesNotMatch(sketchOf(light), /light-dark/);
  assert.match(html, />with skips</);
});

test("words cannot be more than words", () => {
  assert.match(sketchOf(figure([1])), /a &lt; b/);
  const hostile = figure([1], {}, { line: { color: '"><img src=x>', width: 2 } });
  hostile.layout.annotations = [{ text: "<img src=x onerror=alert(1)>", x: 1, y: 0 }];
  assert.doesNotMatch(sketchOf(hostile), /<img/);
});

test("what only the library can draw is left to it", () => {
  const map = figure([1]);
  map.data[0].type = "heatmap";
  assert.equal(sketchOf(map), null);
  assert.equal(sketchOf(figure(["a", "b"])), null);
  const grid = figure([1]);
  grid.layout.xaxis2 = {};
  assert.equal(sketchOf(grid), null);
});
