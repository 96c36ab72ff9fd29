import assert from "node:assert/strict";
import { mock, test } from "node:test";

import { Report, selectionValue } from "../../skipviz/ui/components/editor/report.js";

test("a selection is a layer, a range of layers, a skip or nothing", () => {
  assert.deepEqual(selectionValue("3..12"), { layers: [3, 12] });
  assert.deepEqual(selectionValue("0"), { layer: 0 });
  assert.deepEqual(selectionValue("3-12"), { skip: [3, 12] });
  assert.equal(selectionValue(null), null);
});

test("what is selected is told once it has settled, and once only", () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const told = [];
  const report = new Report((name, value) => told.push([name, value]));
  report.note(null); // as at first
  report.note("1");
  report.note("2");
  mock.timers.tick(1000);
  report.note("2");
  mock.timers.tick(1000);
  report.note("3");
  report.note("2"); // and back in time
  mock.timers.tick(1000);
  assert.deepEqual(told, [["selected", { layer: 2 }]]);
  report.again("2"); // clicked anew
  mock.timers.tick(1000);
  assert.deepEqual(told.splice(1), [["selected", { layer: 2 }]]);
  report.note("3");
  report.now("2-3"); // in one message with the edit that made it
  report.now("2-3");
  mock.timers.tick(1000);
  assert.deepEqual(told.splice(1), [["selected", { skip: [2, 3] }]]);
  mock.timers.reset();
});
