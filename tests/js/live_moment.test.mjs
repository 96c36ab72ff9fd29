// One step as it is sent: read, and laid over a figure of an earlier one.
import assert from "node:assert/strict";
import { test } from "node:test";

import { broughtUpTo, decoded, frameOf } from "../../skipviz/ui/components/live/moment.js";
import { message } from "./moments.mjs";

test("arrays are read from behind the header, whatever its length", () => {
  for (let length = 0; length < 6; length += 1) {
    const name = "é".repeat(length);
    const traces = [{ name, x: 0, y: 1, zeros: [] }, { name, x: 0, y: 2, zeros: [1] }];
    const charts = { layers: { traces, labels: [0.5, null] } };
    const arrays = [[1, 2, 3], [0.5, NaN, 1e-30], []];
    const found = decoded(message({ job: "a", step: 7, paint: { scale: null }, charts }, arrays));
    assert.deepEqual([found.job, found.step, found.paint], ["a", 7, { scale: null }]);
    const chart = found.charts.get("layers");
    assert.deepEqual(chart.labels, [0.5, null]);
    assert.deepEqual(chart.traces[0].x, chart.traces[1].x);
    assert.deepEqual([...chart.traces[0].y], [0.5, NaN, Math.fround(1e-30)]);
    assert.deepEqual([chart.traces[1].y.length, chart.traces[1].zeros], [0, [1]]);
  }
});

const FIGURE = {
  data: [{ name: "skip", mode: "lines", x: [1], y: [1], line: { width: 2 }, meta: { zeros: [] } }],
  layout: { meta: { step: 3 }, annotations: [{ y: 0.5, text: "skip" }], font: { color: "#000" } },
};
const MOVED = { step: 5, labels: [0.75], traces: [{ name: "skip", x: [1], y: [2], zeros: [0] }] };

test("a figure takes the values of a later step and keeps its looks", () => {
  const { data, layout } = broughtUpTo(MOVED, FIGURE);
  assert.deepEqual(data[0], { ...FIGURE.data[0], y: [2], meta: { zeros: [0] } });
  assert.deepEqual([layout.meta.step, layout.annotations[0].y], [5, 0.75]);
  assert.deepEqual(FIGURE.data[0].y, [1]);
});

test("what was one point is a line as soon as there are two", () => {
  const [point] = FIGURE.data;
  const figure = { ...FIGURE, data: [{ ...point, mode: "markers" }] };
  const moved = { ...MOVED, traces: [{ ...MOVED.traces[0], x: [1, 2], y: [1, 2], mode: "lines" }] };
  assert.equal(broughtUpTo(moved, figure).data[0].mode, "lines");
  assert.equal(broughtUpTo(MOVED, figure).data[0].mode, "markers");
  assert.notEqual(frameOf(broughtUpTo(moved, figure)), frameOf(figure));
});

test("it stays what it is under an earlier step, one of other traces, or none", () => {
  for (const moved of [null, { ...MOVED, step: 3 }, { ...MOVED, traces: [] }]) {
    assert.equal(broughtUpTo(moved, FIGURE), FIGURE);
  }
});

test("what only Plotly can change is told from what moves", () => {
  const axis = { range: [-3, 0], domain: [0, 1], type: "log" };
  const figure = { ...FIGURE, layout: { ...FIGURE.layout, yaxis: axis } };
  const moved = broughtUpTo(MOVED, figure);
  assert.equal(frameOf(moved), frameOf(figure));
  const others = [
    { ...figure, data: [...figure.data, { name: "skip zeros" }] },
    { ...figure, layout: { ...figure.layout, yaxis: { ...axis, range: [-4, 0] } } },
    { ...figure, layout: { ...figure.layout, font: { color: "#fff" } } },
    { ...figure, layout: { ...figure.layout, annotations: [{ y: 0.5, text: "failed" }] } },
  ];
  for (const other of others) assert.notEqual(frameOf(other), frameOf(figure));
});
