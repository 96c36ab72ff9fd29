// What the drawing will be once Python has applied the edits it has not acknowledged yet.
// Python alone decides; this only spares the reader the wait.

import { _ } from "../languages/messages.js";
import { ATTENDED } from "./lanes.js";

const RULES = {
  add_skip: (network, { source, target, kind }) => ({
    ...network,
    skips: [...without(network.skips, { source, target }), skip(source, target, kind)],
  }),
  remove_skip: (network, ends) => ({ ...network, skips: without(network.skips, ends) }),
  change_skip: (network, { source, target, kind }) => ({
    ...network,
    skips: network.skips.map((old) =>
      old.source === source && old.target === target ? skip(source, target, kind) : old,
    ),
  }),
  rewire: ({ layers, skips, readout }, { layer, reads }) => {
    if (layer > layers.length) return { layers, skips, readout: { ...readout, reads } };
    return { layers: layers.with(layer - 1, { ...layers[layer - 1], reads }), skips, readout };
  },
  change_layer: (network, { layer, ...fields }) => {
    const named = attendedIn(fields, () => true);
    if (!Object.keys(named).length) return network;
    const layers = network.layers.with(layer - 1, { ...network.layers[layer - 1], ...named });
    return { ...network, layers };
  },
  insert_layer: (network, { at }) => ({
    ...readAnew(network, (k, reader) => (k >= at - 1 && reader >= at ? k + 1 : k), (layers) =>
      layers.toSpliced(at - 1, 0, unsaid(network.layers[Math.max(at - 2, 0)])),
    ),
    skips: renumbered(network.skips, (k) => (k >= at ? k + 1 : k)),
  }),
  remove_layer: (network, { layer }) => ({
    ...readAnew(network, (k) => (k >= layer ? k - 1 : k), (layers) => layers.toSpliced(layer - 1, 1)),
    skips: renumbered(
      network.skips.filter(({ source, target }) => source !== layer && target !== layer),
      (k) => (k > layer ? k - 1 : k),
    ),
  }),
  move_layers: (network, { first, last, by }) => {
    const order = network.layers.map((layer, index) => index + 1);
    order.splice(first - 1 + by, 0, ...order.splice(first - 1, last - first + 1));
    const place = new Map(order.map((old, index) => [old, index + 1]));
    const renamed = (k) => place.get(k) ?? k;
    return {
      ...readAnew(network, renamed, (layers) => order.map((old) => layers[old - 1])),
      skips: renumbered(network.skips, (k) => place.get(k) ?? k),
    };
  },
};

export function predict({ layers, skips, readout }, edits) {
  let network = readout ? { layers, skips, readout } : { layers, skips };
  for (const edit of edits) {
    const rule = RULES[edit.do];
    if (rule && fits(network, edit)) network = rule(network, edit);
  }
  return network;
}

// An edit may have been made in a network that another one has replaced meanwhile.
function fits({ layers }, { do: name, source = 0, target = 0, at = 0, layer = 0, last = 0 }) {
  const depth = layers.length;
  if (name === "rewire") return layer <= depth + 1;
  return Math.max(source, target, at) <= depth + 1 && Math.max(layer, last) <= depth;
}

export function unacknowledged(edits, instance, acknowledged) {
  const seq = acknowledged?.instance === instance ? acknowledged.seq : 0;
  return edits.filter((edit) => edit.seq > seq);
}

function skip(source, target, kind) {
  return { source, target, kind, title: _("{kind} {source} → {target}", { kind: _(kind), source, target }) };
}

function without(skips, { source, target }) {
  return skips.filter((skip) => skip.source !== source || skip.target !== target);
}

// Layers and readout with what they read under new numbers, after a change of the list of layers.
function readAnew({ layers, readout }, move, change) {
  const moved = layers.map((part, index) => readUnder(part, (k) => move(k, index + 1)));
  const changed = { layers: change(moved) };
  return readout
    ? { ...changed, readout: readUnder(readout, (k) => move(k, layers.length + 1)) }
    : changed;
}

function readUnder(part, move) {
  const attended = attendedIn(part, isState);
  for (const field of Object.keys(attended)) attended[field] = move(attended[field]);
  if (!part?.reads) return Object.keys(attended).length ? { ...part, ...attended } : part;
  const entries = part.reads.entries.map((entry) => ({ ...entry, state: move(entry.state) }));
  return { ...part, ...attended, reads: { ...part.reads, entries } };
}

// The fields by which states are attended to, where what they hold is as wanted.
function attendedIn(fields, wanted) {
  const given = ATTENDED.filter((field) => fields?.[field] !== undefined && wanted(fields[field]));
  return Object.fromEntries(given.map((field) => [field, fields[field]]));
}

function isState(state) {
  return typeof state === "number";
}

// A copy of a neighbour reads the layer before it.
function unsaid(part) {
  const attended = Object.keys(attendedIn(part, isState));
  if (!part?.reads && !attended.length) return part;
  return { ...part, reads: null, ...Object.fromEntries(attended.map((field) => [field, null])) };
}

function renumbered(skips, move) {
  return skips.map(({ source, target, kind }) => skip(move(source), move(target), kind));
}
