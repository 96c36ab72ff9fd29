import assert from "node:assert/strict";
import { test } from "node:test";

import {
  ATTENDED,
  arrival,
  lanesOf,
  plugPlaces,
  readText,
  readings,
  rewired,
  roomOf,
  sources,
  wirePath,
  wireText,
  wiresOf,
} from "../../skipviz/ui/components/editor/lanes.js";
import { textOf } from "../../skipviz/ui/components/editor/clipboard.js";
import { predict } from "../../skipviz/ui/components/editor/prediction.js";

const entry = (state, activation = "identity") => ({ state, activation });
const reads = (combine, ...states) => ({ entries: states.map((s) => entry(s)), combine });
const layers = [{}, {}, { reads: reads("concat", 1) }, { reads: reads("multiply", 2, 3) }];

test("a layer that says nothing reads the one before it, the readout as well", () => {
  const found = readings(layers, {});
  assert.deepEqual(found.map(({ entries }) => entries.map(({ state }) => state)), [[0], [1], [1], [2, 3], [4]]);
  assert.deepEqual(found.map(({ said }) => Boolean(said)), [false, false, true, true, false]);
});

test("states that are read elsewhere have lanes that do not run into each other", () => {
  const lanes = lanesOf(readings(layers, {}));
  assert.deepEqual([...lanes.keys()].sort(), [1, 2, 3]);
  assert.notEqual(lanes.get(1), lanes.get(2));
  assert.notEqual(lanes.get(2), lanes.get(3));
  assert.equal(lanes.get(1), lanes.get(3)); // the first has ended where the last begins
  assert.ok(roomOf(lanes) > 0);
});

test("a chain takes no room below its boxes", () => {
  assert.equal(roomOf(lanesOf(readings([{}, {}, {}], {}))), 0);
});

test("however many states are read, the lanes stay few", () => {
  const many = Array.from({ length: 30 }, (_, k) => ({ reads: reads("concat", 0, Math.max(0, k - 9)) }));
  assert.ok(Math.max(...lanesOf(readings(many, {})).values()) < 6);
});

test("entries arrive one beside the other on the left half of a box", () => {
  const places = [0, 1, 2].map((index) => arrival(100, 30, index, 3));
  assert.deepEqual([...places].sort((a, b) => a - b), places);
  assert.ok(places.every((x) => x > 85 && x < 100));
  assert.ok(wirePath(0, 100, 50, 30, 1).startsWith("M9 50V"));
});

test("plugs stand apart from each other and from the sign however small the box is", () => {
  for (const box of [34, 6.8]) {
    const [first, second, third] = plugPlaces(100, box, 3);
    assert.ok(second - first >= 12 && third - second >= 12);
    assert.ok(first - 4.5 > 100 - box / 2 - 2); // where the sign of their combination ends
  }
});

test("one entry of a reading changes and the others stay", () => {
  const [, , , product] = readings(layers, {});
  const edit = rewired(product, 1, 0);
  assert.equal(edit.do, "rewire");
  assert.equal(edit.layer, 4);
  assert.deepEqual(edit.reads, { entries: [entry(2), entry(0)], combine: "multiply" });
  const done = predict({ layers, skips: [] }, [edit]);
  assert.deepEqual(done.layers[3].reads, edit.reads);
  assert.equal(layers[3].reads.entries[1].state, 3);
});

test("the readout is rewired as a layer is", () => {
  const edit = rewired(readings(layers, {})[4], 0, 2);
  const done = predict({ layers, skips: [], readout: { shape: "10" } }, [edit]);
  assert.equal(done.readout.reads.entries[0].state, 2);
  assert.equal(done.readout.shape, "10");
});

test("what is read keeps its layers when others come, go and move", () => {
  const states = ({ layers: all }) => all.map((l) => l.reads?.entries.map(({ state }) => state));
  const grown = predict({ layers, skips: [] }, [{ do: "insert_layer", at: 2 }]);
  assert.deepEqual(states(grown), [undefined, undefined, undefined, [2], [3, 4]]);
  const gone = predict({ layers, skips: [] }, [{ do: "remove_layer", layer: 2 }]);
  assert.deepEqual(states(gone), [undefined, [1], [1, 2]]);
  const moved = predict({ layers, skips: [] }, [{ do: "move_layers", first: 2, last: 2, by: 1 }]);
  assert.deepEqual(states(moved), [undefined, [1], undefined, [3, 2]]);
});

test("copied layers count what they read from the first of them", () => {
  const fields = (part) => ({ kind: "dense", ...part });
  const all = layers.map((part) => ({ fields: fields(part) }));
  const text = JSON.parse(textOf({ layers: all, skips: [] }, { first: 3, last: 4 }));
  const states = text.layers.map((l) => l.reads.entries.map(({ state }) => state));
  assert.deepEqual(states, [[0], [0, 1]]);
});

test("what is read is said in words", () => {
  const said = readText({ entries: [entry(0), entry(3, "sigmoid"), entry(2, "complement")], combine: "multiply" });
  assert.equal(said, "the input × sigmoid of layer 3 × 1 − layer 2");
});

test("what attention attends to is a line of its own, dragged by an edit of its own", () => {
  const found = readings([{}, {}, { memory: 1 }, { independent: true }], {});
  const [, , attending, latents] = found;
  assert.deepEqual(sources(attending).map(({ state }) => state), [2, 1]);
  assert.deepEqual(wiresOf(attending).map(({ state }) => state), [1]);
  assert.equal(wireText(3, wiresOf(attending)[0]), "Layer 3 attends to layer 1");
  assert.deepEqual(rewired(attending, 1, 0), { do: "change_layer", layer: 3, memory: 0 });
  assert.equal(rewired(attending, 0, 1).do, "rewire");
  assert.deepEqual([...lanesOf(found).keys()], [1]);
  assert.deepEqual(sources(latents), []);
});

test("values are the last line of a layer", () => {
  const [, , attending] = readings([{}, {}, { memory: 1, values: 0 }], {});
  assert.deepEqual(wiresOf(attending).map(({ state }) => state), [1, 0]);
  assert.equal(wireText(3, wiresOf(attending)[1]), "Layer 3 takes its values from the input");
  assert.deepEqual(rewired(attending, 2, 2), { do: "change_layer", layer: 3, values: 2 });
  const [, valued] = readings([{}, { memory: null, values: 0 }], {});
  assert.deepEqual(rewired(valued, 1, 1), { do: "change_layer", layer: 2, values: 1 });
});

for (const field of ATTENDED) {
  test(`${field} of a layer are renumbered as what is read is, and gone from a copy`, () => {
    const drawn = { layers: [{}, {}, { [field]: 1 }], skips: [] };
    const after = (edit) => predict(drawn, [edit]).layers.map((layer) => layer[field] ?? null);
    assert.deepEqual(after({ do: "insert_layer", at: 1 }), [null, null, null, 2]);
    assert.deepEqual(after({ do: "insert_layer", at: 4 }), [null, null, 1, null]);
    assert.deepEqual(after({ do: "remove_layer", layer: 1 }), [null, 0]);
    assert.deepEqual(after({ do: "change_layer", layer: 3, [field]: 2 }), [null, null, 2]);
    assert.deepEqual(after({ do: "change_layer", layer: 3, [field]: null }), [null, null, null]);
  });
}

test("copied layers name each other; an owner that is not copied is left behind", () => {
  const fields = [{ kind: "dense" }, { kind: "dense", tied_to: 1 }, { kind: "attention", memory: 1, values: 2, tied_to: 2 }];
  const network = { layers: fields.map((each) => ({ fields: each })), skips: [] };
  const { layers: copied } = JSON.parse(textOf(network, { first: 2, last: 3 }));
  assert.deepEqual(copied, [{ kind: "dense" }, { kind: "attention", memory: 0, values: 1, tied_to: 1 }]);
});
