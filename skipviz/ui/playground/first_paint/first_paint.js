// The picture in the HTML of the page: an editor that works at once, and takes each part away once
// the page has drawn its own, or shows something else in its place. What is drawn in it meanwhile
// the page's own editor takes over.

import { Editor } from "../../components/editor/editor.js";
import { isHeld, takeOver } from "../../components/editor/handover.js";
import { sketchOf } from "../../components/live/sketch.js";

const HEADLINE = "#root .verdict h1";
const FRAME = "#root .skipviz-charts figure";
const CHART = `${FRAME}:is([data-sketch], [data-traces])`;
const APP = '[data-testid="stApp"]';
const OURS = "#root .st-key-editor";

class FirstPaint {
  constructor(root) {
    this.root = root;
    this.path = window.location.pathname;
    const theme = chosenTheme();
    if (theme) root.classList.add(theme);
    this.editor = new Editor(this.part("drawing").shadowRoot.querySelector(".editor"));
    this.editor.send = () => {};
    this.editor.show(given("first-view"));
    this.figures = given("first-figures");
    this.onDrawn = ({ detail }) => detail !== this.editor && this.handOver(detail);
    window.addEventListener("skipviz:drawn", this.onDrawn);
    this.onUp = () => window.setTimeout(() => this.handOver(this.next));
    window.addEventListener("pointerup", this.onUp);
    this.onScroll = ({ target }) => this.follow(target);
    document.addEventListener("scroll", this.onScroll, { capture: true, passive: true });
    this.looking = new MutationObserver(() => this.look());
    this.looking.observe(document.body, {
      childList: true,
      subtree: true,
      attributeFilter: ["data-test-script-state", "data-sketch", "data-traces"],
    });
  }

  // The drawing; below it the headline and the charts, which the browser has not read yet when this
  // begins: were they there before the drawing, it would push them down.
  part(name) {
    return this.root.querySelector(`:scope > .${name}`);
  }

  look() {
    this.sketch();
    if (document.querySelector(HEADLINE)) this.drawn("head");
    if (document.querySelector(CHART)) this.drawn("skipviz-charts");
    const state = document.querySelector(APP)?.dataset.testScriptState;
    this.ran ||= state === "running";
    const over = this.ran && state === "notRunning";
    const framed = document.querySelector(FRAME) || (over && !this.part("skipviz-charts"));
    this.root.classList.toggle("framed", Boolean(framed));
    this.handOver(this.next);
    const elsewhere = window.location.pathname !== this.path;
    if (elsewhere || (over && !document.querySelector(OURS))) this.remove();
  }

  // The charts, once the browser has read where they stand.
  sketch() {
    if (this.sketched) return;
    const plots = this.root.querySelectorAll(".skipviz-charts .plot");
    if (plots.length < this.figures.length) return;
    this.sketched = true;
    this.figures.forEach((themes, k) => (plots[k].innerHTML = sketchOf(...themes) ?? ""));
  }

  drawn(name) {
    this.part(name)?.classList.add("drawn");
    if (!this.root.querySelector(":scope > div:not(.drawn)")) this.remove();
  }

  // A drag that goes on ends here first, and what is still hidden cannot take the focus.
  handOver(editor) {
    if (this.handed || !editor) return;
    this.next = editor;
    this.root.classList.add("placed");
    if (isHeld(this.editor) || getComputedStyle(editor.canvas).visibility !== "visible") return;
    this.handed = true;
    takeOver(editor, this.editor);
    this.drawn("drawing");
  }

  // The page scrolls within itself.
  follow({ scrollTop }) {
    if (scrollTop !== undefined) this.root.style.transform = `translateY(${-scrollTop}px)`;
  }

  remove() {
    this.looking.disconnect();
    window.removeEventListener("skipviz:drawn", this.onDrawn);
    window.removeEventListener("pointerup", this.onUp);
    document.removeEventListener("scroll", this.onScroll, { capture: true });
    this.editor.remove();
    this.root.remove();
  }
}

// What the server has put into the page as data.
function given(name) {
  return JSON.parse(document.getElementById(name).textContent);
}

// "light", "dark", or nothing where the system decides.
function chosenTheme() {
  const asked = /[?&]embed_options=(light|dark)_theme/.exec(window.location.search);
  if (asked) return asked[1];
  try {
    const path = `stActiveTheme-${window.location.pathname}-v`; // Streamlit's name for it
    const name = Object.keys(localStorage).find((each) => each.startsWith(path));
    const kept = /^"(Light|Dark)"$/.exec(localStorage.getItem(name));
    return kept?.[1].toLowerCase();
  } catch {
    return undefined; // a browser that keeps nothing
  }
}

// Once the picture is painted, the browser may read what the page will ask for.
function readAhead() {
  const scripts = document.getElementById("first-scripts");
  if (!scripts) return;
  document.head.append(scripts.content);
  scripts.remove();
}

export default function start() {
  window.requestAnimationFrame(() => window.setTimeout(readAhead));
  return new FirstPaint(document.getElementById("first-paint"));
}
