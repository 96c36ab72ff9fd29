// The edits that Python has not seen yet: sent at once, and again until it says that it has them.

import { unacknowledged } from "./prediction.js";

const AGAIN = 1500; // milliseconds until edits that Python has not acknowledged are sent again

export class Unseen {
  constructor(send) {
    this.send = send;
    this.instance = Math.random().toString(36).slice(2, 10);
    this.seq = 0;
    this.edits = [];
  }

  add(edit) {
    this.seq += 1;
    this.edits.push({ ...edit, seq: this.seq });
  }

  // What Python has taken in; returns the number of the last edit it has of this editor's.
  drop(acknowledged) {
    this.edits = unacknowledged(this.edits, this.instance, acknowledged);
    if (!this.edits.length) this.stop();
    return acknowledged.instance === this.instance ? acknowledged.seq : 0;
  }

  // Whatever is sent while the page is being mounted may be lost; Python takes each edit once.
  deliver() {
    this.tell();
    this.stop();
    this.timer = setInterval(() => this.tell(), AGAIN);
  }

  tell() {
    this.send({ instance: this.instance, edits: this.edits });
  }

  // Go on where another editor of the same network stops; nobody has taken its edits yet.
  takeOver({ instance, seq, edits }) {
    Object.assign(this, { instance, seq, edits });
  }

  stop() {
    clearInterval(this.timer);
  }
}
