// The network as SVG. Builds elements; knows nothing of gestures or of Streamlit.

import { _ } from "../languages/messages.js";
import { HALF, ROOM, arcEnds, arcHeight, arcPath, chain, deepestArc, deepestLoop } from "./geometry.js";
import { isForward, labelStep, pressed, slash } from "./geometry.js";
import { NEUTRAL, fill, isNews, svg } from "./elements.js";
import { SecondRow } from "./second_row.js";
import { Wires } from "./wiring.js";
import { inkOn, skipText, zeroSpoken } from "./words.js";

const GRIP = 24; // pixels, the size of the grip below the labels
const TOP = 8; // pixels above the tallest arc
const NAMES = 96; // pixels left of the chain for the names of the arms
const WIDE = 700; // pixels from which there is room for them
const ROOM_FOR_SHAPES = 58; // pixels between two layers

export function skipId({ source, target }) {
  return `${source}-${target}`;
}

export class Drawing {
  constructor(canvas) {
    this.canvas = canvas;
    this.arcs = svg("g", { class: "arcs" });
    this.line = svg("line", { class: "chain" });
    this.layers = svg("g", { class: "layers" });
    this.strips = svg("g", { class: "strips" });
    this.preview = svg("path", { class: "preview" });
    this.ghosts = svg("g", { class: "ghosts" });
    this.second = new SecondRow();
    this.wires = new Wires();
    canvas.append(this.second.root, this.line, this.wires.root, this.ghosts, this.strips, this.arcs);
    canvas.append(this.layers, this.preview);
  }

  // `errors` holds the ids of what is wrong: "3" for a layer, "1-3" for a skip; `rows` are the
  // arms that have a row, the first of which is drawn with its skips.
  draw(network, ends, width, errors, hidden, rows) {
    const depth = network.layers.length;
    const named = rows.length > 1 && width >= WIDE;
    const place = chain(depth, width, hidden, named ? NAMES : undefined);
    const skips = network.skips.filter((s) => !hidden.has(s.source) || !hidden.has(s.target));
    const y = TOP + ROOM + HALF;
    this.press = pressed(skips, place.x);
    const lanes = this.wires.read(network, ends.readout);
    const names = Math.max(lanes, deepestLoop(skips));
    this.place = { ...place, y, named, lanes, names, wired: this.wires.wired };
    const edge = y + place.box / 2 + names;
    this.shapes = place.spacing >= ROOM_FOR_SHAPES;
    this.place.tied = this.shapes && [...network.layers, ends.readout].some((part) => part?.owner);
    this.place.grip = edge + (this.shapes ? 36 : 23) + GRIP / 2;
    const below = deepestArc(skips, place.x);
    const under = below ? y + place.box / 2 + below + 28 : 0;
    const over = this.shapes && rows.length > 1 && !named ? 14 : 0; // the name above the second row
    const labels = y + HALF + 43 + names + over;
    const bottom = this.second.draw(this.place, rows, hidden, Math.max(under, labels));
    this.size(place.width, Math.max(bottom, this.place.grip + GRIP / 2 + 2));
    this.drawLine(this.place, y);
    this.wires.draw(this.place, hidden);
    this.arcs.replaceChildren(...this.drawArcs(skips, errors));
    this.showDifference(ends.difference ?? { added: [], removed: [] });
    this.layers.replaceChildren(...this.drawLayers(network.layers, ends, errors, hidden));
    this.strips.replaceChildren(...[...hidden].map((k) => this.cell(k)));
  }

  size(width, height) {
    this.canvas.setAttribute("width", width);
    this.canvas.setAttribute("height", height);
    this.canvas.setAttribute("viewBox", `0 0 ${width} ${height}`);
  }

  // Where layers read others than the one before, it has gaps, and is drawn piece by piece.
  drawLine({ x, wired }, y) {
    const ends = { x1: x[0], x2: wired ? x[0] : x[x.length - 1], y1: y, y2: y };
    for (const [name, value] of Object.entries(ends)) this.line.setAttribute(name, value);
  }

  // Where an arc starts and how far it rises; below the chain both are mirrored.
  rise(skip) {
    const { x, y, box } = this.place;
    const height = arcHeight(Math.abs(x[skip.target] - x[skip.source]));
    const edge = box / 2 + 1;
    if (!isForward(skip)) return { y: y + edge, height: -height };
    return { y: y - edge, height: Math.min(height * this.press, ROOM) };
  }

  drawArcs(skips, errors) {
    const ends = arcEnds(skips, this.place);
    const order = skips.map((skip, index) => index);
    order.sort((a, b) => span(skips[b]) - span(skips[a])); // short arcs on top of long ones
    return order.map((index) => this.arc(skips[index], ends[index], errors));
  }

  arc(skip, { from, to }, errors) {
    const id = skipId(skip);
    const { y, height } = this.rise(skip);
    const path = arcPath(from, to, y, height);
    const group = svg("g", {
      class: `arc ${skip.kind}${errors.has(id) ? " error" : ""}`,
      "data-skip": id,
      role: "button",
      tabindex: "-1",
      "aria-label": _("Skip {source} to {target}, {kind}", { ...skip, kind: _(skip.kind) }),
    });
    group.append(svg("desc", { "data-text": skip.title }, skip.title));
    group.append(svg("path", { class: "hit", d: path }), svg("path", { class: "line", d: path }));
    const [middle, peak] = [(from + to) / 2, y - height];
    if (!isForward(skip)) group.append(svg("text", { x: middle, y: peak + 14, class: "delay" }, "z⁻¹"));
    if (errors.has(id)) group.append(this.warning(middle, peak));
    return group;
  }

  // Against a kept run: new skips stand out, those that are gone are ghosts.
  showDifference({ added, removed }) {
    const fresh = new Set(added.map((ends) => ends.join("-")));
    for (const group of this.arcs.children) {
      group.classList.toggle("added", fresh.has(group.dataset.skip));
    }
    const gone = removed.map(([source, target]) => ({ source, target }));
    const there = gone.filter(({ target }) => target < this.place.x.length);
    const ends = arcEnds(there, this.place);
    const ghosts = there.map((skip, index) => this.ghost(skip, ends[index]));
    this.ghosts.replaceChildren(...ghosts);
  }

  ghost(skip, { from, to }) {
    const { y, height } = this.rise(skip);
    const path = svg("path", { class: "ghost", d: arcPath(from, to, y, height) });
    path.append(svg("title", {}, _("removed: {source} → {target}", skip)));
    return path;
  }

  warning(x, y) {
    const mark = svg("g", { class: "warning", transform: `translate(${x} ${y})` });
    mark.append(svg("circle", { r: 8 }), svg("text", { dy: "0.36em" }, "!"));
    return mark;
  }

  drawLayers(layers, { input, readout }, errors, hidden) {
    const named = [
      { ...input, name: "x", spoken: _("input") },
      ...layers.map((layer, i) => ({
        ...layer,
        name: `${i + 1}`,
        spoken: _("Layer {layer}", { layer: i + 1 }),
      })),
      { ...readout, name: _("out"), spoken: _("readout") },
    ];
    const step = labelStep(this.place.spacing);
    return named.flatMap((layer, k) => {
      if (hidden.has(k)) return [];
      const edge = k === 0 || k === named.length - 1;
      const near = this.place.spacing * (named.length - 1 - k) < 26 && !edge; // of "out"
      return [this.layer(layer, k, (edge || k % step === 0) && !near, errors)];
    });
  }

  layer(layer, k, labelled, errors) {
    const { x, y, box, spacing, names } = this.place;
    const low = y + box / 2 + names;
    const group = svg("g", {
      class: `layer${errors.has(`${k}`) ? " error" : ""}`,
      "data-layer": k,
      role: "button",
      tabindex: "-1",
      "aria-label": _("{layer}, {title}", { layer: layer.spoken, title: layer.title ?? "" }),
    });
    const corner = { x: x[k] - box / 2, y: y - box / 2, width: box, height: box };
    const hit = { x: x[k] - spacing / 2, y: y - 24, width: spacing, height: 48, class: "hit" };
    group.append(svg("rect", hit), svg("rect", { ...corner, rx: box * 0.24, class: "box" }));
    group.append(svg("path", { d: slash(x[k], y, box), class: "slash" }));
    group.append(svg("desc", {}, _("{layer}: {title}", { layer: layer.spoken, title: layer.detail ?? layer.title })));
    if (layer.mark && box >= 14) {
      const size = { "font-size": Math.min(15, box * 0.5) };
      group.append(svg("text", { x: x[k], y, dy: "0.36em", class: "mark", ...size }, layer.mark));
    }
    if (labelled) {
      group.append(svg("text", { x: x[k], y: low + 18, class: "label" }, this.name(layer)));
    }
    if (this.shapes && layer.shape) {
      group.append(svg("text", { x: x[k], y: low + 33, class: "shape" }, layer.shape));
    }
    return group;
  }

  // With the layer whose weights it has, where there is room to say it.
  name({ name, owner }) {
    return this.shapes && owner ? `${name} = ${owner}` : name;
  }

  // A hidden layer: nothing but its colour.
  cell(k) {
    const { x, y, box, boxes } = this.place;
    const width = boxes[k] + 0.5; // no light between neighbours
    return svg("rect", { x: x[k] - width / 2, y: y - box / 2, width, height: box, "data-cell": k });
  }

  // `zeros` are the layers whose gradient is exactly 0: struck through, and said to be so.
  paint(colours, shares, zeros = []) {
    const none = new Set(zeros);
    for (const cell of this.strips.children) {
      fill(cell, colours?.[Number(cell.dataset.cell) - 1] ?? NEUTRAL);
    }
    for (const group of this.layers.children) {
      const colour = colours?.[Number(group.dataset.layer) - 1];
      fill(group.querySelector(".box"), colour ?? NEUTRAL);
      this.strike(group, none.has(Number(group.dataset.layer)));
      const mark = group.querySelector(".mark");
      if (mark) fill(mark, colour ? inkOn(colour) : "");
    }
    for (const group of this.arcs.children) {
      this.paintArc(group, shares?.[group.dataset.skip], Boolean(shares));
    }
  }

  strike(group, zero) {
    if (group.classList.contains("zero") === zero) return;
    group.classList.toggle("zero", zero);
    group.dataset.said ??= group.getAttribute("aria-label");
    group.setAttribute("aria-label", zeroSpoken(group.dataset.said, zero));
  }

  // Thickness is what a skip carries; where shares are known but not its own, it carries nothing.
  paintArc(group, share, measured) {
    if (!isNews(group, `${measured} ${share}`)) return;
    const unknown = measured ? 0 : 0.3;
    group.style.setProperty("--share", Math.min(Math.abs(share ?? unknown), 1));
    group.classList.toggle("idle", measured && !share);
    group.classList.toggle("against", share < 0);
    const text = group.querySelector("desc");
    text.textContent = skipText({ title: text.dataset.text, id: group.dataset.skip }, share);
  }

  showPreview(source, target) {
    const { x } = this.place;
    const { y, height } = this.rise({ source, target });
    this.preview.setAttribute("d", arcPath(x[source], x[target], y, height));
  }

  hidePreview() {
    this.preview.removeAttribute("d");
  }

  find(id) {
    return this.canvas.querySelector(`[data-layer="${id}"], [data-skip="${id}"]`);
  }
}

function span({ source, target }) {
  return Math.abs(target - source);
}

export function faultId({ layer, skip }) {
  return skip ? skip.join("-") : `${layer}`;
}
