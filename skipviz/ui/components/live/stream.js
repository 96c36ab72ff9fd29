// The newest step of the run that the page shows, by a websocket of our own. Only the newest of
// what has come is drawn, once in each frame of the screen.

import { decoded } from "./moment.js";

const AGAIN = [500, 1000, 2000, 5000, 10_000]; // milliseconds until it is tried anew
const OVER = 1000; // the close of a run that has ended
const REFUSED = 1008; // of a token that is void, or where there is no room
const SILENT = 600; // milliseconds without a step after which nothing is moving

export class Stream {
  // `show` is called for every step that is to be drawn.
  constructor(show) {
    this.show = show;
    this.target = null;
    this.moment = null;
    this.movedAt = -Infinity;
  }

  // `target` is what the page said last: the job and the step it shows, and how to come to newer
  // ones; null where none are to be shown.
  follow(target) {
    const before = this.target;
    this.target = target ?? null;
    if (target?.token === before?.token) return;
    this.close();
    this.moment = null;
    this.failures = 0;
    if (target) this.open();
  }

  // Whether newer steps than the page's are coming.
  get moving() {
    return this.moment !== null && performance.now() - this.movedAt < SILENT;
  }

  // The newest step, where it is newer than what the page has drawn since.
  get newer() {
    return this.moment && this.moment.step > this.target.step ? this.moment : null;
  }

  chart(name) {
    return this.newer?.charts.get(name) ?? null;
  }

  get paint() {
    return this.newer?.paint ?? null;
  }

  open() {
    const address = new URL(this.target.address, document.baseURI);
    address.protocol = address.protocol.replace("http", "ws");
    const socket = new WebSocket(address);
    this.socket = socket;
    socket.binaryType = "arraybuffer";
    socket.onopen = () => socket.send(this.target.token);
    const heeded = (act) => this.socket === socket && act();
    socket.onmessage = ({ data }) => heeded(() => this.take(data));
    socket.onclose = ({ code }) => heeded(() => this.lost(code));
  }

  lost(code) {
    this.socket = null;
    if (code === OVER || code === REFUSED || this.failures >= AGAIN.length) return;
    this.timer = window.setTimeout(() => this.open(), AGAIN[this.failures]);
    this.failures += 1;
  }

  take(buffer) {
    this.failures = 0;
    this.waiting ??= window.requestAnimationFrame(() => this.draw());
    this.newest = buffer;
  }

  draw() {
    this.waiting = null;
    const moment = decoded(this.newest);
    this.newest = null;
    const shown = Math.max(this.moment?.step ?? -1, this.target.step);
    if (moment.job !== this.target.job || moment.step <= shown) return;
    this.moment = moment;
    this.movedAt = performance.now();
    this.show();
  }

  close() {
    window.clearTimeout(this.timer);
    if (this.waiting) window.cancelAnimationFrame(this.waiting);
    this.waiting = null;
    const { socket } = this;
    this.socket = null;
    socket?.close();
  }
}
