// Where everything stands. Pure: numbers in, numbers out.

const MARGIN = 30; // pixels left and right of the chain
const CLOSEST = 10; // pixels between two layers; below this the drawing scrolls
const WIDEST = 96;
const LARGEST_BOX = 34;
const LOWEST_ARC = 24;
const TALLEST_ARC = 132;
const RESERVED = 92; // so that the page below seldom moves when a longer skip is drawn

export function chain(layers, width) {
  const gaps = layers + 1;
  const spacing = Math.min(WIDEST, Math.max(CLOSEST, (width - 2 * MARGIN) / gaps));
  const length = spacing * gaps + 2 * MARGIN;
  const start = Math.max(0, (width - length) / 2) + MARGIN;
  return {
    spacing,
    width: Math.max(width, length),
    box: Math.min(LARGEST_BOX, spacing * 0.68),
    x: Array.from({ length: layers + 2 }, (_, k) => start + k * spacing),
  };
}

// Arcs over the same span are equally high; longer ones rise above those they contain.
export function arcHeight(span, spacing) {
  return Math.min(TALLEST_ARC, LOWEST_ARC + 4.2 * Math.sqrt(span * spacing));
}

export function tallestArc(skips, spacing) {
  return Math.max(RESERVED, ...heights(skips.filter(isForward), spacing));
}

export function deepestArc(skips, spacing) {
  const feedback = skips.filter((skip) => !isForward(skip));
  return feedback.length ? Math.max(...heights(feedback, spacing)) : 0;
}

// A skip to the same or an earlier layer reads the time step before, and runs below the chain.
export function isForward({ source, target }) {
  return source < target;
}

function heights(skips, spacing) {
  return skips.map(({ source, target }) => arcHeight(Math.abs(target - source), spacing));
}

// Ends fan out over the upper edge of a layer: arriving arcs on its left half, leaving ones on
// its right half, so that a chain of skips reads as separate arcs.
export function arcEnds(skips, { x, box }) {
  // Below the chain the sides change, for there the arcs lead to the left.
  const leaving = places(skips, "source", (a, b) => a.target - b.target);
  const arriving = places(skips, "target", (a, b) => a.source - b.source);
  return skips.map((skip, index) => ({
    from: x[skip.source] + side(skip) * box * 0.46 * (1 - leaving[index]),
    to: x[skip.target] - side(skip) * box * 0.46 * arriving[index],
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
