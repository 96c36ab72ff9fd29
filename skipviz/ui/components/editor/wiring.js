// What layers read, drawn as lines below the row; the plugs of the selected layer are dragged to
// another layer, which it then reads.

import { _ } from "../languages/messages.js";
import { svg } from "./elements.js";
import { nearest } from "./geometry.js";
import { held } from "./gestures.js";
import {
  PLUG,
  PLUGS_APART,
  SIGNS,
  arrival,
  entryText,
  lanesOf,
  onChain,
  plugPlaces,
  readings,
  rewired,
  roomOf,
  sources,
  wirePath,
  wireText,
  wiresOf,
} from "./lanes.js";

const REACH = 12; // pixels up and down, for a finger; to the sides as far as the next one lets it

export class Wires {
  constructor() {
    this.root = svg("g", { class: "wires" });
  }

  // Before anything is drawn: the room the lanes need.
  read(network, readout) {
    this.readings = readings(network.layers, network.readout ?? readout);
    this.wired = this.readings.some((reading) => !onChain(reading) || wiresOf(reading).length);
    this.lanes = lanesOf(this.readings);
    return roomOf(this.lanes);
  }

  draw({ x, y, box }, hidden) {
    const parts = this.wired ? this.readings.flatMap((one) => this.of(one, x, y, box, hidden)) : [];
    this.root.replaceChildren(...parts);
  }

  of(reading, x, y, box, hidden) {
    const { k, entries, combine, said } = reading;
    const line = svg("line", { class: "chain", x1: x[k - 1], x2: x[k], y1: y, y2: y });
    const chain = onChain(reading) ? [line] : [];
    if (hidden.has(k)) return chain;
    const edge = y + box / 2;
    const drawn = wiresOf(reading);
    const wires = drawn.map((entry, index) => {
      const to = arrival(x[k], box, index, drawn.length);
      const path = wirePath(x[entry.state], to, edge, box, this.lanes.get(entry.state));
      const wire = svg("path", { class: "wire", d: path, "data-wire": `${entry.state}-${k}` });
      wire.append(svg("title", {}, wireText(k, entry)));
      return wire;
    });
    if (!said || entries.length === 1) return [...chain, ...wires];
    const at = { x: x[k] - box / 2 - 2, y: y + box / 2 + 1, class: "combine" };
    return [...wires, svg("text", at, SIGNS[combine])];
  }
}

export class Plugs {
  constructor(editor) {
    this.editor = editor;
    this.drag = null;
    this.reading = null; // of the selected layer
    this.root = svg("g", { class: "plugs" }); // stays while plugs come and go, also under a drag
    this.preview = svg("path", { class: "wire preview-wire" });
    editor.canvas.append(this.preview, this.root);
    this.escape = held(this.root, this, editor);
  }

  // Called whenever selection or drawing have changed.
  show() {
    const { selected, drawing, range } = this.editor;
    const k = selected === null || selected.includes("-") ? 0 : Number(selected);
    const reading = (range.wide ? null : drawing.wires.readings[k - 1]) ?? null;
    if (reading?.k !== this.reading?.k) this.end();
    this.reading = reading;
    const focused = this.root.contains(this.editor.canvas.getRootNode().activeElement);
    const at = Number(this.root.querySelector(":focus")?.dataset.entry ?? 0);
    this.root.replaceChildren(...(reading ? this.plugs(reading) : []));
    if (focused && reading) this.root.children[Math.min(at, this.root.children.length - 1)]?.focus();
  }

  plugs(reading) {
    return sources(reading).map((entry, index) => {
      const [x, y] = this.place(reading, index);
      const said = this.said(reading, entry);
      const plug = svg("g", {
        class: "plug",
        role: "button",
        tabindex: "0",
        "aria-label": said,
        "data-entry": index,
        transform: `translate(${x} ${y})`,
      });
      const side = sources(reading).length > 1 ? PLUGS_APART / 2 : REACH;
      const hit = { x: -side, y: -REACH, width: 2 * side, height: 2 * REACH, class: "hit" };
      plug.append(svg("title", {}, said), svg("rect", hit), svg("circle", { r: PLUG }));
      return plug;
    });
  }

  said({ k }, source) {
    const said = { layer: k, entry: entryText(source) };
    if (source.attended === "values") {
      return _("Layer {layer} takes its values from {entry}: drag to another layer, or left and right arrow", said);
    }
    if (source.attended) {
      return _("Layer {layer} attends to {entry}: drag to another layer, or left and right arrow", said);
    }
    return k > this.editor.network.layers.length
      ? _("The readout reads {entry}: drag to another layer, or left and right arrow", said)
      : _("Layer {layer} reads {entry}: drag to another layer, or left and right arrow", said);
  }

  // Beside the box, whose words are to be read: a layer that says nothing is plugged into the line
  // of the chain, others into theirs below it.
  place(reading, index) {
    const { x, y, box, spacing } = this.editor.drawing.place;
    const { k } = reading;
    const wires = wiresOf(reading);
    const at = index - (sources(reading).length - wires.length);
    if (at < 0) return [x[k] - box / 2 - Math.min(PLUG, (spacing - box) / 2), y];
    return [plugPlaces(x[k], box, wires.length)[at], y + box / 2 + PLUG + 1];
  }

  key(event) {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!by) return;
    event.preventDefault();
    event.stopPropagation();
    const { reading } = this;
    const index = entryOf(event);
    const now = sources(reading)[index].state;
    const next = this.editor.folding.next(now, by);
    if (next >= reading.k) this.editor.say(_("A layer reads layers before it"));
    else if (next !== now) this.plugIn(reading, index, next);
  }

  down(event) {
    event.stopPropagation();
    if (event.button !== 0 || this.drag) return;
    this.drag = { index: entryOf(event), pointer: event.pointerId, state: null };
    this.root.setPointerCapture(event.pointerId);
    window.addEventListener("keydown", this.escape, true);
  }

  move(event) {
    if (event.pointerId !== this.drag?.pointer) return;
    const { reading, drag } = this;
    const { x, y, box, stops } = this.editor.drawing.place;
    const left = this.editor.canvas.getBoundingClientRect().left;
    const state = nearest(event.clientX - left, stops.slice(0, reading.k));
    drag.state = state;
    this.editor.canvas.querySelector(".layer.target")?.classList.remove("target");
    this.editor.drawing.find(`${state}`)?.classList.add("target");
    const [to] = this.place(reading, drag.index);
    this.preview.setAttribute("d", wirePath(x[state], to, y + box / 2, box, 0));
  }

  up(event) {
    if (event.pointerId !== this.drag?.pointer) return;
    const { index, state } = this.drag;
    const now = sources(this.reading)[index]?.state;
    this.end();
    if (state !== null && now !== undefined && state !== now) this.plugIn(this.reading, index, state);
  }

  end() {
    if (!this.drag) return;
    this.drag = null;
    window.removeEventListener("keydown", this.escape, true);
    this.preview.removeAttribute("d");
    this.editor.stopAiming();
  }

  plugIn(reading, index, state) {
    const entry = { ...sources(reading)[index], state };
    this.editor.edit(rewired(reading, index, state));
    const said = { layer: reading.k, entry: entryText(entry) };
    this.editor.say(nowText(entry, said));
  }
}

function entryOf(event) {
  return Number(event.target.closest(".plug").dataset.entry);
}

function nowText({ attended }, said) {
  if (attended === "values") return _("Layer {layer} now takes its values from {entry}", said);
  return attended ? _("Layer {layer} now attends to {entry}", said) : _("Layer {layer} now reads {entry}", said);
}
