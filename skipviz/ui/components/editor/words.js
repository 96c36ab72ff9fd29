// What the drawing says. Pure: data in, text out.

import { N_, _ } from "../languages/messages.js";

// Kinds of skips, which are said with `_`.
export const KINDS = [
  N_("add"),
  N_("projection"),
  N_("pad"),
  N_("gated"),
  N_("shortcut_gate"),
  N_("concat"),
];

// Never 0 % or 100 % of what is not that, as `percent_text` in skipviz/text.py.
export function percent(share) {
  const [size, than] = amount(Math.abs(share * 100));
  const number = share < 0 ? `−${size}` : size;
  const turned = share < 0 ? { "< ": "> ", "> ": "< " }[than] : than;
  return _("{number} %", { number: `${turned ?? ""}${number}` });
}

function amount(size) {
  if (size > 0 && size < 0.05) return ["0.1", "< "];
  if (size > 99.95 && size < 100) return ["99.9", "> "];
  const fine = (size > 0 && size < 0.95) || (size > 99.05 && size < 100);
  return [fine ? Math.round(size * 10) / 10 : Math.round(size), ""];
}

// "carries 31 % of the gradient at layer 3"; of a negative share, which works against the rest, as it is.
export function carriedText(share, id) {
  const source = id.split("-")[0];
  const place = source === "0" ? _("the input") : _("layer {layer}", { layer: source });
  return _("carries {share} of the gradient at {place}", { share: percent(share), place });
}

// "add 3 → 7 · carries 31 % of the gradient at layer 3".
export function skipText({ title, id }, share) {
  if (share === undefined) return title;
  return _("{skip} · {carried}", { skip: title, carried: carriedText(share, id) });
}

// What a layer is called, with what its colour and its stroke say.
export function zeroSpoken(said, zero) {
  return zero ? _("{layer}, gradient of its weights exactly 0", { layer: said }) : said;
}

// Dark or light, whichever can be read on a colour, #rrggbb.
export function inkOn(colour) {
  const [red, green, blue] = colour.slice(1).match(/../g).map((part) => parseInt(part, 16));
  return 0.299 * red + 0.587 * green + 0.114 * blue > 140 ? "#1b1f2e" : "#ffffff";
}
