// Elements of SVG and HTML with their attributes and text.

export const NEUTRAL = "var(--layer)"; // the colour of a layer of which nothing is measured
const SVG = "http://www.w3.org/2000/svg";

export function svg(tag, attributes = {}, text = "") {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  if (text) made.textContent = text;
  return made;
}

export function html(tag, attributes = {}, text = "") {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  if (text) made.textContent = text;
  return made;
}

// The one of the same kind and name, of several of them the one in the same place of their row.
export function counterpart(element, from, to) {
  return alike(to, element)[alike(from, element).indexOf(element)] ?? null;
}

// The control that has the focus keeps it where what is in `root` is made anew.
export function renew(root, ...made) {
  const { activeElement } = root.getRootNode();
  const focused = root.contains(activeElement) ? activeElement : null;
  const at = focused && alike(root, focused).indexOf(focused);
  root.replaceChildren(...made);
  if (focused) alike(root, focused)[at]?.focus({ preventScroll: true });
}

function alike(root, element) {
  const name = nameOf(element);
  return [...root.querySelectorAll(element.localName)].filter((each) => nameOf(each) === name);
}

function nameOf(element) {
  return element.getAttribute("aria-label") ?? element.textContent;
}

const written = new WeakMap();

// Whether what is said of an element is new. A drawing is painted thirty times a second, most of it
// as before, and the same written once more has the browser find styles and layout anew.
export function isNews(node, said) {
  if (written.get(node) === said) return false;
  written.set(node, said);
  return true;
}

export function fill(shape, colour) {
  if (isNews(shape, colour)) shape.style.fill = colour;
}

export function say(node, text) {
  if (isNews(node, text)) node.textContent = text;
}
