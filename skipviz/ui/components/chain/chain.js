// The network as a chain of layers and arcs that can be taken away, one click each.

import { arcEnds, arcHeight, arcPath, chain, deepestArc } from "../editor/geometry.js";
import { isForward, labelStep, tallestArc } from "../editor/geometry.js";
import { _, onLanguage } from "../languages/messages.js";
import { arrival, lanesOf, onChain, readText, readings, roomOf } from "../editor/lanes.js";
import { wirePath, wireText, wiresOf } from "../editor/lanes.js";

const SVG = "http://www.w3.org/2000/svg";
const chains = new WeakMap();

function drawn(tag, attributes = {}, text = "") {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  if (text) made.textContent = text;
  return made;
}

class Lesions {
  constructor(root) {
    this.root = root;
    this.cut = new Set();
    this.canvas = drawn("svg", { role: "group" });
    root.append(this.canvas);
    onLanguage(this, (lesions) => lesions.draw());
    this.resizing = new ResizeObserver(() => this.draw());
    this.resizing.observe(root);
  }

  // What Python says is cut counts at first and after a reset; in between the clicks do.
  show(view) {
    if (view.revision !== this.view?.revision) this.cut = new Set(view.cut);
    this.view = view;
    this.draw();
  }

  draw() {
    const width = this.root.clientWidth;
    if (!this.view || !width) return;
    const { layers, skips } = this.view;
    this.canvas.setAttribute("aria-label", _("Layers and skips to delete"));
    const focused = this.canvas.getRootNode().activeElement?.dataset?.id;
    this.place = chain(layers.length, width);
    this.place.y = tallestArc(skips, this.place.x) + 26 + this.place.box / 2;
    this.readings = readings(layers, this.view.readout);
    this.lanes = lanesOf(this.readings);
    this.place.low = this.place.y + this.place.box / 2 + roomOf(this.lanes);
    this.size(deepestArc(skips, this.place.x));
    const ends = arcEnds(skips, this.place);
    this.canvas.replaceChildren(
      ...this.readings.flatMap((reading) => this.read(reading)),
      ...skips.map((skip, index) => this.arc(skip, ends[index])),
      this.end(0, "x"),
      ...layers.map((layer, index) => this.layer(layer, index + 1)),
      this.end(layers.length + 1, _("out")),
    );
    if (focused) this.canvas.querySelector(`[data-id="${focused}"]`)?.focus();
  }

  size(below) {
    const { low, width } = this.place;
    const height = low + (below ? below + 28 : 30);
    this.canvas.setAttribute("width", width);
    this.canvas.setAttribute("height", height);
  }

  // What a layer reads: the layer before it along the row, others by lines below.
  read(reading) {
    const { x, y, box } = this.place;
    const { k } = reading;
    const line = { class: "chain", x1: x[k - 1], x2: x[k], y1: y, y2: y };
    const found = wiresOf(reading);
    const wires = found.map((entry, index) => {
      const { state, attended } = entry;
      const to = arrival(x[k], box, index, found.length);
      const d = wirePath(x[state], to, y + box / 2, box, this.lanes.get(state));
      const wire = drawn("path", { class: "wire", d });
      const whole = { layer: k, entry: readText(reading) };
      const said = attended ? wireText(k, entry) : _("Layer {layer} reads {entry}", whole);
      wire.append(drawn("title", {}, said));
      return wire;
    });
    return onChain(reading) ? [drawn("line", line), ...wires] : wires;
  }

  end(k, name) {
    const { x, low } = this.place;
    const group = drawn("g", { class: "end" });
    group.append(this.box(k), drawn("text", { x: x[k], y: low + 18 }, name));
    return group;
  }

  box(k) {
    const { x, y, box } = this.place;
    const corner = { x: x[k] - box / 2, y: y - box / 2, width: box, height: box };
    return drawn("rect", { ...corner, rx: box * 0.24, class: "box" });
  }

  layer({ title, why }, k) {
    const { x, y, box, spacing, low } = this.place;
    const group = this.toggle(
      `${k}`,
      _("Delete Layer {layer}, {title}", { layer: k, title }),
      why ? "layer fixed" : "layer",
    );
    const hit = { x: x[k] - spacing / 2, y: y - 24, width: spacing, height: 48, class: "hit" };
    const cross = `M${x[k] - box / 3} ${y - box / 3}l${box / 1.5} ${box / 1.5}m0 ${-box / 1.5}`;
    group.append(drawn("rect", hit), this.box(k));
    group.append(drawn("path", { class: "cross", d: `${cross}l${-box / 1.5} ${box / 1.5}` }));
    group.append(drawn("title", {}, why || _("Layer {layer}: {title}", { layer: k, title })));
    const near = spacing * (this.view.layers.length + 1 - k) < 30; // of "out"
    if (k % labelStep(spacing) === 0 && !near) {
      group.append(drawn("text", { x: x[k], y: low + 18 }, `${k}`));
    }
    return group;
  }

  arc(skip, { from, to }) {
    const { x, y, box } = this.place;
    const height = arcHeight(Math.abs(x[skip.target] - x[skip.source]));
    const [edge, rise] = isForward(skip)
      ? [y - box / 2 - 1, height]
      : [y + box / 2 + 1, -height];
    const path = arcPath(from, to, edge, rise);
    const said = _("Delete Skip {skip}", { skip: skip.title });
    const group = this.toggle(`${skip.source}-${skip.target}`, said, "arc");
    group.append(drawn("title", {}, _("Skip {skip}", { skip: skip.title })));
    group.append(drawn("path", { class: "hit", d: path }), drawn("path", { class: "line", d: path }));
    return group;
  }

  toggle(id, label, kind) {
    const group = drawn("g", {
      class: kind,
      "data-id": id,
      role: "checkbox",
      tabindex: "0",
      "aria-label": label,
      "aria-checked": this.cut.has(id),
    });
    group.onclick = () => this.press(id);
    group.onkeydown = (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      this.press(id);
    };
    return group;
  }

  press(id) {
    if (!this.cut.delete(id)) this.cut.add(id);
    for (const group of this.canvas.querySelectorAll(`[data-id="${id}"]`)) {
      group.setAttribute("aria-checked", this.cut.has(id));
    }
    this.send("cut", [...this.cut]);
  }

  remove() {
    this.resizing.disconnect();
    this.root.replaceChildren();
  }
}

export default function mount({ parentElement, data, setTriggerValue }) {
  if (!chains.has(parentElement)) {
    chains.set(parentElement, new Lesions(parentElement.querySelector(".lesions")));
  }
  const lesions = chains.get(parentElement);
  lesions.send = setTriggerValue;
  lesions.show(data);
  // The page may mount the same element anew before it cleans up after the last time.
  const mounts = (lesions.mounts = (lesions.mounts ?? 0) + 1);
  return () => {
    if (mounts !== lesions.mounts) return;
    lesions.remove();
    chains.delete(parentElement);
  };
}
