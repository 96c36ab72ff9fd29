// The menu of a chart: pictures, numbers, and a table for those who cannot see the picture.

import { _, onLanguage } from "../languages/messages.js";
import { csvOf, rounded, tableOf } from "./data.js";

const MOST_ROWS = 400; // of a table on the page; the CSV has them all
const WIDE = 1200; // pixels of a downloaded picture

export class Menu {
  // `settled` has the chart drawn as it stands before something is made of it.
  constructor(name, plot, onTable, settled) {
    this.settled = settled;
    this.name = name;
    this.plot = plot;
    this.root = document.createElement("details");
    this.root.className = "menu";
    this.summary = document.createElement("summary");
    this.summary.textContent = "⋯";
    const list = document.createElement("div");
    list.tabIndex = -1; // pressed between its buttons, it takes the focus and stays open
    list.append(
      this.item("PNG", () => this.picture("png")),
      this.item("SVG", () => this.picture("svg")),
      this.item("CSV", () => this.save("csv", csvOf(this.table()), "text/csv")),
      (this.tabled = this.item("", onTable)),
    );
    this.root.append(this.summary, list);
    this.label();
    onLanguage(this, (menu) => menu.label());
    this.root.addEventListener("focusout", ({ relatedTarget }) => {
      if (!this.root.contains(relatedTarget)) this.root.open = false;
    });
  }

  label() {
    this.summary.setAttribute("aria-label", _("Download, or show as a table"));
    this.tabled.textContent = _("Table");
  }

  item(label, act) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = label;
    button.onclick = async () => {
      this.root.open = false;
      await this.settled();
      if (this.plot._fullData) act();
    };
    return button;
  }

  table() {
    return tableOf(this.plot._fullData, this.plot.layout.meta, this.plot.layout);
  }

  picture(format) {
    const { width, height } = this.plot.layout;
    const scale = WIDE / width;
    const ground = getComputedStyle(this.plot.closest("figure")).backgroundColor;
    const drawn = {
      data: this.plot.data,
      layout: { ...this.plot.layout, paper_bgcolor: ground },
    };
    window.Plotly.downloadImage(drawn, { format, width, height, scale, filename: this.name });
  }

  save(ending, text, type) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type }));
    link.download = `${this.name}.${ending}`;
    link.click();
    URL.revokeObjectURL(link.href);
  }
}

export function tableElement({ head, rows }) {
  const table = document.createElement("table");
  const header = table.createTHead().insertRow();
  for (const name of head) header.append(cell("th", String(name), "col"));
  const body = table.createTBody();
  for (const [first, ...rest] of rows.slice(0, MOST_ROWS)) {
    const row = body.insertRow();
    row.append(cell("th", rounded(first), "row"), ...rest.map((value) => cell("td", rounded(value))));
  }
  return table;
}

function cell(tag, text, scope = null) {
  const made = document.createElement(tag);
  made.textContent = text;
  if (scope) made.scope = scope;
  return made;
}
