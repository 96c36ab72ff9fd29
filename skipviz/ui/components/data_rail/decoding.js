// From the bytes of a picture of data to what can be drawn: pixels, places, paths, colours.

export const KINDS = 8; // colours of classes, then again

export function bytesOf(text) {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}

// Ink on paper where there is one channel: black, the more opaque the larger the number; the page
// inverts it in the dark. Colours where there are three.
export function pixelsOf(values, channels) {
  const count = values.length / channels;
  const pixels = new Uint8ClampedArray(4 * count);
  for (let at = 0; at < count; at += 1) {
    if (channels === 3) {
      pixels.set([values[3 * at], values[3 * at + 1], values[3 * at + 2], 255], 4 * at);
    } else {
      pixels[4 * at + 3] = values[at];
    }
  }
  return pixels;
}

// Points (across, up, kind) in a box of height 100, the larger numbers at the top.
export function placesOf(values, width) {
  const places = [];
  for (let at = 0; at + 2 < values.length; at += 3) {
    places.push({
      x: 4 + (values[at] / 255) * (width - 8),
      y: 96 - (values[at + 1] / 255) * 92,
      kind: values[at + 2],
    });
  }
  return places;
}

export function wavePath(values, width, height) {
  const step = width / Math.max(values.length - 1, 1);
  const place = (value, at) => `${(at * step).toFixed(1)} ${(height * (1 - value / 255)).toFixed(1)}`;
  return `M${[...values].map(place).join("L")}`;
}

// Which side of the mean a quantity lies on, and how far: 0 at the mean, 1 where colours end.
export function sideOf(value) {
  const off = (value - 127.5) / 127.5;
  return { side: off < 0 ? "low" : "high", strength: Math.round(Math.abs(off) * 100) / 100 };
}

export function shownLetter(letter) {
  return { "\n": "↵", " ": "·" }[letter] ?? letter;
}
