// Shows the SVG it is sent; a step that changes nothing draws nothing.

const shown = new WeakMap();

export default function mount({ parentElement, data }) {
  const place = parentElement.querySelector(".drawing");
  if (shown.get(place) === data.svg) return;
  shown.set(place, data.svg);
  place.innerHTML = data.svg;
}
