// Points placed by hand: press, drag to spray, or move the cross with the arrow keys.

import { _, onLanguage } from "../languages/messages.js";

const SVG = "http://www.w3.org/2000/svg";
const NAMES = ["A", "B", "C", "D"];
const SPACING = 0.045; // between two points of one stroke, the plane being 2 wide
const SPREAD = 0.05;
const ERASED = 0.12; // radius
const STEP = 0.1; // of the cross, per key
const planes = new WeakMap();

function element(tag, attributes = {}, space = null) {
  const made = space ? document.createElementNS(space, tag) : document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}

// A shape for each class, so that they are told apart without colour.
function mark(kind, x, y) {
  const shapes = [
    `M${x - 3.2} ${y}a3.2 3.2 0 1 0 6.4 0a3.2 3.2 0 1 0 -6.4 0z`,
    `M${x - 3} ${y - 3}h6v6h-6z`,
    `M${x} ${y - 4}l3.6 6.6h-7.2z`,
    `M${x} ${y - 4}l4 4l-4 4l-4 -4z`,
  ];
  return element("path", { d: shapes[kind], class: `mark kind-${kind}` }, SVG);
}

class Plane {
  constructor(root, classes) {
    this.points = [];
    this.kind = 0;
    this.cross = [0, 0];
    this.last = null;
    this.build(root, classes);
    onLanguage(this, (plane) => plane.label());
  }

  build(root, classes) {
    this.tools = element("div", { class: "tools", role: "radiogroup" });
    for (let kind = 0; kind < classes; kind += 1) this.tools.append(this.tool(NAMES[kind], kind));
    this.erase = this.tool("", -1);
    this.tools.append(this.erase);
    this.svg = element("svg", { viewBox: "-100 -100 200 200", tabindex: 0, role: "application" }, SVG);
    this.svg.append(element("path", { d: "M-100 0H100M0 -100V100", class: "axes" }, SVG));
    this.marks = element("g", {}, SVG);
    this.pointer = element("path", { class: "cross" }, SVG);
    this.svg.append(this.marks, this.pointer);
    const row = element("div", { class: "tools" });
    this.clear = this.button("", () => this.set([]));
    this.use = this.button("", () => this.onUse(this.points));
    this.use.classList.add("use");
    row.append(this.clear, this.use);
    this.why = element("p", { class: "why", id: "why-unused" });
    this.use.setAttribute("aria-describedby", this.why.id);
    root.replaceChildren(this.tools, this.svg, row, this.why);
    this.listen();
    this.label();
  }

  label() {
    this.tools.setAttribute("aria-label", _("Class"));
    this.svg.setAttribute("aria-label", _("Plane. Arrow keys move the cross, Space places a point."));
    this.erase.textContent = _("Erase");
    this.clear.textContent = _("Clear");
    this.set(this.points);
  }

  tool(label, kind) {
    const made = this.button(label, () => this.choose(kind));
    made.setAttribute("role", "radio");
    made.setAttribute("aria-checked", kind === this.kind);
    made.classList.add(kind < 0 ? "erase" : `kind-${kind}`);
    made.dataset.kind = kind;
    return made;
  }

  button(label, act) {
    const made = element("button", { type: "button" });
    made.textContent = label;
    made.onclick = act;
    return made;
  }

  choose(kind) {
    this.kind = kind;
    for (const each of this.tools.children) {
      each.setAttribute("aria-checked", Number(each.dataset.kind) === kind);
    }
  }

  listen() {
    this.svg.onpointerdown = (event) => {
      this.svg.setPointerCapture(event.pointerId);
      this.last = null;
      this.stroke(this.place(event));
    };
    this.svg.onpointermove = (event) => {
      if (this.svg.hasPointerCapture(event.pointerId)) this.stroke(this.place(event));
    };
    this.svg.onkeydown = (event) => this.key(event);
  }

  place(event) {
    const box = this.svg.getBoundingClientRect();
    const x = ((event.clientX - box.left) / box.width) * 2 - 1;
    const y = 1 - ((event.clientY - box.top) / box.height) * 2;
    return [x, y];
  }

  stroke([x, y]) {
    if (this.last && Math.hypot(x - this.last[0], y - this.last[1]) < SPACING) return;
    const first = this.last === null;
    this.last = [x, y];
    const spread = () => (first ? 0 : (Math.random() - 0.5) * 2 * SPREAD);
    this.act([x + spread(), y + spread()]);
  }

  act([x, y]) {
    const inside = (value) => Math.max(-1, Math.min(1, Number(value.toFixed(3))));
    if (this.kind < 0) {
      this.set(this.points.filter((point) => Math.hypot(point[0] - x, point[1] - y) > ERASED));
    } else if (this.points.length < this.most) {
      this.set([...this.points, [inside(x), inside(y), this.kind]]);
    }
  }

  key(event) {
    const moves = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
    const move = moves[event.key];
    if (move) {
      const moved = (place, by) => Math.max(-1, Math.min(1, place + by * STEP));
      this.cross = [moved(this.cross[0], move[0]), moved(this.cross[1], move[1])];
      this.drawCross();
    } else if (event.key === " " || event.key === "Enter") {
      this.act(this.cross);
    } else return;
    event.preventDefault();
  }

  set(points) {
    this.points = points;
    this.marks.replaceChildren(...points.map(([x, y, kind]) => mark(kind, x * 100, -y * 100)));
    const many = { count: points.length };
    this.use.textContent = points.length === 1 ? _("Use {count} point", many) : _("Use {count} points", many);
    const kinds = new Set(points.map((point) => point[2])).size;
    this.use.disabled = points.length < 8 || kinds < 2;
    this.why.textContent = this.use.disabled ? _("At least 8 points of two classes") : "";
    this.clear.disabled = points.length === 0;
    this.drawCross();
  }

  drawCross() {
    const [x, y] = [this.cross[0] * 100, -this.cross[1] * 100];
    this.pointer.setAttribute("d", `M${x - 5} ${y}h10M${x} ${y - 5}v10`);
  }
}

export default function mount({ parentElement, data, setTriggerValue }) {
  if (!planes.has(parentElement)) {
    planes.set(parentElement, new Plane(parentElement.querySelector(".points"), data.classes));
  }
  const plane = planes.get(parentElement);
  plane.most = data.most;
  plane.onUse = (points) => setTriggerValue("used", points);
}
