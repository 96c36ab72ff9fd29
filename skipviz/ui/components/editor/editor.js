// The network editor: shows the network Python sent plus the edits Python has not seen yet.

import { _, onLanguage } from "../languages/messages.js";
import { Arms, keptUntil, measuredOf, rowsOf } from "./arms.js";
import { Clipboard } from "./clipboard.js";
import { Drawing, faultId, skipId } from "./drawing.js";
import { html, svg } from "./elements.js";
import { Folding } from "./folding.js";
import { Gestures } from "./gestures.js";
import { HoverCard } from "./hover.js";
import { Inspector } from "./inspector.js";
import { Keyboard } from "./keyboard.js";
import { Legend } from "./legend.js";
import { Moving } from "./moving.js";
import { predict } from "./prediction.js";
import { Range } from "./range.js";
import { Report } from "./report.js";
import { Tools } from "./tools.js";
import { Unseen } from "./unseen.js";
import { Plugs } from "./wiring.js";

const REACHED = '[data-layer][tabindex="0"], [data-skip][tabindex="0"]'; // by the Tab key

export class Editor {
  constructor(root) {
    this.root = root;
    this.report = new Report((name, value) => this.send(name, value));
    this.unseen = new Unseen((value) => this.send("edit", value));
    this.mounts = 0;
    this.selected = null;
    this.arm = null;
    this.aimed = null; // where a skip leads from and to that is being placed
    this.build();
    this.drawing = new Drawing(this.canvas);
    this.range = new Range(this);
    this.tools = new Tools(this);
    this.arms.root.before(this.tools.root);
    this.folding = new Folding(this);
    this.gestures = new Gestures(this);
    this.keyboard = new Keyboard(this);
    this.moving = new Moving(this);
    this.plugs = new Plugs(this);
    this.clipboard = new Clipboard(this);
    this.card = new HoverCard(this);
    this.resizing = new ResizeObserver(() => this.redraw());
    this.resizing.observe(this.scroll);
    this.onGradients = ({ detail }) => this.showGradients(detail);
    window.addEventListener("skipviz:gradients", this.onGradients);
    this.onPaint = ({ detail }) => this.repaint(detail);
    window.addEventListener("skipviz:paint", this.onPaint);
    onLanguage(this, (editor) => editor.label());
  }

  build() {
    this.canvas = svg("svg", { role: "group", class: "canvas" });
    this.scroll = html("div", { class: "scroll" });
    this.scroll.append(this.canvas);
    this.arms = new Arms((name) => {
      this.arm = name;
      this.redraw();
    });
    const head = html("div", { class: "head" });
    this.legend = new Legend();
    this.inspector = new Inspector(this);
    head.append(this.inspector.root, this.legend.root, this.arms.root);
    this.live = html("div", { class: "spoken", "aria-live": "polite" });
    this.root.append(head, this.scroll, this.live);
    this.label();
  }

  // In the language of the page, also of what is drawn.
  label() {
    this.canvas.setAttribute("aria-label", _("Network"));
    if (this.view) this.redraw();
  }

  show(view) {
    this.view = view;
    this.root.dataset.seq = this.unseen.drop(view.acknowledged);
    this.gradients = keptUntil(view, this.gradients);
    this.redraw();
  }

  redraw() {
    if (!this.view || !this.scroll.clientWidth) return;
    const focused = this.canvas.getRootNode().activeElement;
    const focusedId = focused?.dataset?.layer ?? focused?.dataset?.skip;
    this.network = predict(this.view, this.unseen.edits);
    this.errors = new Map(this.view.problems.map((problem) => [faultId(problem), problem]));
    const width = this.scroll.clientWidth * this.tools.zoom;
    const hidden = this.folding.decide();
    this.drawing.draw(this.network, this.view, width, this.errors, hidden, this.rows());
    this.folding.show();
    if (this.selected && !this.drawing.find(this.selected)) this.selected = null;
    this.mark();
    this.paint();
    if (this.aimed) this.aim(...this.aimed);
    if (focusedId !== undefined) this.refocus(focusedId);
    window.dispatchEvent(new CustomEvent("skipviz:drawn", { detail: this }));
  }

  // --- edits ---

  edit(edit) {
    this.unseen.add(edit);
    this.redraw();
    this.deliver();
  }

  deliver() {
    this.unseen.deliver();
    this.report.now(this.selected); // in one message with the edit: one run of the page for both
  }

  // A network with fewer layers may have come while the skip was being placed.
  has(k) {
    return k <= this.network.layers.length + 1;
  }

  connect(a, b) {
    if (!this.has(a) || !this.has(b)) return this.say(_("This layer is gone"));
    const [source, target] = this.ends(a, b);
    if (source === target && !this.view.feedback) {
      return this.say(_("A skip needs two different layers"));
    }
    if (this.network.skips.some((s) => s.source === source && s.target === target)) {
      return this.select(`${source}-${target}`);
    }
    const toInput = target === 0; // refused where a message can be seen
    if (!toInput) this.selected = `${source}-${target}`;
    this.edit({ do: "add_skip", source, target, kind: this.view.kinds[0] });
    if (toInput) return this.say(_("A skip cannot end at the input."));
    return this.say(_("Placed a skip from {source} to {target}", { source, target }));
  }

  // Without time steps a skip leads forward, whichever way it was dragged.
  ends(a, b) {
    return this.view.feedback ? [a, b] : [Math.min(a, b), Math.max(a, b)];
  }

  removeSkip(id) {
    const [source, target] = id.split("-").map(Number);
    this.selected = `${source}`;
    this.edit({ do: "remove_skip", source, target });
    this.focus(this.selected);
    this.say(_("Removed the skip from {source} to {target}", { source, target }));
  }

  changeKind(id, kind) {
    const [source, target] = id.split("-").map(Number);
    this.edit({ do: "change_skip", source, target, kind });
    this.say(_("The skip is now of kind {kind}", { kind: _(kind) }));
  }

  nextKind(id) {
    const { kinds } = this.view;
    this.changeKind(id, kinds[(kinds.indexOf(this.skip(id).kind) + 1) % kinds.length]);
  }

  // `before`: on the way to the layer there alone, where others read the same state.
  insertLayer(at, before = false) {
    const last = this.network.layers.length + 1;
    if (last > this.view.limits.layers) return this.say(_("This is the largest network"));
    this.edit({ do: "insert_layer", at: Math.max(1, Math.min(at, last)), ...(before && { before }) });
    return this.say(_("Inserted layer {layer}", { layer: at }));
  }

  removeLayer(k) {
    const depth = this.network.layers.length;
    if (this.range.wide) return this.range.remove();
    if (k < 1 || k > depth) return this.say(_("Input and readout stay"));
    if (depth === 1) return this.say(_("A network needs at least one layer"));
    this.edit({ do: "remove_layer", layer: k });
    return this.say(_("Removed layer {layer}", { layer: k }));
  }

  // --- selection ---

  skip(id) {
    return this.network.skips.find((skip) => skipId(skip) === id);
  }

  select(id, focused = true) {
    if (id !== null && !this.drawing.find(id)) return;
    this.range.clear();
    this.selected = id;
    this.mark();
    if (id !== this.view.inspected) this.report.again(id);
    if (id !== null && focused) this.focus(id);
  }

  // The element that had the focus is gone; what is selected may have got another number.
  refocus(id) {
    const next = [this.selected, id, "0"].find((each) => each !== null && this.drawing.find(each));
    if (this.selected !== null) this.focus(next);
    else this.drawing.find(next).focus({ preventScroll: true });
  }

  focus(id) {
    const found = this.drawing.find(id);
    if (!found) return;
    this.canvas.querySelector(REACHED)?.setAttribute("tabindex", "-1");
    found.setAttribute("tabindex", "0");
    found.focus({ preventScroll: false });
    if (this.selected !== id && !this.keyboard.connecting) {
      this.range.clear();
      this.selected = id;
      this.mark();
    }
  }

  mark() {
    for (const old of this.canvas.querySelectorAll(".selected")) old.classList.remove("selected");
    if (this.selected !== null) this.drawing.find(this.selected)?.classList.add("selected");
    for (let k = 1; k <= this.network.layers.length; k += 1) {
      if (this.range.has(k)) this.drawing.find(`${k}`)?.classList.add("selected");
    }
    if (!this.canvas.querySelector(REACHED)) {
      this.drawing.find(this.selected ?? "0")?.setAttribute("tabindex", "0");
    }
    this.moving.show();
    this.plugs.show();
    this.inspector.show();
    this.report.note(this.range.id ?? this.selected);
  }

  // --- placing a skip ---

  aim(source, target) {
    this.stopAiming();
    if (!this.has(source)) return;
    this.aimed = [source, target];
    this.canvas.classList.add("aiming");
    this.drawing.find(`${source}`)?.classList.add("source");
    if (source === target && !this.view.feedback) return;
    this.drawing.find(`${target}`)?.classList.add("target");
    this.drawing.showPreview(...this.ends(source, target));
  }

  stopAiming() {
    this.aimed = null;
    this.canvas.classList.remove("aiming");
    this.drawing.hidePreview();
    for (const end of this.canvas.querySelectorAll(".source, .target")) {
      end.classList.remove("source", "target");
    }
  }

  // --- gradients ---

  showGradients(gradients) {
    this.gradients = gradients;
    if (!this.network) return;
    this.paint();
    this.inspector.show();
  }

  // Many times a second: what can be read or typed in stays as it is until the next refresh.
  repaint(gradients) {
    this.gradients = gradients;
    if (this.network) this.paint();
  }

  rows() {
    return rowsOf(this.view.arms, this.arm);
  }

  measured() {
    return measuredOf(this.rows(), this.gradients, this.network.layers.length + 1);
  }

  paint() {
    const [first, second] = this.measured();
    this.drawing.paint(first?.layers, first?.shares, first?.zeros);
    this.drawing.second.paint(second?.layers, second?.zeros);
    const zeros = [first, second].some((arm) => arm?.zeros.length);
    this.legend.show(first && this.gradients.scale, first?.shares, zeros, this.drawing.place);
    this.arms.show(this.view.arms.slice(1), this.rows()[1]?.name);
  }

  say(text) {
    this.live.textContent = text;
  }

  remove() {
    window.removeEventListener("skipviz:gradients", this.onGradients);
    window.removeEventListener("skipviz:paint", this.onPaint);
    this.unseen.stop();
    this.resizing.disconnect();
    this.report.stop();
    this.clipboard.stop();
    this.keyboard.stop();
    this.root.replaceChildren();
  }
}
