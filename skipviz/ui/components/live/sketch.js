// The curves of a chart in our own hand, until the chart library is read: SVG that stretches, whose
// lines keep their width, and words beside it as HTML. Pure: figures in, HTML out.

import { betweenOf, lineOf, outlineOf, piecesOf } from "./paths.js";

const SIDE = 1000; // of the drawing, in units of its own
const DASHES = {
  // as plotly.js has them, for lines of at most 3 pixels
  dash: "9 9",
  dot: "3 3",
  dashdot: "9 3 3 3",
  longdash: "15 15",
  longdashdot: "15 3 3 3",
};
const STEPS = [1, 2, 5, 10]; // between two numbers beside an axis, times a power of ten
const MOST_NUMBERS = { x: 6, y: 5 }; // beside an axis as long as the drawing
const SPARE = 0.06; // of its span, above and below what an axis without a range has to hold
const MARK = 6; // pixels

// `other` is the same figure in the other theme, where it is not known which one is shown. Null for
// what only the library can draw: maps, bars, axes of words, more than one axis across.
export function sketchOf(figure, other = figure) {
  if (!figure.data.every(isCurve) || figure.layout.xaxis2) return null;
  const axes = axesOf(figure);
  const { margin } = figure.layout;
  const drawn = [
    ...Object.values(axes).map(gridOf),
    ...(figure.layout.shapes ?? []).map((shape, k) => shapeOf(shape, other.layout.shapes[k], axes)),
    ...curvesOf(figure.data, other.data, axes),
  ];
  const notes = figure.layout.annotations ?? [];
  const words = [
    ...Object.values(axes).map(wordsOf),
    ...notes.map((note, k) => noteOf(note, other.layout.annotations[k], axes)),
  ];
  return (
    `<div class="sketch" style="--l:${margin.l}px;--r:${margin.r}px;` +
    `--t:${margin.t}px;--b:${margin.b}px">` +
    `<svg viewBox="0 0 ${SIDE} ${SIDE}" preserveAspectRatio="none">${drawn.join("")}</svg>` +
    `${words.join("")}</div>`
  );
}

function isCurve({ type = "scatter", x = [], y = [] }) {
  return type === "scatter" && [x, y].every((values) => Array.from(values).every(isNumber));
}

function isNumber(value) {
  return value === null || typeof value === "number";
}

function axesOf({ data, layout }) {
  const names = Object.keys(layout).filter((name) => /^[xy]axis/.test(name));
  return Object.fromEntries(
    names.map((name) => {
      const id = name.replace("axis", "");
      const side = id[0];
      const traces = data.filter((trace) => (trace[`${side}axis`] ?? side) === id);
      return [id, new Axis(side, layout[name], traces.map((trace) => trace[side] ?? []))];
    }),
  );
}

class Axis {
  constructor(side, given, series) {
    this.side = side;
    this.given = given;
    this.log = given.type === "log";
    this.domain = given.domain ?? [0, 1];
    const values = series.flatMap((each) => Array.from(each));
    this.whole = this.log || values.every((value) => Number.isInteger(value));
    this.span = given.range ?? this.spanOf(values);
    this.ticks = given.visible === false || given.showticklabels === false ? [] : this.numbered();
  }

  // As the range of a figure has it: powers of ten on a log axis.
  at(value) {
    return this.log ? Math.log10(value) : value;
  }

  spanOf(values) {
    const places = values.filter((v) => v !== null).map((v) => this.at(v)).filter(Number.isFinite);
    if (this.given.rangemode === "tozero") places.push(0);
    if (!places.length) return [0, 1];
    const [low, high] = [Math.min(...places), Math.max(...places)];
    const room = (high - low || 1) * SPARE;
    return [low === 0 ? 0 : low - room, high + room];
  }

  // In units of the drawing, from the left and from the top.
  place(value) {
    if (value === null || (this.log && !(value > 0))) return undefined;
    return this.placeOf(this.at(value));
  }

  placeOf(value) {
    const [low, high] = this.span;
    const [from, to] = this.domain;
    const share = from + ((value - low) / (high - low)) * (to - from);
    return placed(this.side, share);
  }

  get edges() {
    return this.domain.map((share) => placed(this.side, share));
  }

  numbered() {
    const { tickvals, ticktext, dtick } = this.given;
    if (tickvals) {
      return tickvals.map((value, k) => [this.place(value), String(ticktext?.[k] ?? value)]);
    }
    const [low, high] = [Math.min(...this.span), Math.max(...this.span)];
    const most = Math.max(2, MOST_NUMBERS[this.side] * (this.domain[1] - this.domain[0]));
    const step = dtick ?? Math.max(this.whole ? 1 : 0, stepOf(high - low, most));
    const first = Math.ceil(low / step);
    const count = Math.floor(high / step) - first + 1;
    return Array.from({ length: count }, (_, k) => {
      const value = (first + k) * step;
      return [this.placeOf(value), this.log ? `1e${value}` : said(value)];
    });
  }
}

function stepOf(span, most) {
  const power = 10 ** Math.floor(Math.log10(span / most));
  return STEPS.map((step) => step * power).find((step) => span / step <= most) ?? 10 * power;
}

function said(value) {
  return Number(value.toPrecision(6)).toLocaleString("en");
}

function gridOf({ side, given, ticks }) {
  if (given.showgrid === false) return "";
  const lines = ticks
    .filter(([place]) => Number.isFinite(place))
    .map(([place]) => (side === "x" ? `M${place},0V${SIDE}` : `M0,${place}H${SIDE}`));
  return `<path class="grid" d="${lines.join("")}"/>`;
}

function curvesOf(data, others, axes) {
  const before = new Map(); // the pieces of the trace before, by its axis: bands end there
  return data.map((trace, k) => {
    const { xaxis = "x", yaxis = "y" } = trace;
    const place = { x: (v) => axes[xaxis].place(v), y: (v) => axes[yaxis].place(v) };
    const pieces = piecesOf(trace.x ?? [], trace.y ?? [], place);
    const drawn = curveOf(trace, others[k], pieces, before.get(yaxis));
    before.set(yaxis, pieces);
    return drawn;
  });
}

function curveOf(trace, other, pieces, before) {
  const { mode = "lines", line = {}, fill = "none", opacity = 1 } = trace;
  const parts = [];
  const area = areaOf(fill, pieces, before);
  if (area) parts.push(`<path d="${area}" style="fill:${both(trace, other, "fillcolor")}"/>`);
  const lines = mode.includes("lines") && line.width !== 0;
  if (lines) parts.push(strokeOf(lineOf(pieces), line, other.line));
  if (mode.includes("markers")) parts.push(marksOf(trace, other, pieces));
  return `<g opacity="${Number(opacity)}">${parts.join("")}</g>`;
}

function areaOf(fill, pieces, before) {
  if (fill === "toself") return outlineOf(pieces);
  return fill === "tonexty" && before ? betweenOf(before, pieces) : "";
}

function strokeOf(path, line, other) {
  const dash = DASHES[line.dash] ?? "none";
  const width = Number(line.width ?? 2);
  const colour = both(line, other, "color");
  const look = `stroke:${colour};stroke-width:${width};stroke-dasharray:${dash}`;
  return `<path d="${path}" style="${look}"/>`;
}

// Points of no length with round ends stay round in a drawing that stretches.
function marksOf(trace, other, pieces) {
  const look = { color: trace.line?.color, ...trace.marker };
  const size = typeof look.size === "number" ? look.size : MARK;
  const path = pieces.flat().map(([x, y]) => `M${x},${y}h0`).join("");
  const colour = both(look, { color: other.line?.color, ...other.marker }, "color");
  return `<path class="marks" d="${path}" style="stroke:${colour};stroke-width:${size}"/>`;
}

function shapeOf(shape, other, axes) {
  if (shape.type !== "line") return "";
  const [x, y] = [placeBy("x", shape, axes), placeBy("y", shape, axes)];
  const path = `M${x(shape.x0)},${y(shape.y0)}L${x(shape.x1)},${y(shape.y1)}`;
  return `<g opacity="${Number(shape.opacity ?? 1)}">${strokeOf(path, shape.line, other.line)}</g>`;
}

const VALUE = (axis, value) => axis.place(value);
const POWER = (axis, value) => axis.placeOf(value); // how a note names its place on a log axis

// Where something stands that refers to an axis, or to the whole drawing.
function placeBy(side, thing, axes, found = VALUE) {
  const reference = thing[`${side}ref`] ?? side;
  const axis = axes[reference];
  if (axis) return (value) => found(axis, value);
  if (reference.endsWith("domain")) {
    const [from, to] = axes[reference.split(" ")[0]].edges;
    return (share) => from + share * (to - from);
  }
  return (share) => placed(side, share);
}

// A share of the drawing, from the left and from below, in its units.
function placed(side, share) {
  return Number(((side === "x" ? share : 1 - share) * SIDE).toFixed(1));
}

function wordsOf({ side, given, ticks, edges }) {
  const [name, from] = side === "x" ? ["along", "left"] : ["up", "top"];
  const numbers = ticks
    .filter(([place]) => Number.isFinite(place))
    .map(([place, text]) => wordOf(name, `${from}:${share(place)}`, text));
  const title = given.title?.text ?? "";
  const middle = share((edges[0] + edges[1]) / 2);
  return numbers.join("") + (title ? wordOf(`${name}-title`, `${from}:${middle}`, title) : "");
}

const ACROSS = { left: "0", right: "-100%" };
const UP = { top: "0", bottom: "-100%" };
const MIDDLE = "-50%";

function noteOf(note, other, axes) {
  const [x, y] = [placeBy("x", note, axes, POWER), placeBy("y", note, axes, POWER)];
  const [left, top] = [share(x(note.x)), share(y(note.y))];
  const shift = `${ACROSS[note.xanchor] ?? MIDDLE},${UP[note.yanchor] ?? MIDDLE}`;
  const colour = note.font?.color ? both(note.font, other.font, "color") : "inherit";
  const weight = /^<b>/.test(note.text) ? 700 : 400;
  const size = Number(note.font?.size ?? 13);
  const font = `color:${colour};font-weight:${weight};font-size:${size}px`;
  const place = `left:${left};top:${top};transform:translate(${shift})`;
  return wordOf("name", `${place};${font}`, note.text);
}

function wordOf(name, style, text) {
  const plain = text.replace(/<br>/g, "\n").replace(/<\/?(b|i|sub|sup|span)\b[^>]*>/g, "");
  return `<span class="${name}" style="${style}">${escaped(plain)}</span>`;
}

function share(place) {
  return `${((100 * place) / SIDE).toFixed(2)}%`;
}

function escaped(text) {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}

function both(light, dark, name) {
  const [one, two] = [light, dark].map((each) => escaped(String(each?.[name] ?? "currentColor")));
  return one === two ? one : `light-dark(${one},${two})`;
}
