// What the drawing says. Pure: data in, text out.

export function percent(share) {
  const rounded = Math.round(share * 100);
  return `${rounded < 0 ? "−" : ""}${Math.abs(rounded)} %`;
}

// "add 3 → 7 · carries 31 %"; of a negative share, which works against the rest, as it is.
export function skipText(skip, share) {
  return share === undefined ? skip.title : `${skip.title} · carries ${percent(share)}`;
}

// What a layer is called, with what its colour and its stroke say.
export function zeroSpoken(said, zero) {
  return zero ? `${said}, gradient of its weights exactly 0` : said;
}

// Dark or light, whichever can be read on a colour, #rrggbb.
export function inkOn(colour) {
  const [red, green, blue] = colour.slice(1).match(/../g).map((part) => parseInt(part, 16));
  return 0.299 * red + 0.587 * green + 0.114 * blue > 140 ? "#1b1f2e" : "#ffffff";
}
