// One chart that stays: drawn by Plotly now and then, and moved in between where steps are coming.

import { _ } from "../languages/messages.js";
import { inTurn, loadPlotly } from "./library.js";
import { Menu, tableElement } from "./menu.js";
import { broughtUpTo, frameOf } from "./moment.js";
import { moveLabels, writeTraces } from "./paths.js";
import { sketchOf } from "./sketch.js";

const UNSEEN = 2000; // milliseconds between drawings of a chart that is scrolled out of sight
const RESTS = 1000; // milliseconds between drawings by Plotly while steps are coming
const MOVED_RESTS = 2000; // and of a chart that is moved meanwhile
const STUCK_RESTS = 500; // and of one whose steps only Plotly can draw

function element(tag, className = "") {
  const made = document.createElement(tag);
  if (className) made.className = className;
  return made;
}

// On a phone the labels beside the curves may take a quarter of the width, and long ones a third.
export function narrowed({ margin, annotations = [] }, width) {
  const beside = annotations.filter(({ x, xref }) => xref === "paper" && x > 1);
  const long = beside.some(({ text }) => wide(text) > width * 0.27);
  const most = width * (long ? 0.36 : 0.27);
  return { ...margin, l: Math.min(margin.l, width * 0.17), r: Math.min(margin.r, most) };
}

// Pixels of a label, at most; a Chinese letter is as wide as two.
function wide(text) {
  const letters = text.replace(/<[^>]*>/g, "");
  return 8 + 6 * letters.replace(/[\u2e80-\uffef]/g, "..").length;
}

const CONFIG = {
  displaylogo: false,
  responsive: false,
  modeBarButtons: [["zoom2d", "pan2d", "resetScale2d"]],
  doubleClick: "reset",
};

// What Plotly itself says, in the language of the page.
function config() {
  const dictionary = { Zoom: _("Zoom"), Pan: _("Pan"), "Reset axes": _("Reset axes") };
  return { ...CONFIG, locale: "page", locales: { page: { dictionary, format: {} } } };
}

// Has the elements stand in their order; what stands right is not moved, so that it keeps the focus.
export function inOrder(root, elements) {
  elements.forEach((element, k) => {
    const there = root.children[k] ?? null;
    if (there !== element) root.insertBefore(element, there);
  });
}

export class LiveChart {
  // `stream` tells whether steps are coming.
  constructor(name, stream) {
    this.stream = stream;
    this.name = name;
    this.root = element("figure");
    this.root.dataset.testid = `chart-${name}`;
    this.title = element("strong");
    this.note = element("span");
    const caption = element("figcaption");
    this.plot = element("div", "plot");
    this.menu = new Menu(name, this.plot, () => this.toggleTable(), () => this.settle());
    this.table = element("div", "numbers");
    this.table.tabIndex = 0;
    this.table.hidden = true;
    caption.append(this.menu.root, this.title, this.note);
    this.message = element("div", "message");
    this.message.textContent = _("Loading the chart …");
    this.sketched = element("div");
    this.plot.append(this.message, this.sketched);
    this.root.append(caption, this.plot, this.table);
    this.drawing = null;
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
    if (chart.figure !== this.text) this.framed = null;
    this.text = chart.figure;
    if (this.drawn === undefined) this.sketch();
    return this.canWait() ? this.waitForRest() : this.take(chart.figure);
  }

  // What can be seen before the library is read, or where it cannot be had.
  sketch() {
    const figure = broughtUpTo(this.moved, JSON.parse(this.text));
    const html = sketchOf(figure);
    if (html === null) return;
    this.message.remove();
    this.sketched.innerHTML = html;
    this.root.dataset.sketch = figure.layout.meta?.step ?? "";
  }

  // What steps that came since the page was drawn have changed.
  get moved() {
    return this.stream.chart(this.name);
  }

  // While steps are coming Plotly draws only now and then, unless it alone can show what is new.
  canWait() {
    if (!this.stream.moving) return false;
    this.framed ??= frameOf(JSON.parse(this.text)); // asked for again and again while it waits
    if (this.framed !== this.frame) return false;
    return performance.now() - this.drawnAt < this.restsFor();
  }

  restsFor() {
    if (!this.moved) return RESTS;
    return this.moves ? MOVED_RESTS : STUCK_RESTS;
  }

  waitForRest() {
    window.clearTimeout(this.resting);
    this.resting = window.setTimeout(() => {
      if (this.canWait()) this.waitForRest();
      else this.take(this.text);
    }, STUCK_RESTS / 2);
  }

  // A newer step has come: its curves are written over those that Plotly has drawn. No attribute of
  // the page may change here: where a style sheet has `:has()` rules all styles are found anew.
  move() {
    const { moved, plot } = this;
    if (!moved || !this.inSight || plot._dragging) return;
    if (this.drawn === undefined) {
      this.sketch();
      return;
    }
    this.moves = writeTraces(plot, moved.traces);
    moveLabels(plot, plot.layout.annotations ?? [], moved.labels);
    if (!this.moves && !this.canWait()) this.take(this.text);
  }

  // What is made of the chart shows the newest step, as the chart does.
  async settle() {
    if (this.moved || this.text !== this.drawn) await this.take(this.text);
  }

  take(figure) {
    window.clearTimeout(this.resting);
    this.waiting = figure;
    this.drawing ??= this.drawAll().finally(() => (this.drawing = null));
    return this.drawing;
  }

  async drawAll() {
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
      this.message.classList.toggle("below", this.sketched.hasChildNodes());
      this.plot.after(this.message);
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
    this.said = _("{title}. {note}", chart);
    this.nameImage();
  }

  // The picture is one image for a screen reader; the buttons of its mode bar stand beside it. The
  // first of Plotly's layers takes the name, those above it say nothing more.
  nameImage() {
    const [picture, ...layers] = this.plot.querySelectorAll(".main-svg");
    picture?.setAttribute("role", "img");
    picture?.setAttribute("aria-label", this.said);
    for (const layer of layers) layer.setAttribute("aria-hidden", "true");
  }

  async draw(text) {
    const { width, height } = this.plot.getBoundingClientRect();
    this.unseen = width ? null : text; // out of the page, where Plotly cannot measure its texts
    if (this.unseen) return;
    const sent = JSON.parse(text);
    const frame = frameOf(sent); // before Plotly, which writes what it finds into the axes
    const figure = broughtUpTo(this.moved, sent);
    this.message.remove();
    this.sketched.remove();
    const font = { ...figure.layout.font, family: getComputedStyle(this.plot).fontFamily };
    const margin = narrowed(figure.layout, width);
    const layout = { ...figure.layout, font, margin, width, height, autosize: false };
    this.root.style.setProperty("--beside", `${margin.r}px`);
    await this.plotly.react(this.plot, figure.data, layout, config());
    this.nameImage();
    this.drawnAt = performance.now();
    this.drawn = text;
    this.frame = frame;
    delete this.root.dataset.sketch;
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
    window.clearTimeout(this.resting);
    if (this.plotly) this.plotly.purge(this.plot);
    this.root.remove();
  }
}
