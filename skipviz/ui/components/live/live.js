// Charts that stay: each figure is drawn once and then changed with Plotly.react.

import { LiveChart, inOrder } from "./chart.js";
import { Stream } from "./stream.js";

const GONE = 1000; // milliseconds after which an element that left the page is given up
const grids = new WeakMap();

function paint(kind, colours) {
  window.dispatchEvent(new CustomEvent(kind, { detail: colours }));
}

class Grid {
  constructor(root) {
    this.root = root;
    this.charts = new Map();
    this.mounts = 0;
    this.stream = new Stream(() => this.move());
  }

  show({ charts, plotly, gradients, stream }) {
    this.stream.follow(stream);
    if (gradients) paint("skipviz:gradients", this.stream.paint ?? gradients);
    const names = new Set(charts.map((chart) => chart.name));
    for (const [name, chart] of this.charts) {
      if (!names.has(name)) {
        chart.remove();
        this.charts.delete(name);
      }
    }
    inOrder(this.root, charts.map(({ name }) => this.chart(name).root));
    for (const chart of charts) this.chart(chart.name).show(chart, plotly);
  }

  move() {
    paint("skipviz:paint", this.stream.paint);
    for (const chart of this.charts.values()) chart.move();
  }

  chart(name) {
    if (!this.charts.has(name)) {
      this.charts.set(name, new LiveChart(name, this.stream));
    }
    return this.charts.get(name);
  }

  remove() {
    this.stream.follow(null);
    for (const chart of this.charts.values()) chart.remove();
    this.charts.clear();
  }
}

export default function mount({ parentElement, data }) {
  if (!grids.has(parentElement)) {
    grids.set(parentElement, new Grid(parentElement.querySelector(".skipviz-charts")));
  }
  const grid = grids.get(parentElement);
  grid.show(data);
  // The page may mount the same element anew before it cleans up after the last time, and may
  // clean up after an element that stays: only what has left the page is taken down.
  const mounts = (grid.mounts += 1);
  const takeDown = () => {
    if (mounts !== grid.mounts || parentElement.isConnected) return;
    grid.remove();
    grids.delete(parentElement);
  };
  return () => window.setTimeout(takeDown, GONE);
}
