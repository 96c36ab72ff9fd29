// What the drawing will be once Python has applied the edits it has not acknowledged yet.
// Python alone decides; this only spares the reader the wait.

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
  insert_layer: (network, { at }) => ({
    layers: network.layers.toSpliced(at - 1, 0, network.layers[Math.max(at - 2, 0)]),
    skips: renumbered(network.skips, (k) => (k >= at ? k + 1 : k)),
  }),
  remove_layer: (network, { layer }) => ({
    layers: network.layers.toSpliced(layer - 1, 1),
    skips: renumbered(
      network.skips.filter(({ source, target }) => source !== layer && target !== layer),
      (k) => (k > layer ? k - 1 : k),
    ),
  }),
  move_layers: (network, { first, last, by }) => {
    const order = network.layers.map((_, index) => index + 1);
    order.splice(first - 1 + by, 0, ...order.splice(first - 1, last - first + 1));
    const place = new Map(order.map((old, index) => [old, index + 1]));
    return {
      layers: order.map((old) => network.layers[old - 1]),
      skips: renumbered(network.skips, (k) => place.get(k) ?? k),
    };
  },
};

export function predict({ layers, skips }, edits) {
  let network = { layers, skips };
  for (const edit of edits) {
    const rule = RULES[edit.do];
    if (rule && fits(network, edit)) network = rule(network, edit);
  }
  return network;
}

// An edit may have been made in a network that another one has replaced meanwhile.
function fits({ layers }, { source = 0, target = 0, at = 0, layer = 0, last = 0 }) {
  const depth = layers.length;
  return Math.max(source, target, at) <= depth + 1 && Math.max(layer, last) <= depth;
}

export function unacknowledged(edits, instance, acknowledged) {
  const seq = acknowledged?.instance === instance ? acknowledged.seq : 0;
  return edits.filter((edit) => edit.seq > seq);
}

function skip(source, target, kind) {
  return { source, target, kind, title: `${kind} ${source} → ${target}` };
}

function without(skips, { source, target }) {
  return skips.filter((skip) => skip.source !== source || skip.target !== target);
}

function renumbered(skips, move) {
  return skips.map(({ source, target, kind }) => skip(move(source), move(target), kind));
}
