// Zoom, and what the hands and keys can do.

import { N_, _, onLanguage } from "../languages/messages.js";
import { html } from "./elements.js";

const MOST = 8;
const STEP = 1.4;
const HELP = [
  [N_("Drag from layer to layer"), N_("place a skip")],
  [N_("Click"), N_("select a layer or a skip")],
  [N_("Shift + click, Shift + arrows"), N_("select several layers")],
  [N_("Arrows, Enter"), N_("walk along the layers; Enter, arrows, Enter place a skip")],
  [N_("Arrow up / down"), N_("to the skips of a layer and back")],
  [N_("+ / Delete"), N_("insert or remove a layer; Delete removes a skip, K changes its kind")],
  [N_("Ctrl + D, C, X, V"), N_("duplicate, copy, cut, paste layers, in other tabs as well")],
  [N_("Drag the dot of a layer"), N_("let it read another layer; arrows where the dot has the focus")],
  [N_("Drag the grip below, Alt + arrows"), N_("move the selected layers")],
  [N_("Ctrl + Z, Ctrl + Shift + Z"), N_("undo, redo")],
  [N_("F"), N_("fold or unfold repeated blocks")],
  [N_("Ctrl + wheel"), N_("zoom; drag the ground to pan")],
];

export class Tools {
  constructor(editor) {
    this.editor = editor;
    this.zoom = 1;
    this.root = html("div", { class: "tools" });
    this.named = [];
    this.out = this.button("−", N_("Zoom out"), () => this.scale(1 / STEP));
    this.fit = this.button(N_("Fit"), N_("Fit the whole network"), () => this.scale(0));
    this.in = this.button("+", N_("Zoom in"), () => this.scale(STEP));
    this.box = this.help();
    this.root.append(this.out, this.fit, this.in, this.box);
    onLanguage(this, (tools) => tools.label());
    editor.scroll.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    this.update();
  }

  takeOver({ zoom, box }) {
    this.zoom = zoom;
    this.box.open = box.open;
    this.update();
  }

  // `label` and `title` are messages.
  button(label, title, act) {
    const made = html("button", { type: "button" });
    made.onclick = act;
    this.named.push([made, label, title]);
    this.label();
    return made;
  }

  label() {
    for (const [button, label, title] of this.named) {
      button.textContent = _(label);
      button.title = _(title);
      button.setAttribute("aria-label", _(title));
    }
    if (!this.keys) return;
    this.summary.setAttribute("aria-label", _("Gestures and keys"));
    const parts = HELP.flatMap(([keys, does]) => [html("dt", {}, _(keys)), html("dd", {}, _(does))]);
    this.keys.replaceChildren(...parts);
  }

  help() {
    const box = html("details", { class: "help" });
    this.summary = html("summary", {}, "?");
    this.keys = html("dl", { tabindex: "-1" }); // pressed, it takes the focus and stays open
    box.append(this.summary, this.keys);
    this.label();
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
