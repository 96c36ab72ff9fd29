// Where everything stands. Pure: numbers in, numbers out.

const MARGIN = 30; // pixels left and right of the chain
const CLOSEST = 10; // pixels between two layers; below this the drawing scrolls
const WIDEST = 96;
const LARGEST_BOX = 34;
export const HALF = LARGEST_BOX / 2;
const STRIP = 1.6; // width of a strip of hidden layers, in distances between two layers
const BESIDE_STRIP = 0.75;
const LOWEST_ARC = 24;
const DELAY = 18; // pixels for the name of a delay below its arc
const TALLEST_ARC = 132;
export const ROOM = 60; // pixels that the arcs of the editor have above its layers, whatever is drawn
const RESERVED = 92; // so that the page below seldom moves when a longer skip is drawn

// Hidden layers share a strip. `boxes` are the widths of all layers, `stops` the places where
// something can be put: those of the layers that are not hidden.
export function chain(layers, width, hidden = new Set(), left = MARGIN) {
  const strips = stripLengths(hidden);
  const gaps = gapsOf(layers, strips);
  const slots = gaps.reduce((sum, gap) => sum + gap, 0);
  const spacing = Math.min(WIDEST, Math.max(CLOSEST, (width - left - MARGIN) / slots));
  const length = spacing * slots + left + MARGIN;
  const start = Math.max(0, (width - length) / 2) + left;
  const box = Math.min(LARGEST_BOX, spacing * 0.68);
  const x = [start];
  for (const gap of gaps) x.push(x.at(-1) + gap * spacing);
  return {
    spacing,
    width: Math.max(width, length),
    box,
    x,
    boxes: x.map((_, k) => (strips.has(k) ? (STRIP / strips.get(k)) * spacing : box)),
    stops: x.map((place, k) => (strips.has(k) ? NaN : place)),
  };
}

// From each layer to the next, in parts of the distance between two that are not hidden.
function gapsOf(layers, strips) {
  return Array.from({ length: layers + 1 }, (_, k) => {
    if (strips.has(k) && strips.has(k + 1)) return STRIP / strips.get(k);
    return strips.has(k) || strips.has(k + 1) ? BESIDE_STRIP : 1;
  });
}

// For each hidden layer how many there are in its strip.
function stripLengths(hidden) {
  const lengths = new Map();
  for (const k of hidden) {
    if (hidden.has(k - 1)) continue;
    let end = k;
    while (hidden.has(end + 1)) end += 1;
    for (let inside = k; inside <= end; inside += 1) lengths.set(inside, end - k + 1);
  }
  return lengths;
}

// Arcs over the same distance are equally high; longer ones rise above those they contain.
export function arcHeight(distance) {
  return Math.min(TALLEST_ARC, LOWEST_ARC + 4.2 * Math.sqrt(distance));
}

// By how much all arcs are pressed down so that the tallest has room: the page below never moves.
export function pressed(skips, x) {
  return Math.min(1, ROOM / Math.max(ROOM, ...heights(skips.filter(isForward), x)));
}

export function tallestArc(skips, x) {
  return Math.max(RESERVED, ...heights(skips.filter(isForward), x));
}

export function deepestArc(skips, x) {
  const feedback = skips.filter((skip) => !isForward(skip));
  return feedback.length ? Math.max(...heights(feedback, x)) : 0;
}

// What skips from a layer to itself take below it, with their name: numbers stand under that.
export function deepestLoop(skips) {
  return skips.some(({ source, target }) => source === target) ? LOWEST_ARC + DELAY : 0;
}

// A skip to the same or an earlier layer reads the time step before, and runs below the chain.
export function isForward({ source, target }) {
  return source < target;
}

function heights(skips, x) {
  return skips.map(({ source, target }) => arcHeight(Math.abs(x[target] - x[source])));
}

// Ends fan out over the upper edge of a layer: arriving arcs on its left half, leaving ones on
// its right half, so that a chain of skips reads as separate arcs.
export function arcEnds(skips, { x, boxes }) {
  // Below the chain the sides change, for there the arcs lead to the left.
  const leaving = places(skips, "source", (a, b) => a.target - b.target);
  const arriving = places(skips, "target", (a, b) => a.source - b.source);
  return skips.map((skip, index) => ({
    from: x[skip.source] + side(skip) * boxes[skip.source] * 0.46 * (1 - leaving[index]),
    to: x[skip.target] - side(skip) * boxes[skip.target] * 0.46 * arriving[index],
  }));
}

function side(skip) {
  return isForward(skip) || skip.source === skip.target ? 1 : -1;
}

// For each skip its place in (0, 1) among those that share an end.
function places(skips, end, order) {
  const found = new Array(skips.length);
  const groups = new Map();
  skips.forEach((skip, index) => {
    if (!groups.has(skip[end])) groups.set(skip[end], []);
    groups.get(skip[end]).push(index);
  });
  for (const group of groups.values()) {
    group.sort((a, b) => order(skips[a], skips[b]));
    group.forEach((index, place) => (found[index] = (place + 1) / (group.length + 1)));
  }
  return found;
}

// A negative height leads below.
export function arcPath(from, to, y, height) {
  const rise = (height * 4) / 3; // a cubic reaches three quarters of its control points
  const lean = (to - from) * 0.12;
  return `M${from} ${y}C${from + lean} ${y - rise} ${to - lean} ${y - rise} ${to} ${y}`;
}

// From corner to corner of a box, short of its round edge.
export function slash(x, y, box) {
  const reach = box * 0.44;
  return `M${x - reach} ${y + reach}L${x + reach} ${y - reach}`;
}

export function nearest(x, positions) {
  let best = 0;
  positions.forEach((position, k) => {
    if (Math.abs(position - x) < Math.abs(positions[best] - x)) best = k;
  });
  return best;
}

// Label every layer when there is room, else every second, fifth, tenth, ..
export function labelStep(spacing) {
  return [1, 2, 5, 10, 20, 50, 100].find((step) => step * spacing >= 26) ?? 200;
}
