// Several neighbouring layers selected at once, and what can be done with them.

import { N_, _ } from "../languages/messages.js";

export class Range {
  constructor(editor) {
    this.editor = editor;
    this.anchor = null;
    this.end = null;
  }

  get depth() {
    return this.editor.network.layers.length;
  }

  // From the layer selected first, else from `start`, to this one; input and readout stay out.
  extend(k, start = k) {
    const inside = (layer) => Math.max(1, Math.min(this.depth, layer));
    this.anchor ??= inside(layerOf(this.editor.selected) ?? start);
    this.end = inside(k);
    this.editor.selected = `${this.end}`;
    this.editor.focus(this.editor.selected);
    this.editor.mark();
    const { first, last } = this.layers();
    const one = first === last;
    this.editor.say(
      one ? _("Layer {layer}", { layer: first }) : _("Layers {first} to {last} selected", { first, last }),
    );
  }

  takeOver({ anchor, end }) {
    Object.assign(this, { anchor, end });
  }

  clear() {
    this.anchor = this.end = null;
  }

  // The layers selected; the single one where there is no range.
  layers() {
    if (this.anchor !== null) {
      const ends = [this.anchor, this.end].map((k) => Math.min(k, this.depth));
      return { first: Math.min(...ends), last: Math.max(...ends) };
    }
    const k = layerOf(this.editor.selected);
    return k >= 1 && k <= this.depth ? { first: k, last: k } : null;
  }

  get wide() {
    return this.anchor !== null && this.anchor !== this.end;
  }

  // As it is reported: "3..7"; null where there is no range.
  get id() {
    const { first, last } = this.layers() ?? {};
    return this.wide ? `${first}..${last}` : null;
  }

  has(k) {
    return this.wide && k >= this.layers().first && k <= this.layers().last;
  }

  // --- edits ---

  // `said` is a message.
  change(name, said, more = {}) {
    const both = this.layers();
    if (!both) return this.editor.say(_("Select a layer first"));
    this.editor.edit({ do: name, ...both, ...more });
    return this.editor.say(_(said, both));
  }

  remove() {
    this.change("remove_layers", N_("Removed layers {first} to {last}"));
    this.clear();
  }

  duplicate() {
    this.change("duplicate_layers", N_("Duplicated layers {first} to {last}"));
  }

  move(by) {
    const both = this.layers();
    if (!both || both.first + by < 1 || both.last + by > this.depth) return;
    if (this.anchor !== null) [this.anchor, this.end] = [this.anchor + by, this.end + by];
    this.editor.selected = `${Number(this.editor.selected) + by}`;
    this.editor.edit({ do: "move_layers", ...both, by });
    this.editor.say(_("Moved layers {first} to {last}", both));
  }

  copy() {
    this.change("copy_layers", N_("Copied layers {first} to {last}"));
  }

  // What is given, or what was copied in this session.
  paste(given = null) {
    const both = this.layers();
    const at = (both ? both.last : this.depth) + 1;
    this.editor.edit(given ? { do: "paste_layers", at, ...given } : { do: "paste_copied", at });
    this.editor.say(_("Pasted"));
  }
}

// The number of the layer that is selected; null for a skip or nothing.
function layerOf(selected) {
  return selected === null || selected.includes("-") ? null : Number(selected);
}
