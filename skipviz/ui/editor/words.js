// What the drawing says. Pure: data in, text out.

export function percent(share) {
  const rounded = Math.round(share * 100);
  return `${rounded < 0 ? "−" : ""}${Math.abs(rounded)} %`;
}

// "add 3 → 7 · carries 31 %"; of a negative share, which works against the rest, as it is.
export function skipText(skip, share) {
  return share === undefined ? skip.title : `${skip.title} · carries ${percent(share)}`;
}

// `gradient` is { value, label } of the shown arm, or null before anything was trained.
export function layerLines(layer, name, gradient) {
  const lines = [`${name} · ${layer.detail ?? layer.title}`];
  if (!layer.detail && layer.shape) lines[0] += ` · ${layer.shape}`;
  if (gradient) lines.push(`|∂L/∂W| ${gradient.value} ${gradient.label}`);
  return lines;
}
