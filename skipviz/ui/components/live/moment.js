// One step of a run as the server sends it; the form is told in skipviz/ui/channel/moment.py.

const HEADER = 4; // bytes that hold the length of the header

export function decoded(buffer) {
  const length = new DataView(buffer).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, HEADER, length)));
  let at = HEADER + length;
  const arrays = header.sizes.map((size) => {
    const array = new Float32Array(buffer, at, size);
    at += array.byteLength;
    return array;
  });
  const charts = Object.entries(header.charts).map(([name, { traces, labels }]) => {
    const step = header.step;
    const full = traces.map((trace) => ({ ...trace, x: arrays[trace.x], y: arrays[trace.y] }));
    return [name, { step, traces: full, labels }];
  });
  return { job: header.job, step: header.step, paint: header.paint, charts: new Map(charts) };
}

// A figure of an earlier step with the values of a later one. Where it has other traces it stays
// what it is: the page brings the one that goes with them.
export function broughtUpTo(moved, figure) {
  if (!moved || moved.step <= (figure.layout.meta?.step ?? -1)) return figure;
  if (!sameNames(moved.traces, figure.data)) return figure;
  const data = figure.data.map((trace, index) => {
    const { x, y, zeros, mode } = moved.traces[index]; // what was one point is a line by now
    return { ...trace, x, y, mode: mode ?? trace.mode, meta: { ...trace.meta, zeros } };
  });
  const annotations = figure.layout.annotations?.map((note, index) => {
    const y = moved.labels[index];
    return typeof y === "number" ? { ...note, y } : note;
  });
  const meta = { ...figure.layout.meta, step: moved.step };
  return { ...figure, data, layout: { ...figure.layout, annotations, meta } };
}

export function sameNames(traces, others) {
  return traces.length === others.length && traces.every(({ name }, k) => name === others[k].name);
}

// What of a figure only Plotly can change: its traces, its axes, its theme, what stands beside it.
export function frameOf({ data, layout }) {
  const axes = Object.entries(layout)
    .filter(([name]) => /^[xy]axis/.test(name))
    .map(([name, { range, domain, type }]) => [name, range, domain, type]);
  const notes = (layout.annotations ?? []).map(({ text }) => text);
  return JSON.stringify([data.map(({ name, mode }) => [name, mode]), axes, layout.font, notes]);
}
