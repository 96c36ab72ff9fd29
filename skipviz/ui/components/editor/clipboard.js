// Layers go to the clipboard as text, so that another tab or another person can paste them.

import { ATTENDED } from "./lanes.js";

const KIND = "layers";
const LONGEST = 1e6; // characters that are looked at

// The layers and the skips among them, counted from 1; null while Python has not said all of them.
export function textOf({ layers, skips }, { first, last }) {
  const chosen = layers.slice(first - 1, last).map(({ fields }) => counted(fields, first));
  if (!chosen.every(Boolean)) return null;
  const inside = (k) => k >= first && k <= last;
  const among = skips
    .filter(({ source, target }) => inside(source) && inside(target))
    .map(({ source, target, kind, fields }) => ({
      ...(fields ?? { kind }),
      source: source - first + 1,
      target: target - first + 1,
    }));
  return JSON.stringify({ skipviz: KIND, layers: chosen, skips: among });
}

// What a layer reads and names, counted from the first of those copied; 0 stands for what comes
// before, whose weights are left behind.
function counted(fields, first) {
  if (!fields) return fields;
  const { tied_to: owner, reads, ...others } = fields;
  const state = (k) => Math.max(0, k - first + 1);
  const attended = ATTENDED.filter((field) => fields[field] !== undefined);
  const from = (entry) => ({ ...entry, state: state(entry.state) });
  return {
    ...others,
    ...(reads && { reads: { ...reads, entries: reads.entries.map(from) } }),
    ...Object.fromEntries(attended.map((field) => [field, state(fields[field])])),
    ...(owner >= first && { tied_to: owner - first + 1 }),
  };
}

// What such a text holds; null for any other text. Python looks at what is in it.
export function layersIn(text) {
  if (text.length > LONGEST) return null;
  try {
    const found = JSON.parse(text);
    return found?.skipviz === KIND ? { layers: found.layers, skips: found.skips ?? [] } : null;
  } catch {
    return null;
  }
}

export class Clipboard {
  constructor(editor) {
    this.editor = editor;
    this.acts = { copy: (data) => this.copy(data), cut: (data) => this.cut(data) };
    this.acts.paste = (data) => this.paste(data);
    this.on = (event) => this.take(event);
    for (const name of Object.keys(this.acts)) document.addEventListener(name, this.on);
  }

  // The browser tells the document, not what has the focus.
  take(event) {
    const { canvas } = this.editor;
    if (!canvas.contains(canvas.getRootNode().activeElement)) return;
    if (!window.getSelection()?.isCollapsed) return; // somebody copies a text
    event.preventDefault();
    this.acts[event.type](event.clipboardData);
  }

  copy(data) {
    const { network, range } = this.editor;
    const text = range.layers() && textOf(network, range.layers());
    if (text) data.setData("text/plain", text);
    range.copy();
  }

  cut(data) {
    this.copy(data);
    this.editor.range.remove();
  }

  paste(data) {
    this.editor.range.paste(layersIn(data.getData("text/plain")));
  }

  stop() {
    for (const name of Object.keys(this.acts)) document.removeEventListener(name, this.on);
  }
}
