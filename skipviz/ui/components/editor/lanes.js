// Where the lines of what layers read stand: below the row, a lane for every state that is read
// elsewhere. Pure: numbers in, numbers out.

import { _, listed } from "../languages/messages.js";

const FIRST_LANE = 8; // pixels from the boxes to the first lane
const LANES_APART = 7; // pixels from lane to lane
const MOST_LANES = 6; // lanes; of more, some share one

export const SIGNS = { concat: "[ ]", add: "+", multiply: "×" };

// What every layer 1..N and the readout read, [{ state, activation }], and how it is combined.
// `said` is null where a layer reads the one before it.
export function readings(layers, readout) {
  return [...layers, readout ?? {}].map((part, index) => ({
    k: index + 1,
    entries: part?.reads?.entries ?? [{ state: index, activation: "identity" }],
    combine: part?.reads?.combine ?? "concat",
    said: part?.reads ?? null,
  }));
}

// The lane of every state that is read by wiring. A lane ends where its last reader stands.
export function lanesOf(found) {
  const ends = new Map();
  for (const { k, entries, said } of found) {
    for (const { state } of said ? entries : []) ends.set(state, Math.max(k, ends.get(state) ?? 0));
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

export function wirePath(from, to, edge, box, lane) {
  const low = edge + FIRST_LANE + LANES_APART * lane;
  return `M${from + box * 0.3} ${edge}V${low}H${to}V${edge}`;
}

// The edit by which entry `index` of a reading reads another state.
export function rewired({ k, entries, combine }, index, state) {
  const changed = entries.map((entry, at) => (at === index ? { ...entry, state } : entry));
  return { do: "rewire", layer: k, reads: { entries: changed, combine } };
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
