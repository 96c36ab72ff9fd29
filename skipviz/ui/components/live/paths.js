// Writes the lines of a chart that Plotly has drawn, between two of its own drawings, which take
// ten times as long. The names used of Plotly are private: tests/e2e/test_live.py holds them.

// The pixels of a curve, in pieces between its gaps; `place` gives undefined for what has no place.
export function piecesOf(xs, ys, place) {
  const pieces = [];
  let piece = [];
  for (let k = 0; k <= xs.length; k += 1) {
    const point = k < xs.length ? pointAt(xs[k], ys[k], place) : null;
    if (point) piece.push(point);
    else if (piece.length) {
      pieces.push(piece);
      piece = [];
    }
  }
  return pieces;
}

function pointAt(x, y, place) {
  if (Number.isNaN(x) || Number.isNaN(y)) return null;
  const [across, up] = [place.x(x), place.y(y)];
  return Number.isFinite(across) && Number.isFinite(up) ? [across, up] : null;
}

export function lineOf(pieces) {
  return pieces.filter((piece) => piece.length > 1).map(pathOf).join("");
}

// Outlines, each closed in itself.
export function outlineOf(pieces) {
  return pieces.map((piece) => `${pathOf(piece)}Z`).join("");
}

// What lies between two curves of the same pieces.
export function betweenOf(lower, upper) {
  return outlineOf(upper.map((piece, k) => [...piece, ...[...(lower[k] ?? [])].reverse()]));
}

function pathOf(piece) {
  return `M${piece.map(([x, y]) => `${x},${y}`).join("L")}`;
}

// Whether the whole chart shows these traces now. Where a trace has appeared or gone, or has other
// points than were drawn, Plotly has to draw.
export function writeTraces(plot, traces) {
  const drawn = plot._fullData;
  const before = new Map(); // the pieces of the trace before, by its axes: bands end there
  let whole = traces.length === drawn.length;
  for (const [index, { name, x, y }] of traces.entries()) {
    const full = drawn[index];
    if (full?.name !== name) return false;
    if (full.visible !== true) continue;
    const group = plot.querySelector(`.scatterlayer .trace${full.uid}`);
    const pieces = piecesOf(x, y, placeOn(plot, full));
    const axes = `${full.xaxis}${full.yaxis}`;
    whole = (group && writeTrace(group, full, pieces, before.get(axes))) && whole;
    before.set(axes, { group, pieces });
  }
  return Boolean(whole);
}

function placeOn(plot, { xaxis, yaxis }) {
  const [x, y] = [xaxis, yaxis].map((id) => plot._fullLayout[id.replace(/^./, "$&axis")]);
  return { x: (value) => x.c2p(value), y: (value) => y.c2p(value) };
}

function writeTrace(group, { mode, fill }, pieces, before) {
  let whole = true;
  if (mode.includes("lines")) whole = writeLine(group, lineOf(pieces));
  if (mode.includes("markers")) whole = writeMarkers(group, pieces.flat()) && whole;
  if (fill === "toself") whole = writeFill(group, outlineOf(pieces)) && whole;
  if (fill === "tonexty" && before) {
    whole = writeFill(before.group, betweenOf(before.pieces, pieces)) && whole;
  }
  return whole;
}

// Plotly has an element for every piece; here the first one takes them all.
function writeLine(group, line) {
  const [first, ...others] = group.querySelectorAll(".js-line");
  if (!first) return line === "";
  first.setAttribute("d", line);
  for (const other of others) other.setAttribute("d", "");
  return true;
}

function writeFill(group, area) {
  const found = group.querySelector(".js-fill");
  found?.setAttribute("d", area);
  return Boolean(found);
}

// Plotly draws a mark for every point that has a place, in their order.
function writeMarkers(group, points) {
  const marks = group.querySelectorAll(".points > .point");
  if (marks.length !== points.length) return false;
  marks.forEach((mark, k) => mark.setAttribute("transform", `translate(${points[k].join(",")})`));
  return true;
}

// The names beside the curves go up and down with their ends. `heights` are those now, 0 to 1, of
// the chart as it was drawn with `notes`.
export function moveLabels(plot, notes, heights) {
  const { h } = plot._fullLayout._size;
  for (const label of plot.querySelectorAll(".infolayer > .annotation")) {
    const index = Number(label.dataset.index);
    const [then, now] = [notes[index]?.y, heights[index]];
    if (typeof now === "number") label.setAttribute("transform", `translate(0,${(then - now) * h})`);
  }
}
