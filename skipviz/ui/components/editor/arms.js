// Which arm the second row shows, where there are more than two.

import { html } from "./elements.js";

export class Arms {
  // `choose` is called with the name of the arm that somebody wants.
  constructor(choose) {
    this.choose = choose;
    const label = "Arm in the second row";
    this.root = html("div", { class: "arms", role: "radiogroup", "aria-label": label });
  }

  show(arms, chosen) {
    const names = arms.map(({ name }) => name).join(",");
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
