// Tells Python what is selected: once it has settled, and only when it is something else.

const SETTLED = 250; // milliseconds

// null, "3" for a layer (0 is the input), "3..7" for a range of layers, "1-3" for a skip
export function selectionValue(id) {
  if (id === null) return null;
  if (id.includes("..")) return { layers: id.split("..").map(Number) };
  const numbers = id.split("-").map(Number);
  return numbers.length === 2 ? { skip: numbers } : { layer: numbers[0] };
}

export class Report {
  constructor(send) {
    this.send = send;
    this.sent = null;
    this.timer = null;
  }

  note(id) {
    clearTimeout(this.timer);
    this.timer = id === this.sent ? null : setTimeout(() => this.tell(id), SETTLED);
  }

  // A click means what it says, also where something else has been chosen beside the drawing since.
  again(id) {
    this.sent = undefined;
    this.note(id);
  }

  now(id) {
    clearTimeout(this.timer);
    if (id !== this.sent) this.tell(id);
  }

  tell(id) {
    this.sent = id;
    this.send("selected", selectionValue(id));
  }

  stop() {
    clearTimeout(this.timer);
  }
}
