// Which arm the second row shows, where there are more than two.

import { _, onLanguage } from "../languages/messages.js";
import { html } from "./elements.js";

export class Arms {
  // `choose` is called with the name of the arm that somebody wants.
  constructor(choose) {
    this.choose = choose;
    this.root = html("div", { class: "arms", role: "radiogroup" });
    this.label();
    onLanguage(this, (arms) => arms.label());
  }

  label() {
    this.root.setAttribute("aria-label", _("Arm in the second row"));
  }

  show(arms, chosen) {
    const names = arms.map(({ name, label }) => `${name} ${label}`).join(",");
    if (this.root.dataset.names !== names) {
      this.root.dataset.names = names;
      const choices = arms.length > 1 ? arms : [];
      this.root.replaceChildren(...choices.map((arm) => this.button(arm)));
    }
    for (const button of this.root.children) {
      button.setAttribute("aria-checked", button.dataset.arm === chosen);
    }
  }

  button({ name, label }) {
    const button = html("button", { type: "button", role: "radio", "data-arm": name }, label);
    button.onclick = () => this.choose(name);
    return button;
  }
}

// The arms that have a row: the first one, and the one chosen among the others.
export function rowsOf([first, ...others], chosen) {
  const second = others.find(({ name }) => name === chosen) ?? others[0];
  return [first, second].filter(Boolean);
}

// What is measured of each row, where it is of a network of so many boxes: the one that is drawn.
export function measuredOf(rows, gradients, boxes) {
  const arms = (gradients?.arms ?? []).filter(({ layers }) => layers.length === boxes);
  return rows.map((row) => arms.find(({ name }) => name === row.name));
}

// The colours of before stay while those of the drawing are on their way, so that nothing blinks.
export function keptUntil({ gradients, awaited }, before) {
  return gradients ?? (awaited ? before : null);
}
