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

export function percent(share) {
  const rounded = Math.round(share * 100);
  return _("{number} %", { number: `${rounded < 0 ? "−" : ""}${Math.abs(rounded)}` });
}

// "add 3 → 7 · carries 31 %"; of a negative share, which works against the rest, as it is.
export function skipText(skip, share) {
  if (share === undefined) return skip.title;
  return _("{skip} · carries {share}", { skip: skip.title, share: percent(share) });
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
