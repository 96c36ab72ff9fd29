import assert from "node:assert/strict";
import { test } from "node:test";

import {
  bytesOf,
  pixelsOf,
  placesOf,
  shownLetter,
  sideOf,
  wavePath,
} from "../../skipviz/ui/components/data_rail/decoding.js";

test("base64 gives back the bytes", () => {
  assert.deepEqual([...bytesOf(Buffer.from([0, 7, 255]).toString("base64"))], [0, 7, 255]);
});

test("one channel is ink on paper, three are colours", () => {
  assert.deepEqual([...pixelsOf([0, 255], 1)], [0, 0, 0, 0, 0, 0, 0, 255]);
  assert.deepEqual([...pixelsOf([9, 8, 7], 3)], [9, 8, 7, 255]);
});

test("larger numbers are further right and higher up", () => {
  const [low, high] = placesOf([0, 0, 1, 255, 255, 3], 100);
  assert.deepEqual(low, { x: 4, y: 96, kind: 1 });
  assert.deepEqual(high, { x: 96, y: 4, kind: 3 });
  assert.equal(placesOf([255, 0, 0], 230)[0].x, 226);
});

test("a wave goes from edge to edge, its largest value at the top", () => {
  assert.equal(wavePath([0, 255, 0], 100, 50), "M0.0 50.0L50.0 0.0L100.0 50.0");
  assert.equal(wavePath([255], 100, 50), "M0.0 0.0");
});

test("a quantity is coloured by its side of the mean", () => {
  assert.deepEqual(sideOf(0), { side: "low", strength: 1 });
  assert.deepEqual(sideOf(255), { side: "high", strength: 1 });
  assert.ok(sideOf(128).strength < 0.01);
});

test("letters that have no look of their own are shown", () => {
  assert.deepEqual(["\n", " ", "a"].map(shownLetter), ["↵", "·", "a"]);
});
