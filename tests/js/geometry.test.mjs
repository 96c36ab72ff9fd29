import assert from "node:assert/strict";
import { test } from "node:test";

import {
  arcEnds,
  arcHeight,
  arcPath,
  ROOM,
  chain,
  deepestArc,
  deepestLoop,
  labelStep,
  nearest,
  pressed,
} from "../../skipviz/ui/components/editor/geometry.js";

test("a chain fills the width when it can and never stands closer than a finger can aim", () => {
  for (const layers of [1, 3, 40, 100, 1000]) {
    const place = chain(layers, 1120);
    assert.equal(place.x.length, layers + 2);
    assert.ok(place.spacing >= 10);
    assert.ok(place.box < place.spacing);
    assert.ok(place.x[0] >= 0);
    assert.ok(place.x.at(-1) <= place.width);
  }
  assert.equal(chain(40, 1120).width, 1120);
  assert.ok(chain(1000, 1120).width > 1120);
});

test("hidden layers share a strip, and nothing can be put there", () => {
  const hidden = new Set(Array.from({ length: 96 }, (_, k) => k + 3));
  const place = chain(100, 1120, hidden);
  assert.equal(place.width, 1120);
  assert.equal(place.spacing, 96);
  assert.ok(place.x.every((x, k) => k === 0 || x > place.x[k - 1]));
  assert.ok(place.x[98] - place.x[3] < 2 * place.spacing);
  assert.ok(place.boxes[50] < place.boxes[1]);
  const far = place.stops.map((stop, k) => nearest(place.x[k], place.stops));
  assert.ok(far.every((k) => !hidden.has(k)));
  assert.equal(far[99], 99);
});

test("a longer arc is never lower than one it contains", () => {
  for (let span = 1; span < 99; span += 1) {
    assert.ok(arcHeight((span + 1) * 20) >= arcHeight(span * 20));
  }
});

test("arcs are pressed into the room there is, so that what is below them never moves", () => {
  const place = chain(40, 1240);
  const short = { source: 1, target: 3 };
  const long = { source: 0, target: 41 };
  assert.equal(pressed([short], place.x), 1);
  assert.equal(pressed([], place.x), 1);
  const press = pressed([short, long], place.x);
  assert.ok(Math.abs(arcHeight(place.x[41] - place.x[0]) * press - ROOM) < 1e-9);
});

test("a chain of skips does not touch at the layers they share", () => {
  const place = chain(6, 600);
  const skips = [
    { source: 1, target: 3 },
    { source: 3, target: 5 },
  ];
  const [first, second] = arcEnds(skips, place);
  assert.ok(first.to < place.x[3]);
  assert.ok(second.from > place.x[3]);
});

test("arcs that share an end fan out and do not cross there", () => {
  const place = chain(6, 600);
  const skips = [2, 3, 5].map((target) => ({ source: 1, target }));
  const ends = arcEnds(skips, place);
  const starts = ends.map(({ from }) => from);
  assert.equal(new Set(starts).size, 3);
  assert.ok(starts[0] > starts[1] && starts[1] > starts[2], "the longest starts furthest left");
});

test("an arc reaches the height it is drawn for", () => {
  const numbers = arcPath(0, 100, 200, 60).match(/-?[\d.]+/g).map(Number);
  const [, y, , control] = numbers;
  assert.equal(y - (y - control) * 0.75, 200 - 60);
});

test("the nearest layer is found between and beyond the layers", () => {
  const positions = [10, 20, 30];
  assert.deepEqual(
    [-5, 14, 16, 99].map((x) => nearest(x, positions)),
    [0, 0, 1, 2],
  );
});

test("labels thin out before they overlap", () => {
  assert.equal(labelStep(40), 1);
  assert.ok(labelStep(10) * 10 >= 26);
});

test("a skip to an earlier layer runs below the chain and back", () => {
  const place = chain(6, 600);
  const skips = [{ source: 4, target: 2 }];
  const [{ from, to }] = arcEnds(skips, place);
  assert.ok(from < place.x[4] && to > place.x[2]);
  assert.ok(deepestArc(skips, place.x) > 0);
  assert.equal(deepestArc([{ source: 2, target: 4 }], place.x), 0);
});

test("numbers stand below a skip from a layer to itself, and where they were without one", () => {
  const loop = { source: 2, target: 2 };
  const others = [{ source: 4, target: 1 }, { source: 1, target: 3 }];
  assert.ok(deepestLoop([...others, loop]) > deepestArc([loop], chain(4, 1120).x));
  assert.equal(deepestLoop(others), 0);
});
