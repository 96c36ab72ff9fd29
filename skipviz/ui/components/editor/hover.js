// A card beside what the mouse points at. The same is said below the drawing of what is selected.

import { _ } from "../languages/messages.js";
import { html } from "./elements.js";
import { carriedText } from "./words.js";

const PATIENCE = 300; // milliseconds until the first card; from card to card there is no wait
const GAP = 10; // pixels
const STILL = 4; // pixels that a mouse may move and still rest where a drag or a click ended

// `arms` are those of the rows, with their gradients, shares and what their skips have learned;
// undefined for one of which nothing is known.
export function cardLines(network, id, arms) {
  const isSkip = id.includes("-");
  const part = isSkip
    ? network.skips.find(({ source, target }) => `${source}-${target}` === id)
    : network.layers[Number(id) - 1];
  if (!part?.card) return null;
  const measured = arms.filter(Boolean);
  const said = isSkip ? skipLines(id, measured.slice(0, 1)) : layerLines(id, measured);
  return [...part.card, ...said];
}

function skipLines(id, arms) {
  return arms.flatMap(({ label, shares, learned }) => {
    const share = shares?.[id];
    const carried = share === undefined ? [] : [carriedText(share, id)];
    const said = [...carried, ...(learned?.[id] ?? [])];
    return said.map((line) => _("{said}, {arm}", { said: line, arm: label }));
  });
}

function layerLines(id, arms) {
  return arms.map(({ label, values }) => _("|∂L/∂W| {value}, {arm}", { value: values[Number(id) - 1], arm: label }));
}

export class HoverCard {
  constructor(editor) {
    this.editor = editor;
    this.root = html("div", { class: "card", "aria-hidden": "true" });
    editor.root.append(this.root);
    editor.canvas.addEventListener("pointerover", (event) => this.over(event));
    editor.canvas.addEventListener("pointerleave", () => this.hide());
    editor.canvas.addEventListener("pointerdown", () => this.hide());
    editor.root.addEventListener("pointerup", (event) => (this.released = event));
  }

  over(event) {
    const part = event.target.closest("[data-layer], [data-skip]");
    const pointing = event.pointerType === "mouse" && !event.buttons && !this.rests(event);
    if (!part || !pointing) return this.hide();
    const id = part.dataset.layer ?? part.dataset.skip;
    if (id === this.id) return undefined;
    const wait = this.root.classList.contains("shown") ? 0 : PATIENCE;
    this.hide();
    this.id = id;
    this.waiting = window.setTimeout(() => this.show(part, event), wait);
    return undefined;
  }

  // What was dropped comes to lie under the mouse: nobody has pointed at it yet.
  rests({ clientX, clientY }) {
    const { clientX: x, clientY: y } = this.released ?? { clientX: -STILL, clientY: -STILL };
    const still = Math.hypot(clientX - x, clientY - y) < STILL;
    if (!still) this.released = null;
    return still;
  }

  // Below the chain, where it hides nothing; there an arc below the chain has it under the mouse.
  show(part, { clientX, clientY }) {
    const { network, root, canvas } = this.editor;
    const lines = cardLines(network, this.id, this.editor.measured());
    if (!lines || !part.isConnected) return;
    this.root.replaceChildren(...lines.map((line) => html("div", {}, line)));
    this.root.classList.add("shown");
    const around = root.getBoundingClientRect();
    const { width } = this.root.getBoundingClientRect();
    const box = part.querySelector(".box")?.getBoundingClientRect();
    const middle = box ? (box.left + box.right) / 2 : clientX;
    const low = canvas.getBoundingClientRect().top + this.low();
    const most = around.width - width - GAP;
    this.root.style.left = `${Math.max(GAP, Math.min(middle - width / 2 - around.left, most))}px`;
    this.root.style.top = `${Math.max(low, clientY > low ? clientY + GAP : 0) - around.top}px`;
  }

  // Under the labels, and under the grip where there is one.
  low() {
    const { drawing, moving } = this.editor;
    const shown = moving.grip.classList.contains("shown");
    return drawing.place.grip + (shown ? 2 * GAP : -GAP);
  }

  hide() {
    window.clearTimeout(this.waiting);
    this.id = null;
    this.root.classList.remove("shown");
  }
}
