// Charts that stay: each figure is drawn once and then changed with Plotly.react.

import { Menu, tableElement } from "./menu.js";

const GONE = 1000; // milliseconds after which an element that left the page is given up
const UNSEEN = 2000; // milliseconds between drawings of a chart that is scrolled out of sight
const BUSY = 2000; // milliseconds that a page which is being drawn may keep its charts waiting
const grids = new WeakMap();
let plotlyLoading = null;
let lastTurn = Promise.resolve();

function loadPlotly(address) {
  plotlyLoading ??= new Promise((resolve, reject) => {
    if (window.Plotly) return resolve(window.Plotly);
    if (!address) {
      window.addEventListener("skipviz:plotly", () => resolve(window.Plotly), { once: true });
      return;
    }
    const script = document.createElement("script");
    script.src = new URL(address, document.baseURI);
    script.onload = () => resolve(window.Plotly);
    script.onerror = () => {
      plotlyLoading = null;
      script.remove();
      reject(new Error("The chart library could not be loaded. Reload the page."));
    };
    fetched(script.src);
    atRest(() => document.head.append(script));
  });
  return plotlyLoading;
}

function fetched(address) {
  const link = document.createElement("link");
  Object.assign(link, { rel: "preload", as: "script", href: address });
  document.head.append(link);
}

// Reading the library takes most of a second in which nothing answers: the page is drawn first.
function atRest(act) {
  if (window.requestIdleCallback) window.requestIdleCallback(act, { timeout: BUSY });
  else window.setTimeout(act, BUSY / 4);
}

// Charts are drawn one after the other, and between two of them the page takes in what has come:
// a drag goes on, an answer of the server is shown.
function inTurn(draw) {
  const turn = lastTurn.then(() => new Promise((resolve) => window.setTimeout(resolve))).then(draw);
  lastTurn = turn.catch(() => {});
  return turn;
}

function element(tag, className = "") {
  const made = document.createElement(tag);
  if (className) made.className = className;
  return made;
}

// On a phone the labels beside the curves may take a quarter of the width, not a third.
function narrowed(margin, width) {
  return { ...margin, l: Math.min(margin.l, width * 0.17), r: Math.min(margin.r, width * 0.27) };
}

const CONFIG = {
  displaylogo: false,
  responsive: false,
  modeBarButtons: [["zoom2d", "pan2d", "resetScale2d"]],
  doubleClick: "reset",
};

class LiveChart {
  constructor(name) {
    this.root = element("figure");
    this.root.dataset.testid = `chart-${name}`;
    this.title = element("strong");
    this.note = element("span");
    const caption = element("figcaption");
    this.plot = element("div", "plot");
    this.menu = new Menu(name, this.plot, () => this.toggleTable());
    this.table = element("div", "numbers");
    this.table.tabIndex = 0;
    this.table.hidden = true;
    caption.append(this.menu.root, this.title, this.note);
    this.message = element("div", "message");
    this.message.textContent = "Loading the chart …";
    this.plot.append(this.message);
    this.root.append(caption, this.plot, this.table);
    this.drawing = false;
    this.waiting = null;
    this.resizing = new ResizeObserver(() => this.fit());
    this.resizing.observe(this.plot);
    this.inSight = true;
    this.drawnAt = -Infinity;
    this.looking = new IntersectionObserver((entries) => this.look(entries.at(-1).isIntersecting));
    this.looking.observe(this.root);
  }

  // The latest data win: what arrives while a drawing is in progress waits, and only the last of it.
  show(chart, address) {
    this.caption(chart);
    this.address = address;
    return this.take(chart.figure);
  }

  async take(figure) {
    this.waiting = figure;
    if (this.drawing) return;
    this.drawing = true;
    try {
      this.plotly = await loadPlotly(this.address);
      while (this.waiting) {
        await this.rest();
        await inTurn(() => {
          const figure = this.waiting;
          this.waiting = null;
          return this.draw(figure);
        });
      }
    } catch (error) {
      this.message.textContent = error.message;
      this.plot.before(this.message);
    } finally {
      this.drawing = false;
    }
  }

  look(inSight) {
    this.inSight = inSight;
    if (inSight) this.wake?.();
  }

  rest() {
    const left = this.drawnAt + UNSEEN - performance.now();
    if (this.inSight || left <= 0) return null;
    return new Promise((resolve) => {
      this.wake = resolve;
      window.setTimeout(resolve, left);
    });
  }

  caption(chart) {
    this.title.textContent = chart.title;
    this.note.textContent = chart.note;
    this.root.style.setProperty("--span", chart.span);
    this.root.style.setProperty("--height", `${chart.height}px`);
    this.root.classList.toggle("fills", chart.fills);
    this.note.title = chart.note;
    this.plot.setAttribute("role", "img");
    this.plot.setAttribute("aria-label", `${chart.title}. ${chart.note}`);
  }

  async draw(text) {
    const { width, height } = this.plot.getBoundingClientRect();
    this.unseen = width ? null : text; // out of the page, where Plotly cannot measure its texts
    if (this.unseen) return;
    const figure = JSON.parse(text);
    this.message.remove();
    const font = { ...figure.layout.font, family: getComputedStyle(this.plot).fontFamily };
    const margin = narrowed(figure.layout.margin, width);
    const layout = { ...figure.layout, font, margin, width, height, autosize: false };
    await this.plotly.react(this.plot, figure.data, layout, CONFIG);
    this.drawnAt = performance.now();
    this.root.dataset.step = figure.layout.meta?.step ?? "";
    this.root.dataset.traces = figure.data.map((trace) => trace.name).join(",");
    if (!this.table.hidden) this.fillTable();
  }

  // The table takes the place of the picture, so that nothing around it moves.
  toggleTable() {
    this.table.hidden = !this.table.hidden;
    this.plot.classList.toggle("covered", !this.table.hidden);
    if (!this.table.hidden) this.fillTable();
  }

  fillTable() {
    const { scrollTop, scrollLeft } = this.table;
    this.table.replaceChildren(tableElement(this.menu.table()));
    this.table.scrollTo(scrollLeft, scrollTop);
  }

  fit() {
    const { width, height } = this.plot.getBoundingClientRect();
    if (width && this.unseen) this.take(this.waiting ?? this.unseen);
    if (!this.plot.layout) return;
    const { layout } = this.plot;
    if (width && Math.hypot(width - layout.width, height - layout.height) > 1) {
      this.plotly.relayout(this.plot, { width, height });
    }
  }

  remove() {
    this.resizing.disconnect();
    this.looking.disconnect();
    if (this.plotly) this.plotly.purge(this.plot);
    this.root.remove();
  }
}

class Grid {
  constructor(root) {
    this.root = root;
    this.charts = new Map();
    this.mounts = 0;
  }

  show({ charts, plotly }) {
    const names = new Set(charts.map((chart) => chart.name));
    for (const [name, chart] of this.charts) {
      if (!names.has(name)) {
        chart.remove();
        this.charts.delete(name);
      }
    }
    for (const chart of charts) this.chart(chart.name).show(chart, plotly);
  }

  chart(name) {
    if (!this.charts.has(name)) {
      const made = new LiveChart(name);
      this.root.append(made.root);
      this.charts.set(name, made);
    }
    return this.charts.get(name);
  }

  remove() {
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
  if (data.gradients) {
    window.dispatchEvent(new CustomEvent("skipviz:gradients", { detail: data.gradients }));
  }
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
