// The line above the drawing: what is selected, its gradient, what can be done with it.

import { N_, _, listed } from "../languages/messages.js";
import { html, renew, say } from "./elements.js";
import { carriedText } from "./words.js";

const HINT = N_("Drag from layer to layer to place a skip; click to change it.");

export class Inspector {
  constructor(editor) {
    this.editor = editor;
    this.root = html("div", { class: "inspector" });
    this.shown = "";
  }

  // Rebuilt only when its content changes, so that a control in use is not replaced under the hand;
  // what is said beside them goes with every refresh.
  show() {
    const { text, ...content } = this.content();
    const { selected, range } = this.editor;
    const about = [selected, range.id, Boolean(text), content];
    const key = JSON.stringify(about, (name, value) => (value instanceof Function ? "f" : value));
    if (key !== this.shown) this.build(content, text);
    this.shown = key;
    if (!text) return;
    this.what.title = text;
    say(this.what, text);
  }

  build(content, text) {
    this.what = html("span", { class: "what" });
    renew(
      this.root,
      ...(content.hint ? [html("span", { class: "hint" }, content.hint)] : []),
      ...(content.error ? [html("span", { class: "error" }, content.error)] : []),
      ...(text ? [this.what] : []),
      ...(content.kinds ? [this.kindChooser(content)] : []),
      ...content.buttons.map(([label, act]) => button(label, act)),
    );
  }

  content() {
    const { selected, network, errors, range } = this.editor;
    if (range.wide) return this.aboutRange(range.layers());
    const error = errors.get(selected);
    const fixes = (error?.fixes ?? []).map(({ label, edits }) => [label, () => this.fix(edits)]);
    if (selected === null) return this.summary();
    const shown = selected.includes("-")
      ? this.aboutSkip(selected)
      : this.aboutLayer(Number(selected), network.layers.length);
    return { ...shown, error: error?.message, buttons: [...fixes, ...shown.buttons] };
  }

  summary() {
    const first = this.editor.view.problems[0];
    if (!first) return { hint: _(HINT), buttons: [] };
    const fixes = first.fixes.map(({ label, edits }) => [label, () => this.fix(edits)]);
    return { error: first.message, buttons: fixes };
  }

  fix(edits) {
    for (const edit of edits) this.editor.edit(edit);
  }

  aboutSkip(id) {
    const skip = this.editor.skip(id);
    const [arm] = this.editor.measured();
    const share = arm?.shares?.[id];
    const carried = share === undefined ? [] : [carriedText(share, id)];
    const said = [_("Skip {source} → {target}", skip), ...carried, ...(arm?.learned?.[id] ?? [])];
    return {
      text: said.join(" · "),
      id,
      kind: skip.kind,
      kinds: this.editor.view.kinds,
      buttons: [[_("Remove"), () => this.editor.removeSkip(id)]],
    };
  }

  aboutRange({ first, last }) {
    const { range } = this.editor;
    const count = last - first + 1;
    return {
      text: _("Layers {first} to {last} · {count} layers, changed as one below", { first, last, count }),
      buttons: [
        [_("Duplicate"), () => range.duplicate()],
        [_("Remove {count} layers", { count }), () => range.remove()],
      ],
    };
  }

  aboutLayer(k, depth) {
    const { view, network } = this.editor;
    if (k === 0) return { text: _("Input · {title} · {shape}", view.input), buttons: [] };
    const gradient = gradientText(this.editor.measured(), k);
    if (k > depth) return { text: _("Readout · {shape}", view.readout) + gradient, buttons: [] };
    return {
      text: _("Layer {layer} · {detail}", { layer: k, detail: network.layers[k - 1].detail }) + gradient,
      buttons: [
        [_("Insert before"), () => this.editor.insertLayer(k, true)],
        [_("Insert after"), () => this.editor.insertLayer(k + 1)],
        [_("Remove"), () => this.editor.removeLayer(k)],
      ],
    };
  }

  kindChooser({ id, kind, kinds }) {
    const chooser = html("select", { "aria-label": _("Kind of the skip") });
    chooser.append(...kinds.map((name) => html("option", { value: name }, _(name))));
    chooser.value = kind;
    chooser.onchange = () => this.editor.changeKind(id, chooser.value);
    return chooser;
  }
}

// "|∂L/∂W| 0.02 with skips, 3 × 10⁻⁹ without", of the rows that are measured.
export function gradientText(arms, k) {
  const said = arms
    .filter(Boolean)
    .map(({ values, label }) => _("{value} {arm}", { value: values[k - 1], arm: label }));
  return said.length ? ` · |∂L/∂W| ${listed(said)}` : "";
}

function button(label, act) {
  const made = html("button", { type: "button" }, label);
  made.onclick = act;
  return made;
}
