// The refreshing of a page that refreshes itself: steady, and clear of what the visitor does.
import assert from "node:assert/strict";
import { test } from "node:test";

const heard = new EventTarget();
globalThis.window = {
  location: { pathname: "/learn" },
  addEventListener: (...given) => heard.addEventListener(...given),
  removeEventListener: (...given) => heard.removeEventListener(...given),
  dispatchEvent: (event) => heard.dispatchEvent(event),
  setTimeout: (act, wait) => setTimeout(act, wait),
  clearTimeout: (timer) => clearTimeout(timer),
};
let now = 10_000;
globalThis.performance = { now: () => now };
const { default: mount } = await import("../../skipviz/ui/components/auto_refresh/auto_refresh.js");

function page(t) {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  now += 1_000; // long after what the visitor did in the test before
  const asked = [];
  const parentElement = { isConnected: true };
  const draw = (beat) =>
    mount({
      parentElement,
      data: { every: 0.5, beat },
      setTriggerValue: (name, value) => asked.push([name, value]),
    });
  const pass = (milliseconds) => {
    for (let passed = 0; passed < milliseconds; passed += 10) {
      now += 10;
      t.mock.timers.tick(10);
    }
  };
  return { asked, draw, pass, parentElement };
}

test("asks soon, then every half second, while one answer is still on its way", (t) => {
  const { asked, draw, pass } = page(t);
  draw(1);
  pass(110);
  assert.deepEqual(asked, [["beat", 1]]);
  pass(500); // a slow answer
  assert.equal(asked.length, 2);
  draw(2);
  pass(500);
  assert.deepEqual(asked.slice(2), [["beat", 2]]);
});

test("with two askings unanswered it waits for long before the next", (t) => {
  const { asked, draw, pass } = page(t);
  draw(1);
  pass(5_500);
  assert.equal(asked.length, 2);
  pass(200);
  assert.equal(asked.length, 3);
});

test("keeps clear of a click, but not for ever", (t) => {
  const { asked, draw, pass } = page(t);
  draw(1);
  pass(50);
  heard.dispatchEvent(new Event("click"));
  pass(250);
  assert.equal(asked.length, 0);
  pass(60);
  assert.equal(asked.length, 1);
  draw(2);
  for (let typed = 0; typed < 21; typed += 1) {
    heard.dispatchEvent(new Event("input"));
    pass(100);
  }
  assert.equal(asked.length, 2);
});

test("waits for the end of a drag, but not for ever, and not for an end that never came", (t) => {
  const { asked, draw, pass } = page(t);
  const move = (kind, buttons) => heard.dispatchEvent(Object.assign(new Event(kind), { buttons }));
  draw(1);
  move("pointerdown", 1);
  pass(1_000);
  assert.equal(asked.length, 0);
  move("pointerup", 0);
  pass(310);
  assert.equal(asked.length, 1);
  draw(2);
  move("pointerdown", 1);
  pass(2_200);
  assert.equal(asked.length, 2);
  draw(3);
  move("pointermove", 0);
  pass(500); // the pace is kept again
  assert.equal(asked.length, 3);
});

test("has the whole page drawn where a click came before the asking was sent", (t) => {
  const { asked, draw, pass } = page(t);
  let between = 0;
  heard.addEventListener("skipviz:between", () => (between += 1));
  draw(1);
  pass(500);
  pass(100);
  assert.equal(between, 0);
  draw(2);
  const length = asked.length;
  asked.push = (...given) => {
    heard.dispatchEvent(new Event("click"));
    return Array.prototype.push.apply(asked, given);
  };
  pass(500);
  assert.equal(asked.length, length + 1);
  assert.equal(between, 0); // the click may have led to another page
  draw(3);
  assert.equal(between, 1);
});

test("ends where the part has left the page, and only there", (t) => {
  const { asked, draw, pass, parentElement } = page(t);
  const cleanUp = draw(1);
  cleanUp();
  pass(110);
  assert.equal(asked.length, 1);
  parentElement.isConnected = false;
  cleanUp();
  pass(10_000);
  assert.equal(asked.length, 1);
});

test("asks no more from a page that was left by Back, and goes on where it was come back to", (t) => {
  const { asked, draw, pass } = page(t);
  draw(1);
  pass(110);
  window.location.pathname = "/";
  window.dispatchEvent(new Event("popstate"));
  pass(3_000);
  assert.equal(asked.length, 1);
  window.location.pathname = "/learn";
  window.dispatchEvent(new Event("popstate"));
  pass(1_000);
  assert.ok(asked.length > 1);
});

test("what Streamlit said of Back is said again after an asking that was on its way", (t) => {
  globalThis.PopStateEvent = Event;
  const { asked, draw, pass } = page(t);
  let said = 0;
  window.addEventListener("popstate", () => (said += 1));
  asked.push = () => window.dispatchEvent(new Event("popstate")); // before the asking is sent
  draw(1);
  pass(110);
  assert.equal(said, 2);
});
