// Where the lines of what layers read stand: below the row, a lane for every state that is read
// elsewhere. Pure: numbers in, numbers out.

import { _, listed } from "../languages/messages.js";

const FIRST_LANE = 8; // pixels from the boxes to the first lane
const LANES_APART = 7; // pixels from lane to lane
const MOST_LANES = 6; // lanes; of more, some share one
export const PLUG = 4.5; // pixels, its radius
export const PLUGS_APART = 12; // pixels from plug to plug, at least

// The fields by which a layer names states that it attends to, besides those that it reads.
export const ATTENDED = ["memory", "values"];
export const SIGNS = { concat: "[ ]", add: "+", multiply: "×" };

// What every layer 1..N and the readout read, [{ state, activation }], and how it is combined.
// `said` is null where a layer reads the one before it; `attended` are the states it attends to
// besides; one that is independent, as latents are, is made from no state.
export function readings(layers, readout) {
  return [...layers, readout ?? {}].map((part, index) => ({
    k: index + 1,
    entries: part?.independent ? [] : (part?.reads?.entries ?? [{ state: index, activation: "identity" }]),
    combine: part?.reads?.combine ?? "concat",
    said: part?.independent ? null : (part?.reads ?? null),
    attended: ATTENDED.filter((field) => typeof part?.[field] === "number").map((field) => ({
      state: part[field],
      activation: "identity",
      attended: field,
    })),
    independent: part?.independent ?? false,
  }));
}

// All that a layer is made from, what it attends to last.
export function sources({ entries, attended }) {
  return [...entries, ...attended];
}

// Those of them that have a line of their own below the row.
export function wiresOf(reading) {
  return reading.said ? sources(reading) : reading.attended;
}

export function onChain({ said, independent }) {
  return !said && !independent;
}

// The lane of every state that is read by wiring. A lane ends where its last reader stands.
export function lanesOf(found) {
  const ends = new Map();
  for (const reading of found) {
    for (const { state } of wiresOf(reading)) ends.set(state, Math.max(reading.k, ends.get(state) ?? 0));
  }
  const free = []; // by lane: the layer from which on it is free
  const lanes = new Map();
  for (const [state, end] of [...ends].sort((a, b) => a[0] - b[0])) {
    let lane = free.findIndex((from) => from <= state);
    if (lane < 0) lane = free.length;
    free[lane] = end;
    lanes.set(state, lane % MOST_LANES);
  }
  return lanes;
}

// Pixels that the lanes take up below the boxes.
export function roomOf(lanes) {
  return lanes.size ? FIRST_LANE + LANES_APART * Math.max(...lanes.values()) + 4 : 0;
}

// Where entry `index` of `count` comes into a box at x, on the left half of its lower edge.
export function arrival(x, box, index, count) {
  return x - box * (0.4 - (0.34 * index) / Math.max(1, count - 1));
}

// Where the plugs of so many lines stand: from the left edge of the box on, beside which it is
// said how the lines are combined, and apart however small the box is.
export function plugPlaces(x, box, count) {
  const first = arrival(x, box, 0, count) + PLUG / 2;
  return Array.from({ length: count }, (_, index) => first + index * PLUGS_APART);
}

export function wirePath(from, to, edge, box, lane) {
  const low = edge + FIRST_LANE + LANES_APART * lane;
  return `M${from + box * 0.3} ${edge}V${low}H${to}V${edge}`;
}

// The edit by which source `index` of a reading is another state.
export function rewired({ k, entries, attended, combine }, index, state) {
  const named = attended[index - entries.length];
  if (named) return { do: "change_layer", layer: k, [named.attended]: state };
  const changed = entries.map((entry, at) => (at === index ? { ...entry, state } : entry));
  return { do: "rewire", layer: k, reads: { entries: changed, combine } };
}

// What a line says that leads to layer k.
export function wireText(k, entry) {
  const said = { layer: k, entry: entryText(entry) };
  if (entry.attended === "values") return _("Layer {layer} takes its values from {entry}", said);
  return entry.attended
    ? _("Layer {layer} attends to {entry}", said)
    : _("Layer {layer} reads {entry}", said);
}

export function readText({ entries, combine }) {
  const said = entries.map(entryText);
  return combine === "concat" ? listed(said) : said.join({ add: " + ", multiply: " × " }[combine]);
}

export function entryText({ state, activation }) {
  const name = state ? _("layer {layer}", { layer: state }) : _("the input");
  if (activation === "complement") return `1 − ${name}`;
  return activation === "identity" ? name : _("{activation} of {name}", { activation, name });
}
