// What the colours mean, and what a thick arc does. Takes its room before there is a scale.

import { _, onLanguage } from "../languages/messages.js";
import { html, say } from "./elements.js";

export class Legend {
  constructor() {
    this.root = html("div", { class: "legend" });
    this.low = html("span", { class: "low" });
    this.high = html("span", { class: "high" });
    this.scale = html("span", { class: "scale" });
    this.scale.append(this.low, html("span", { class: "bar" }), this.high);
    this.zero = html("span", { class: "zero" });
    this.thick = html("span", { class: "thick" });
    this.lines = html("span", { class: "lines" });
    this.ties = html("span", { class: "lines" });
    this.root.append("|∂L/∂W|", this.scale, this.zero, this.thick, this.lines, this.ties);
    this.label();
    onLanguage(this, (legend) => legend.label());
  }

  label() {
    this.root.setAttribute("aria-label", _("Legend"));
    this.zero.textContent = _("exactly 0");
    this.thick.textContent = _("thickness: share of a skip");
    this.lines.textContent = _("straight lines: what a layer reads");
    this.ties.textContent = _("k = j: weights of layer j");
  }

  // There is no scale before a run, nor where no layer has a gradient above 0.
  show(scale, shares, zeros, { wired, tied }) {
    const some = Boolean(scale || zeros);
    this.root.classList.toggle("shown", some);
    this.scale.classList.toggle("none", some && !scale);
    this.zero.classList.toggle("shown", Boolean(zeros));
    this.thick.classList.toggle("shown", Boolean(some && shares));
    this.lines.classList.toggle("shown", Boolean(some && wired));
    this.ties.classList.toggle("shown", Boolean(some && tied));
    if (!scale) return;
    say(this.low, scale.low);
    say(this.high, scale.high);
  }
}
