// Mouse and touch: drag from a layer to another, click to select.

import { _ } from "../languages/messages.js";
import { nearest } from "./geometry.js";

const CLICK = 5; // pixels a pointer may move and still click

export class Gestures {
  constructor(editor) {
    this.editor = editor;
    this.start = null;
    this.ground = null;
    const canvas = editor.canvas;
    canvas.addEventListener("pointerdown", (event) => this.down(event));
    canvas.addEventListener("pointermove", (event) => this.move(event));
    canvas.addEventListener("pointerup", (event) => this.up(event));
    canvas.addEventListener("pointercancel", () => this.end());
    canvas.addEventListener("click", () => this.click());
    canvas.addEventListener("touchstart", (event) => hold(event), { passive: false });
  }

  down(event) {
    this.pressed = event.target;
    const layer = event.target.closest("[data-layer]");
    if (event.button !== 0) return;
    if (!layer) return this.grasp(event);
    this.start = { layer: Number(layer.dataset.layer), x: event.clientX, y: event.clientY };
    this.dragged = false;
    this.editor.canvas.setPointerCapture(event.pointerId);
  }

  // The ground is dragged along where the network is wider than its window.
  grasp(event) {
    if (event.target !== this.editor.canvas || event.pointerType === "touch") return;
    this.ground = event.clientX;
    this.editor.canvas.setPointerCapture(event.pointerId);
  }

  move(event) {
    if (this.ground !== null) {
      this.editor.scroll.scrollLeft += this.ground - event.clientX;
      this.ground = event.clientX;
    }
    if (!this.start) return;
    const { x, y, layer } = this.start;
    if (!this.dragged && Math.hypot(event.clientX - x, event.clientY - y) < CLICK) return;
    this.dragged = true;
    this.editor.aim(layer, this.layerAt(event));
  }

  up(event) {
    this.ground = null;
    if (!this.start) return;
    const { layer } = this.start;
    if (this.dragged) this.editor.connect(layer, this.layerAt(event));
    else if (event.shiftKey) this.editor.range.extend(layer);
    else this.editor.select(`${layer}`);
    this.end();
  }

  end() {
    this.start = null;
    this.ground = null;
    this.editor.stopAiming();
  }

  // What was pressed counts, not what the click says it hit: the drawing may have been redrawn in
  // between. Layers are selected by `up`.
  click() {
    const arc = this.pressed?.closest("[data-skip]");
    if (arc) this.editor.select(arc.dataset.skip);
    else if (this.pressed === this.editor.canvas) this.editor.select(null, false);
    this.pressed = null;
  }

  layerAt(event) {
    const left = this.editor.canvas.getBoundingClientRect().left;
    return nearest(event.clientX - left, this.editor.drawing.place.stops);
  }
}

// A finger on a layer draws; elsewhere it scrolls the page. `touch-action` alone does not do for
// groups of an SVG.
function hold(event) {
  if (event.target.closest("[data-layer], .grip, .plug")) event.preventDefault();
}

// A handle in the drawing is dragged, or moved by keys: `by` has down, move, up, key and end. The
// layer stays focused, so that the keys go on from there. Returns what ends a drag by Escape.
export function held(handle, by, editor) {
  handle.addEventListener("pointerdown", (event) => by.down(event));
  handle.addEventListener("pointermove", (event) => by.move(event));
  handle.addEventListener("pointerup", (event) => by.up(event));
  handle.addEventListener("pointercancel", () => by.end());
  handle.addEventListener("keydown", (event) => by.key(event));
  handle.addEventListener("mousedown", (event) => event.preventDefault());
  return (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    editor.say(_("Cancelled"));
    by.end();
  };
}
