// Zoom, and what the hands and keys can do.

import { html } from "./elements.js";

const MOST = 8;
const STEP = 1.4;
const HELP = [
  ["Drag from layer to layer", "place a skip"],
  ["Click", "select a layer or a skip"],
  ["Shift + click, Shift + arrows", "select several layers"],
  ["Arrows, Enter", "walk along the layers; Enter, arrows, Enter place a skip"],
  ["Arrow up / down", "to the skips of a layer and back"],
  ["+ / Delete", "insert or remove a layer; Delete removes a skip, K changes its kind"],
  ["Ctrl + D, C, X, V", "duplicate, copy, cut, paste layers, in other tabs as well"],
  ["Drag the dot of a layer", "let it read another layer; arrows where the dot has the focus"],
  ["Drag the grip below, Alt + arrows", "move the selected layers"],
  ["Ctrl + Z, Ctrl + Shift + Z", "undo, redo"],
  ["F", "fold or unfold repeated blocks"],
  ["Ctrl + wheel", "zoom; drag the ground to pan"],
];

export class Tools {
  constructor(editor) {
    this.editor = editor;
    this.zoom = 1;
    this.root = html("div", { class: "tools" });
    this.out = this.button("−", "Zoom out", () => this.scale(1 / STEP));
    this.fit = this.button("Fit", "Fit the whole network", () => this.scale(0));
    this.in = this.button("+", "Zoom in", () => this.scale(STEP));
    this.root.append(this.out, this.fit, this.in, this.help());
    editor.scroll.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    this.update();
  }

  button(label, title, act) {
    const made = html("button", { type: "button", title, "aria-label": title }, label);
    made.onclick = act;
    return made;
  }

  help() {
    const box = html("details", { class: "help" });
    box.append(html("summary", { "aria-label": "Gestures and keys" }, "?"));
    const list = html("dl", { tabindex: "-1" }); // pressed, it takes the focus and stays open
    for (const [keys, does] of HELP) list.append(html("dt", {}, keys), html("dd", {}, does));
    box.append(list);
    box.addEventListener("focusout", ({ relatedTarget }) => {
      if (!box.contains(relatedTarget)) box.open = false;
    });
    return box;
  }

  wheel(event) {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    this.scale(event.deltaY < 0 ? STEP : 1 / STEP, event.clientX);
  }

  // The place under the pointer stays where it is; 0 fits the network again.
  scale(factor, clientX = null) {
    const { scroll } = this.editor;
    const before = this.zoom;
    this.zoom = factor ? Math.max(1, Math.min(MOST, this.zoom * factor)) : 1;
    const x = clientX === null ? scroll.clientWidth / 2 : clientX - scroll.getBoundingClientRect().left;
    const place = (scroll.scrollLeft + x) / before;
    this.editor.redraw();
    scroll.scrollLeft = place * this.zoom - x;
    this.update();
  }

  update() {
    this.out.disabled = this.fit.disabled = this.zoom === 1;
    this.in.disabled = this.zoom === MOST;
  }
}
