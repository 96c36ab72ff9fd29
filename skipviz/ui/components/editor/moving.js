// Layers are moved by their grip, which hangs below the selected ones.

import { _ } from "../languages/messages.js";
import { svg } from "./elements.js";
import { held } from "./gestures.js";

const SIZE = 24; // pixels, for a finger
const EDGE = 36; // pixels from the side of the window within which the drawing scrolls along
const PACE = 9; // pixels a frame while it does

// The place that the first of `count` layers gets when it is let go at x; layers stay inside.
export function landing(x, count, positions) {
  const last = positions.length - 1 - count;
  let best = 1;
  for (let k = 1; k <= last; k += 1) {
    if (Math.abs(positions[k] - x) < Math.abs(positions[best] - x)) best = k;
  }
  return best;
}

// Where the insertion mark stands: between the two layers that will be the neighbours.
export function insertion({ first, last }, to, positions) {
  const before = to > first ? to + last - first : to - 1;
  return (positions[before] + positions[before + 1]) / 2;
}

export class Moving {
  constructor(editor) {
    this.editor = editor;
    this.drag = null;
    this.mark = svg("line", { class: "insertion" });
    this.ghost = svg("g", { class: "carried" });
    this.grip = svg("g", { class: "grip", role: "button", tabindex: "0" });
    this.title = svg("title");
    this.grip.append(this.title, ...handle());
    editor.canvas.append(this.mark, this.ghost, this.grip);
    this.escape = held(this.grip, this, editor);
  }

  // Called whenever selection or drawing have changed, also under a drag.
  show() {
    const layers = this.editor.range.layers();
    this.grip.classList.toggle("shown", Boolean(layers));
    if (!layers) return this.end();
    const { x, grip } = this.editor.drawing.place;
    const middle = (x[layers.first] + x[layers.last]) / 2;
    this.grip.setAttribute("transform", `translate(${middle} ${grip})`);
    const one = layers.first === layers.last;
    this.title.textContent = one
      ? _("Drag to move this layer")
      : _("Drag to move layers {first} to {last}", layers);
    const said = one
      ? _("Move this layer: drag, or left and right arrow")
      : _("Move layers {first} to {last}: drag, or left and right arrow", layers);
    this.grip.setAttribute("aria-label", said);
    if (this.drag) this.carry();
    return undefined;
  }

  key(event) {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!by) return;
    event.preventDefault();
    event.stopPropagation();
    this.editor.range.move(by);
  }

  down(event) {
    event.stopPropagation();
    if (event.button !== 0 || this.drag) return;
    const layers = this.editor.range.layers();
    const offset = this.onCanvas(event.clientX) - this.editor.drawing.place.x[layers.first];
    this.drag = { layers, offset, pointer: event.pointerId, clientX: event.clientX };
    this.grip.setPointerCapture(event.pointerId);
    window.addEventListener("keydown", this.escape, true);
    this.carry();
    this.follow();
  }

  move(event) {
    if (event.pointerId !== this.drag?.pointer) return;
    this.drag.clientX = event.clientX;
    this.carry();
  }

  up(event) {
    if (event.pointerId !== this.drag?.pointer) return;
    this.move(event);
    const { layers, to } = this.drag;
    this.end();
    if (to !== layers.first) this.editor.range.move(to - layers.first);
  }

  end() {
    if (!this.drag) return;
    this.drag = null;
    window.removeEventListener("keydown", this.escape, true);
    this.editor.canvas.classList.remove("moving");
    this.ghost.replaceChildren();
    this.mark.classList.remove("shown");
    for (const old of this.editor.canvas.querySelectorAll(".lifted")) old.classList.remove("lifted");
    this.grip.style.removeProperty("translate");
  }

  // Near the side of its window the drawing scrolls on for as long as the pointer stays there.
  follow() {
    if (!this.drag) return;
    const { scroll } = this.editor;
    const { left, right } = scroll.getBoundingClientRect();
    const before = scroll.scrollLeft;
    if (this.drag.clientX < left + EDGE) scroll.scrollLeft -= PACE;
    if (this.drag.clientX > right - EDGE) scroll.scrollLeft += PACE;
    if (scroll.scrollLeft !== before) this.carry();
    window.requestAnimationFrame(() => this.follow());
  }

  // Everything anew from where the pointer is: the drawing may have been scrolled or redrawn.
  carry() {
    const { layers, offset, clientX } = this.drag;
    const { x, y, box, stops } = this.editor.drawing.place;
    const count = layers.last - layers.first + 1;
    const at = this.onCanvas(clientX) - offset;
    this.drag.to = landing(at, count, stops);
    this.editor.canvas.classList.add("moving");
    this.lift(layers);
    this.ghost.style.translate = this.grip.style.translate = `${at - x[layers.first]}px 0`;
    const place = insertion(layers, this.drag.to, x);
    for (const name of ["x1", "x2"]) this.mark.setAttribute(name, place);
    this.mark.setAttribute("y1", y - box / 2 - 14);
    this.mark.setAttribute("y2", y + box / 2 + 14);
    this.mark.classList.toggle("shown", this.drag.to !== layers.first);
  }

  lift({ first, last }) {
    const parts = [];
    for (let k = first; k <= last; k += 1) {
      const layer = this.editor.drawing.find(`${k}`);
      if (!layer) continue;
      layer.classList.add("lifted");
      for (const part of layer.querySelectorAll(".box, .mark")) parts.push(part.cloneNode(true));
    }
    this.ghost.replaceChildren(...parts);
  }

  onCanvas(clientX) {
    return clientX - this.editor.canvas.getBoundingClientRect().left;
  }
}

function handle() {
  const area = { x: -SIZE / 2 - 4, y: -SIZE / 2, width: SIZE + 8, height: SIZE, rx: 7 };
  const dots = [-4, 0, 4].flatMap((x) => [-3, 3].map((y) => svg("circle", { cx: x, cy: y, r: 1.4 })));
  return [svg("rect", area), ...dots];
}
