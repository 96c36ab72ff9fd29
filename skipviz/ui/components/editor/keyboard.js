// Everything the mouse can do, from the keys. Handled keys go no further: the page has its own.

import { _ } from "../languages/messages.js";

const NO_TEXT = new Set(["button", "checkbox", "color", "file", "image", "radio", "range", "reset", "submit"]);

export class Keyboard {
  constructor(editor) {
    this.editor = editor;
    this.connecting = null; // { source, target } while a skip is being placed
    editor.canvas.addEventListener("keydown", (event) => {
      if (this.handle(event)) {
        event.preventDefault();
        event.stopPropagation();
      }
    });
    this.anywhere = (event) => this.onPage(event);
    document.addEventListener("keydown", this.anywhere);
  }

  // Undo and redo wherever the focus is, as after a click on the ground: but a text has its own.
  onPage(event) {
    if (event.defaultPrevented || !(event.ctrlKey || event.metaKey)) return;
    if (takesText(event.composedPath()[0]) || !this.editor.canvas.isConnected) return;
    if (this.history(event)) event.preventDefault();
  }

  stop() {
    document.removeEventListener("keydown", this.anywhere);
  }

  takeOver(early) {
    this.connecting = early.connecting;
    early.stop();
  }

  handle(event) {
    const focused = event.target.closest?.("[data-layer], [data-skip]");
    if (!focused) return false;
    if (event.ctrlKey || event.metaKey) return this.history(event) || this.duplicate(event);
    const along = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (along && event.altKey) return this.move(along);
    if (along && event.shiftKey && focused.dataset.layer) {
      return this.extend(along, Number(focused.dataset.layer));
    }
    if (this.connecting) return this.place(event.key);
    return focused.dataset.skip
      ? this.onArc(event.key, focused.dataset.skip)
      : this.onLayer(event.key, Number(focused.dataset.layer));
  }

  history({ key, shiftKey, altKey }) {
    if (altKey) return false; // AltGr makes a letter
    const name = key.toLowerCase();
    if (name === "z") this.editor.edit({ do: shiftKey ? "redo" : "undo" });
    else if (name === "y") this.editor.edit({ do: "redo" });
    else return false;
    return true;
  }

  duplicate({ key }) {
    if (key.toLowerCase() !== "d") return false;
    this.editor.range.duplicate();
    return true;
  }

  move(by) {
    this.editor.range.move(by);
    return true;
  }

  extend(by, k) {
    const { range, folding } = this.editor;
    range.extend(folding.next(range.end ?? k, by), k);
    return true;
  }

  place(key) {
    const { source } = this.connecting;
    if (!this.editor.has(source)) return this.finish(false);
    const step = { ArrowRight: 1, ArrowLeft: -1 }[key];
    if (step) this.aim(source, this.editor.folding.next(this.connecting.target, step));
    else if (key === "Enter" || key === " ") return this.finish(true);
    else if (key === "Escape") return this.finish(false);
    else return false;
    return true;
  }

  aim(source, target) {
    const last = this.editor.network.layers.length + 1;
    this.connecting = { source, target: Math.max(0, Math.min(last, target)) };
    this.editor.aim(source, this.connecting.target);
    this.editor.say(_("Skip from {source} to {target}. Enter places it.", this.connecting));
  }

  finish(placed) {
    const { source, target } = this.connecting;
    this.connecting = null;
    this.editor.stopAiming();
    if (placed) this.editor.connect(source, target);
    else this.editor.say(_("Cancelled"));
    this.editor.focus(`${source}`);
    return true;
  }

  onLayer(key, k) {
    const last = this.editor.network.layers.length + 1;
    const step = { ArrowRight: 1, ArrowLeft: -1 }[key];
    const next = step ? this.editor.folding.next(k, step) : { Home: 0, End: last }[key];
    if (next !== undefined) this.editor.focus(`${next}`);
    else if (key === "ArrowUp") this.toArc(k);
    else if (key === "Enter" || key === " ") this.aim(k, k);
    else if (key === "Delete" || key === "Backspace" || key === "-") this.editor.removeLayer(k);
    else if (key === "+") this.editor.insertLayer(k + 1);
    else if (key === "f" || key === "F") this.editor.folding.toggle();
    else if (key === "Escape") this.editor.select(null);
    else return false;
    return true;
  }

  toArc(k) {
    const { skips } = this.editor.network;
    const arc = skips.find(({ source }) => source === k) ?? skips.find((s) => s.target === k);
    if (arc) this.editor.select(`${arc.source}-${arc.target}`);
    else this.editor.say(_("Layer {layer} has no skip", { layer: k }));
  }

  onArc(key, id) {
    const [source] = id.split("-").map(Number);
    if (key === "ArrowDown" || key === "Escape") this.editor.select(`${source}`);
    else if (key === "ArrowRight") this.neighbour(id, 1);
    else if (key === "ArrowLeft") this.neighbour(id, -1);
    else if (key === "Delete" || key === "Backspace") this.editor.removeSkip(id);
    else if (key === "k" || key === "K") this.editor.nextKind(id);
    else return false;
    return true;
  }

  neighbour(id, step) {
    const order = this.editor.network.skips
      .map(({ source, target }) => [source, target])
      .sort((a, b) => a[0] - b[0] || a[1] - b[1])
      .map((ends) => ends.join("-"));
    const next = order[order.indexOf(id) + step];
    if (next) this.editor.select(next);
  }
}

// Whether keys write into what has the focus.
export function takesText({ tagName, type, isContentEditable }) {
  if (tagName === "INPUT") return !NO_TEXT.has(type);
  return tagName === "TEXTAREA" || Boolean(isContentEditable);
}
