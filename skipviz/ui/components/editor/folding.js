// Blocks that repeat are drawn once; the layers that repeat them stand behind as a thin strip.

import { N_, _ } from "../languages/messages.js";
import { svg } from "./elements.js";

const MANY = 60; // layers; from here on a network opens folded where that helps
const NARROW = 700; // pixels; where less is wide, it does from a few layers on
const FEW = 12;
const ABOVE = 7; // pixels between the layers and the frame of their block

// The layers that repeat the first ones of their block. A block with an error
// among these stays open.
export function repeated(blocks, depth, errors) {
  const hidden = new Set();
  for (const [first, length, times] of blocks) {
    const last = Math.min(first + length * times - 1, depth);
    const repeats = (k) => k >= first + length && k <= last;
    if (errors.some((ends) => ends.some(repeats))) continue;
    for (let k = first + length; k <= last; k += 1) hidden.add(k);
  }
  return hidden;
}

export function opensFolded(depth, hidden, width) {
  return depth > (width < NARROW ? FEW : MANY) && depth - hidden.size < depth / 2;
}

// The next layer on this side that is not hidden; input and readout never are.
export function neighbour(k, by, hidden, last) {
  let next = k + by;
  while (hidden.has(next)) next += Math.sign(by);
  return Math.max(0, Math.min(last, next));
}

const NONE = new Set();

export class Folding {
  constructor(editor) {
    this.editor = editor;
    this.wanted = null; // until somebody chooses, the number of layers decides
    this.hidden = NONE;
    this.marks = svg("g", { class: "folds" });
    editor.drawing.arcs.before(this.marks);
    const act = () => this.toggle();
    this.button = editor.tools.button(N_("× n"), N_("× n: fold or unfold repeated blocks"), act);
    editor.tools.root.prepend(this.button);
  }

  takeOver({ wanted }) {
    this.wanted = wanted;
  }

  get blocks() {
    return this.editor.view.blocks ?? [];
  }

  // Which layers the next drawing hides.
  decide() {
    const { network, errors, view } = this.editor;
    const depth = network.layers.length;
    const ends = [...errors.keys()].map((id) => id.split("-").map(Number));
    const hidden = repeated(view.blocks ?? [], depth, ends);
    this.button.disabled = !hidden.size;
    this.folded = this.wanted ?? opensFolded(depth, hidden, this.editor.scroll.clientWidth);
    this.hidden = this.folded ? hidden : NONE;
    this.button.setAttribute("aria-pressed", this.folded && hidden.size > 0);
    return this.hidden;
  }

  toggle() {
    if (this.button.disabled) return this.editor.say(_("Nothing repeats here"));
    this.wanted = !this.folded;
    this.editor.redraw();
    return this.editor.say(this.folded ? _("Repeated blocks are folded") : _("All layers are shown"));
  }

  next(k, by) {
    return neighbour(k, by, this.hidden, this.editor.network.layers.length + 1);
  }

  // A frame around each block with the number of its repetitions.
  show() {
    const shown = this.blocks.filter(([first, length]) => this.hidden.has(first + length));
    this.marks.replaceChildren(...shown.map((block) => this.mark(...block)));
  }

  mark(first, length, times) {
    const { x, y, box, spacing, names } = this.editor.drawing.place;
    const last = Math.min(first + length * times - 1, this.editor.network.layers.length);
    const [left, right] = [x[first] - spacing * 0.45, x[last] + spacing * 0.16];
    const [top, height] = [y - box / 2 - ABOVE, box + 2 * ABOVE];
    const block = { length, times, first, last };
    const said = length > 1
      ? _("{length} layers, {times} times: layers {first} to {last}. Unfold", block)
      : _("{length} layer, {times} times: layers {first} to {last}. Unfold", block);
    const group = svg("g", { class: "fold", role: "button", tabindex: "0", "aria-label": said });
    group.append(
      svg("title", {}, said),
      svg("rect", { x: left, y: top, width: right - left, height, rx: 8, class: "frame" }),
      svg("text", { x: (x[first + length] + x[last]) / 2, y: y + box / 2 + names + 27 }, `× ${times}`),
    );
    group.onclick = () => this.toggle();
    group.onkeydown = (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      this.toggle();
      this.editor.focus(`${first}`);
    };
    return group;
  }
}
