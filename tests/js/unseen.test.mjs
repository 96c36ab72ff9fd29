import assert from "node:assert/strict";
import { mock, test } from "node:test";

import { Unseen } from "../../skipviz/ui/components/editor/unseen.js";

const numbers = ({ edits }) => edits.map(({ seq }) => seq);

test("edits are sent again, all of them, until Python has them", () => {
  mock.timers.enable({ apis: ["setInterval"] });
  const sent = [];
  const unseen = new Unseen((value) => sent.push(numbers(value)));
  unseen.add({ do: "a" });
  unseen.deliver();
  unseen.add({ do: "b" });
  unseen.deliver();
  mock.timers.tick(1500);
  assert.deepEqual(sent, [[1], [1, 2], [1, 2]]);
  assert.equal(unseen.drop({ instance: unseen.instance, seq: 1 }), 1);
  mock.timers.tick(1500);
  assert.deepEqual(sent.at(-1), [2]);
  assert.equal(unseen.drop({ instance: "another", seq: 2 }), 0);
  assert.deepEqual(numbers(unseen), [2]);
  unseen.drop({ instance: unseen.instance, seq: 2 });
  mock.timers.tick(5000);
  assert.equal(sent.length, 4);
  mock.timers.reset();
});

test("what takes over goes on counting, so that Python tells old edits from new ones", () => {
  const [early, late] = [new Unseen(() => {}), new Unseen(() => {})];
  early.add({ do: "a" });
  late.takeOver(early);
  late.add({ do: "b" });
  assert.equal(late.instance, early.instance);
  assert.deepEqual(numbers(late), [1, 2]);
});
