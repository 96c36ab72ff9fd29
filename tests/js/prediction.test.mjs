import assert from "node:assert/strict";
import { test } from "node:test";

import { predict, unacknowledged } from "../../skipviz/ui/components/editor/prediction.js";

const layers = ["a", "b", "c", "d"];
const skips = [{ source: 1, target: 3, kind: "add", title: "add 1 → 3" }];
const ends = (network) => network.skips.map(({ source, target }) => [source, target]);

test("skips are added, changed and removed", () => {
  const added = predict({ layers, skips }, [{ do: "add_skip", source: 2, target: 4, kind: "add" }]);
  assert.deepEqual(ends(added), [[1, 3], [2, 4]]);
  const changed = predict(added, [{ do: "change_skip", source: 2, target: 4, kind: "projection" }]);
  assert.equal(changed.skips[1].kind, "projection");
  const removed = predict(changed, [{ do: "remove_skip", source: 1, target: 3 }]);
  assert.deepEqual(ends(removed), [[2, 4]]);
});

test("an inserted layer copies its neighbour and moves the skips behind it", () => {
  const grown = predict({ layers, skips }, [{ do: "insert_layer", at: 3 }]);
  assert.deepEqual(grown.layers, ["a", "b", "b", "c", "d"]);
  assert.deepEqual(ends(grown), [[1, 4]]);
});

test("a removed layer takes its own skips with it", () => {
  const gone = predict({ layers, skips }, [{ do: "remove_layer", layer: 3 }]);
  assert.deepEqual(gone.layers, ["a", "b", "d"]);
  assert.deepEqual(ends(gone), []);
  const kept = predict({ layers, skips }, [{ do: "remove_layer", layer: 2 }]);
  assert.deepEqual(ends(kept), [[1, 2]]);
});

test("moved layers keep their skips, in either direction", () => {
  const along = predict({ layers, skips }, [{ do: "move_layers", first: 1, last: 2, by: 1 }]);
  assert.deepEqual(along.layers, ["c", "a", "b", "d"]);
  assert.deepEqual(ends(along), [[2, 1]]);
  const back = predict(along, [{ do: "move_layers", first: 2, last: 3, by: -1 }]);
  assert.deepEqual(back, { layers, skips });
});

test("what only Python can know is left to its answer", () => {
  assert.deepEqual(predict({ layers, skips }, [{ do: "undo" }]), { layers, skips });
});

test("an edit made in a larger network that was replaced meanwhile changes nothing", () => {
  const late = [
    { do: "add_skip", source: 2, target: 6, kind: "add" },
    { do: "insert_layer", at: 6 },
    { do: "remove_layer", layer: 5 },
    { do: "move_layers", first: 4, last: 5, by: -1 },
  ];
  for (const edit of late) assert.deepEqual(predict({ layers, skips }, [edit]), { layers, skips });
});

test("edits wait until they are acknowledged to the same editor", () => {
  const edits = [{ seq: 1 }, { seq: 2 }, { seq: 3 }];
  assert.deepEqual(unacknowledged(edits, "me", { instance: "me", seq: 2 }), [{ seq: 3 }]);
  assert.deepEqual(unacknowledged(edits, "me", { instance: "other", seq: 2 }), edits);
  assert.deepEqual(unacknowledged(edits, "me", null), edits);
});
