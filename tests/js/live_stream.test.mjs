// The websocket of the steps: a token first, the newest step only, and back after a lost connection.
import assert from "node:assert/strict";
import { test } from "node:test";

import { message } from "./moments.mjs";

let now = 0;
let frame = null;
const sockets = [];
globalThis.document = { baseURI: "https://example.org/behind/a/proxy/" };
globalThis.performance = { now: () => now };
globalThis.window = {
  requestAnimationFrame: (draw) => ((frame = draw), 1),
  cancelAnimationFrame: () => (frame = null),
  setTimeout: (act, wait) => setTimeout(act, wait),
  clearTimeout: (timer) => clearTimeout(timer),
};
globalThis.WebSocket = class {
  constructor(address) {
    this.address = `${address}`;
    this.sent = [];
    sockets.push(this);
  }

  send(text) {
    this.sent.push(text);
  }

  close() {
    this.closed = true;
  }
};
const { Stream } = await import("../../skipviz/ui/components/live/stream.js");

const TARGET = { address: "live", token: "t", job: "a", step: 2 };

function streaming(target = TARGET) {
  sockets.length = 0;
  frame = null;
  const drawn = [];
  const stream = new Stream(() => drawn.push(stream.moment.step));
  stream.follow(target);
  return { stream, drawn };
}

function come(step, job = "a") {
  sockets.at(-1).onmessage({ data: message({ job, step, paint: { step } }) });
}

function nextFrame() {
  const draw = frame;
  frame = null;
  draw?.();
}

test("the token is the first thing said, and stands in no address", () => {
  streaming();
  assert.equal(sockets[0].address, "wss://example.org/behind/a/proxy/live");
  sockets[0].onopen();
  assert.deepEqual(sockets[0].sent, ["t"]);
});

test("of what has come before a frame of the screen only the newest is drawn", () => {
  const { drawn, stream } = streaming();
  for (const step of [3, 4, 5]) come(step);
  nextFrame();
  assert.deepEqual(drawn, [5]);
  nextFrame();
  assert.deepEqual(drawn, [5]);
  assert.deepEqual(stream.paint, { step: 5 });
});

test("steps of another job, and none newer than those shown, are dropped", () => {
  const { drawn, stream } = streaming();
  for (const [step, job] of [[9, "b"], [2, "a"], [5, "a"], [4, "a"], [6, "a"]]) {
    come(step, job);
    nextFrame();
  }
  assert.deepEqual(drawn, [5, 6]);
  stream.follow({ ...TARGET, step: 8 }); // the page has drawn meanwhile
  assert.equal(stream.paint, null);
  come(8);
  nextFrame();
  assert.deepEqual(drawn, [5, 6]);
});

test("nothing is drawn once an earlier step is looked at, and all begins anew after that", () => {
  const { drawn, stream } = streaming();
  come(5);
  stream.follow(null);
  assert.equal(sockets[0].closed, true);
  nextFrame();
  assert.deepEqual([drawn, stream.paint, stream.chart("layers")], [[], null, null]);
  stream.follow({ ...TARGET, step: 5 });
  come(6);
  nextFrame();
  assert.deepEqual(drawn, [6]);
});

test("it moves as long as steps keep coming", () => {
  const { stream } = streaming();
  assert.equal(stream.moving, false);
  come(3);
  nextFrame();
  assert.equal(stream.moving, true);
  now += 1_000;
  assert.equal(stream.moving, false);
});

test("the same token opens no second socket, another one does and closes the first", () => {
  const { stream } = streaming();
  stream.follow({ ...TARGET, step: 3 });
  assert.equal(sockets.length, 1);
  stream.follow({ ...TARGET, token: "u", job: "b" });
  assert.deepEqual([sockets.length, sockets[0].closed], [2, true]);
});

test("a lost connection is taken up again, ever more slowly where none gets through", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  streaming();
  const waits = [500, 1_000, 2_000, 5_000, 10_000];
  for (const [times, wait] of waits.entries()) {
    sockets.at(-1).onclose({ code: 1006 });
    t.mock.timers.tick(wait - 1);
    assert.equal(sockets.length, times + 1);
    t.mock.timers.tick(1);
    assert.equal(sockets.length, times + 2);
  }
  sockets.at(-1).onclose({ code: 1006 });
  t.mock.timers.tick(1_000_000);
  assert.equal(sockets.length, waits.length + 1); // the refresh of the page is what is left
});

test("a step that comes makes it as patient as at first", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  streaming();
  sockets.at(-1).onclose({ code: 1006 });
  t.mock.timers.tick(500);
  come(3);
  sockets.at(-1).onclose({ code: 1006 });
  t.mock.timers.tick(500);
  assert.equal(sockets.length, 3);
});

test("a run that is over, or a token that is void, is not asked for again", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  for (const code of [1000, 1008]) {
    streaming();
    sockets[0].onclose({ code });
    t.mock.timers.tick(100_000);
    assert.equal(sockets.length, 1);
  }
});

test("what a socket says that was left does nothing", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { stream } = streaming();
  stream.follow(null);
  come(3);
  assert.equal(frame, null);
  sockets[0].onclose({ code: 1006 });
  t.mock.timers.tick(100_000);
  assert.equal(sockets.length, 1);
});
