// The scale of the colours and what a thick arc means. Takes its room before there is a scale.

import { html } from "./drawing.js";

export class Legend {
  constructor() {
    this.root = html("div", { class: "legend", "aria-label": "Legend" });
    this.low = html("span", { class: "low" });
    this.high = html("span", { class: "high" });
    this.thick = html("span", { class: "thick" }, "thickness: share of a skip");
    this.root.append("|∂L/∂W|", this.low, html("span", { class: "bar" }), this.high, this.thick);
  }

  show(scale, shares) {
    this.root.classList.toggle("shown", Boolean(scale));
    this.thick.classList.toggle("shown", Boolean(scale && shares));
    if (!scale) return;
    this.low.textContent = scale.low;
    this.high.textContent = scale.high;
  }
}
