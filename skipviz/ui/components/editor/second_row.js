// The same chain in another arm, below the one that is drawn: its colours beside those with skips.

import { NEUTRAL, fill, svg } from "./elements.js";
import { HALF, slash } from "./geometry.js";

const BELOW = 5; // pixels below the row

export class SecondRow {
  constructor() {
    this.root = svg("g", { class: "second" });
    this.cells = [];
  }

  // Returns where the drawing ends; `top` is where the row may begin.
  draw(place, rows, hidden, top) {
    this.root.replaceChildren(...rows.map((arm, row) => this.name(arm, row, place, top)));
    this.cells = [];
    if (rows.length < 2) return top + 2 * HALF + BELOW;
    const { x, box, boxes, wired } = place;
    const y = top + HALF;
    const ends = { x1: x[0], x2: x.at(-1), y1: y, y2: y };
    if (!wired) this.root.append(svg("line", { class: "chain", ...ends }));
    x.forEach((middle, k) => {
      const width = hidden.has(k) ? boxes[k] + 0.5 : box;
      const shape = { x: middle - width / 2, y: y - box / 2, width, height: box };
      const cell = svg("rect", { ...shape, rx: hidden.has(k) ? 0 : box * 0.24, class: "box" });
      cell.dataset.second = k;
      const stroke = svg("path", { d: slash(middle, y, box), class: "slash" });
      this.cells.push([cell, stroke]);
      this.root.append(cell, stroke);
    });
    return y + HALF + BELOW;
  }

  name({ label, colour }, row, { x, y, named }, top) {
    const middle = row ? top + HALF : y;
    const above = row ? middle - HALF - 7 : 9;
    const at = named ? { x: x[0] - 24, y: middle } : { x: 12, y: above };
    const look = { class: `arm-name${named ? "" : " above"}`, dy: "0.36em" };
    const text = svg("text", { ...at, ...look }, label);
    text.style.fill = colour;
    return text;
  }

  // Colours of the layers 1..N and the readout; null where nothing is measured.
  paint(colours, zeros = []) {
    const none = new Set(zeros);
    this.cells.forEach(([cell, stroke], k) => {
      fill(cell, colours?.[k - 1] ?? NEUTRAL);
      stroke.classList.toggle("shown", none.has(k));
    });
  }
}
