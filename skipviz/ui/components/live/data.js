// The numbers a figure draws, as a table and as CSV. Pure: traces in, text out.

import { N_, _ } from "../languages/messages.js";

const [LOWEST, HIGHEST] = [1, 254]; // levels of a quantised heat map: 0 is 0, 255 is not known
export const ZERO = N_("exactly 0"); // of a quantity on a log scale

// On a log scale exact zeros are gaps of their series, which says where they are (`meta.zeros`);
// what marks them is a drawing and no number. Lines and bars share one column of x; heat maps have one column for each of theirs.
// Columns are called what the chart calls its axes and curves.
export function tableOf(traces, meta = {}, layout = {}) {
  const maps = traces.filter((trace) => trace.type === "heatmap");
  return maps.length ? ofMaps(maps, meta.levels, layout) : ofSeries(traces.filter(isSeries), layout);
}

function titleOf(axis, otherwise) {
  const title = axis?.title?.text ?? axis?.title;
  return typeof title === "string" && title ? title.replace(/<[^>]*>/g, "") : otherwise;
}

// What the page calls it; its name is a key, by which a moving chart is told from another.
function called(trace) {
  return trace.meta?.label ?? trace.name;
}

function isSeries(trace) {
  return trace.x && trace.y && trace.type !== "image" && !trace.meta?.drawn;
}

function ofSeries(traces, layout) {
  const lying = traces.some((trace) => trace.orientation === "h");
  const keyed = lying ? titleOf(layout.yaxis, "y") : titleOf(layout.xaxis, "x");
  const rows = new Map();
  traces.forEach((trace, column) => {
    const [keys, values] = trace.orientation === "h" ? [trace.y, trace.x] : [trace.x, trace.y];
    const zeros = new Set(trace.meta?.zeros);
    Array.from(keys).forEach((key, place) => {
      if (!rows.has(key)) rows.set(key, [key, ...traces.map(() => "")]);
      rows.get(key)[column + 1] = zeros.has(place) ? ZERO : shown(values[place]);
    });
  });
  const sorted = [...rows.values()].sort((a, b) => (a[0] > b[0] ? 1 : a[0] < b[0] ? -1 : 0));
  return { head: [keyed, ...traces.map(called)], rows: sorted };
}

function ofMaps(maps, levels, layout) {
  const [down, across] = [titleOf(layout.yaxis, "y"), titleOf(layout.xaxis, "x")];
  const head = ["", `${down} \\ ${across}`, ...Array.from(maps[0].x)];
  const rows = maps.flatMap((map) =>
    Array.from(map.z, (line, row) => [
      called(map),
      map.y[row],
      ...Array.from(line, (z) => (levels ? unquantised(z, levels) : valueOf(z, map.meta))),
    ]),
  );
  return { head, rows };
}

function unquantised(level, [low, high]) {
  if (level < LOWEST) return ZERO;
  if (level > HIGHEST) return "";
  const share = (level - LOWEST) / (HIGHEST - LOWEST);
  return shown(10 ** (Math.log10(low) + share * (Math.log10(high) - Math.log10(low))));
}

function valueOf(z, meta) {
  if (!meta?.log10 || !Number.isFinite(z)) return shown(z);
  return z < meta.zeros_below ? ZERO : shown(10 ** z);
}

function shown(value) {
  if (typeof value !== "number") return value ?? "";
  return Number.isFinite(value) ? Number(value.toPrecision(6)) : "";
}

export function rounded(value) {
  if (value === ZERO) return _(ZERO);
  return typeof value === "number" ? Number(value.toPrecision(3)).toString() : String(value);
}

// A cell that a spreadsheet would take for a formula gets a quote in front.
export function csvOf({ head, rows }) {
  return [head, ...rows].map((cells) => cells.map(csvCell).join(",")).join("\r\n") + "\r\n";
}

function csvCell(value) {
  if (typeof value === "number") return String(value);
  if (value === ZERO) return "0";
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
