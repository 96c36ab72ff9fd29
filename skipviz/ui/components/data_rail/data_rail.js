// Samples of the data chosen, what they are, and stamps of other data sets to choose with a click.

import { _ } from "../languages/messages.js";
import { KINDS, bytesOf, pixelsOf, placesOf, shownLetter, sideOf, wavePath } from "./decoding.js";

const SVG = "http://www.w3.org/2000/svg";
const rails = new WeakMap();

function html(tag, name = "", text = "") {
  const made = document.createElement(tag);
  if (name) made.className = name;
  if (text) made.textContent = text;
  return made;
}

function svg(tag, attributes) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}

function image({ width, height, channels }, values) {
  const canvas = html("canvas", channels === 1 ? "ink" : "");
  canvas.width = width;
  canvas.height = height;
  const pixels = new ImageData(pixelsOf(bytesOf(values), channels), width, height);
  canvas.getContext("2d").putImageData(pixels, 0, 0);
  return canvas;
}

function wave(values) {
  const drawn = svg("svg", { viewBox: "0 0 100 50", preserveAspectRatio: "none", class: "wave" });
  drawn.append(svg("path", { d: wavePath(bytesOf(values), 100, 50) }));
  return drawn;
}

function tiles(picture, named) {
  const grid = html("div", named ? "tiles named" : "tiles");
  for (const { name, values } of picture.tiles) {
    const tile = html("div", "tile");
    tile.title = name;
    if (values) tile.append(picture.draw === "wave" ? wave(values) : image(picture, values));
    if (named) tile.append(html("span", "name", name));
    grid.append(tile);
  }
  return grid;
}

function colour(element, kind, ofClass) {
  if (ofClass) {
    element.classList.add(`kind-${kind % KINDS}`);
    return;
  }
  const { side, strength } = sideOf(kind);
  element.classList.add(side);
  element.style.opacity = strength;
}

function points(picture, radius) {
  const width = picture.wide ? 230 : 100;
  const drawn = svg("svg", { viewBox: `0 0 ${width} 100`, class: "points" });
  for (const { x, y, kind } of placesOf(bytesOf(picture.values), width)) {
    const point = svg("circle", { cx: x.toFixed(1), cy: y.toFixed(1), r: radius });
    colour(point, kind, picture.classes);
    drawn.append(point);
  }
  return drawn;
}

function rows(picture) {
  const kinds = bytesOf(picture.kinds);
  const cells = bytesOf(picture.values);
  const { columns } = picture;
  const margin = 0.06 * columns; // for the class, or the quantity, of each row
  const size = `0 0 ${columns + margin} ${kinds.length}`;
  const drawn = svg("svg", { viewBox: size, preserveAspectRatio: "none", class: "rows" });
  const cell = (x, y, width, value, ofClass) => {
    const made = svg("rect", { x, y, width, height: 0.92 });
    colour(made, value, ofClass);
    drawn.append(made);
  };
  kinds.forEach((kind, row) => cell(0, row, 0.6 * margin, kind, picture.classes));
  cells.forEach((value, at) => {
    cell(margin + (at % columns), Math.floor(at / columns), 1, value, false);
  });
  return drawn;
}

function text(picture) {
  const drawn = html("div", "text");
  for (const [window, next] of picture.lines) {
    const line = html("div");
    const letters = [...window].map(shownLetter).join("");
    line.append(html("span", "", letters), html("b", "", shownLetter(next)));
    drawn.append(line);
  }
  return drawn;
}

function drawing(picture, small) {
  if (picture.kind === "tiles") return tiles(picture, !small && picture.named);
  if (picture.kind === "points") return points(picture, small ? 3.4 : 2);
  if (picture.kind === "rows") return rows(picture);
  return text(picture);
}

class Rail {
  constructor(root) {
    this.root = root;
    this.buttons = new Map();
    this.title = html("h2");
    this.samples = html("div", "samples");
    this.samples.setAttribute("role", "img");
    this.line = html("p", "line");
    this.split = html("p", "line");
    this.sets = html("div", "sets");
    this.sets.setAttribute("role", "group");
    const shown = html("div", "shown");
    shown.append(this.title, this.samples, this.line, this.split);
    root.append(shown, this.sets);
  }

  show(view) {
    this.root.dataset.theme = view.theme;
    this.sets.setAttribute("aria-label", _("Data sets"));
    this.title.replaceChildren(_("Data"), " ", html("span", "", view.title));
    for (const name of ["line", "split"]) this[name].textContent = this[name].title = view[name];
    this.drawSamples(view);
    const names = new Set(view.sets.map((set) => set.name));
    for (const [name, button] of this.buttons) {
      if (!names.has(name)) {
        button.remove();
        this.buttons.delete(name);
      }
    }
    for (const set of view.sets) this.drawSet(set);
  }

  drawSamples({ picture, note }) {
    const key = JSON.stringify(picture);
    this.samples.setAttribute("aria-label", note);
    this.samples.title = note;
    if (key === this.drawn) return;
    this.drawn = key;
    this.samples.replaceChildren(picture ? drawing(picture, false) : html("p", "none", note));
  }

  // A button stays the same element, so that it keeps the focus while the page is drawn anew.
  drawSet(set) {
    if (!this.buttons.has(set.name)) {
      const made = html("button");
      made.type = "button";
      made.append(html("span", "stamp"), html("span", "name"));
      made.querySelector(".stamp").setAttribute("aria-hidden", "true");
      made.onclick = () => this.choose(set.name);
      this.buttons.set(set.name, made);
      this.sets.append(made);
    }
    const button = this.buttons.get(set.name);
    button.querySelector(".name").textContent = set.label;
    button.title = set.hint;
    if (set.chosen === null) button.removeAttribute("aria-pressed");
    else button.setAttribute("aria-pressed", set.chosen);
    const key = JSON.stringify(set.picture);
    if (button.dataset.drawn === key) return;
    button.dataset.drawn = key;
    const stamp = set.picture ? drawing(set.picture, true) : html("span", "plus", "+");
    button.querySelector(".stamp").replaceChildren(stamp);
  }

  // The mark moves at once; what the server makes of the click is drawn when it has answered.
  choose(name) {
    if (this.buttons.get(name).hasAttribute("aria-pressed")) {
      for (const [other, button] of this.buttons) {
        if (button.hasAttribute("aria-pressed")) button.setAttribute("aria-pressed", other === name);
      }
    }
    this.onChoose(name);
  }
}

export default function mount({ parentElement, data, setTriggerValue }) {
  if (!rails.has(parentElement)) {
    rails.set(parentElement, new Rail(parentElement.querySelector(".rail")));
  }
  const rail = rails.get(parentElement);
  rail.onChoose = (name) => setTriggerValue("chosen", name);
  rail.show(data);
}
