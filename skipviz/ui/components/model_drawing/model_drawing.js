// Shows the SVG it is sent, and says which switches in it are clicked. A drawing of the same parts
// is changed in place, so that the focus stays, and a step that changes nothing draws nothing.

const shown = new WeakMap();

class Drawing {
  constructor(place) {
    this.place = place;
    this.svg = "";
    place.addEventListener("click", (event) => this.press(event.target.closest(".switch")));
    place.addEventListener("keydown", (event) => {
      const pressed = event.target.closest?.(".switch");
      if (!pressed || !["Enter", " "].includes(event.key)) return;
      event.preventDefault();
      event.stopPropagation();
      this.press(pressed);
    });
    this.paint = ({ detail }) => this.colour(detail?.own?.[this.arm]);
    window.addEventListener("skipviz:paint", this.paint);
  }

  show({ svg, arm }, say) {
    this.say = say;
    this.arm = arm;
    if (this.svg === svg) return;
    this.svg = svg;
    const drawn = document.createElement("div");
    drawn.innerHTML = svg;
    if (!alike(this.place, drawn)) this.place.replaceChildren(...drawn.childNodes);
    else change(this.place, drawn);
  }

  press(element) {
    if (!element) return;
    const cut = element.getAttribute("aria-pressed") !== "true";
    element.setAttribute("aria-pressed", String(cut)); // the server's drawing follows
    this.svg = "";
    this.say({ skips: element.dataset.members.split(" ").map(Number), cut });
  }

  colour(colours) {
    if (!colours) return;
    for (const layer of this.place.querySelectorAll("[data-layer]")) {
      const colour = colours[layer.dataset.layer];
      if (colour) layer.setAttribute("fill", colour);
    }
    this.svg = ""; // what comes next is drawn whatever it is
  }

  end() {
    window.removeEventListener("skipviz:paint", this.paint);
  }
}

// Whether two trees have the same elements in the same places.
export function alike(one, other) {
  const mine = [...one.children];
  const its = [...other.children];
  if (one.tagName !== other.tagName || mine.length !== its.length)
    return false;
  return mine.every((child, k) => alike(child, its[k]));
}

// The attributes and the words of one tree, put into another of the same elements.
export function change(one, other) {
  [...one.children].forEach((child, k) => {
    const its = other.children[k];
    for (const { name } of [...child.attributes])
      if (!its.hasAttribute(name)) child.removeAttribute(name);
    for (const { name, value } of its.attributes)
      if (child.getAttribute(name) !== value) child.setAttribute(name, value);
    if (!its.children.length && child.textContent !== its.textContent)
      child.textContent = its.textContent;
    change(child, its);
  });
}

export default function mount({ parentElement, data, setTriggerValue }) {
  const place = parentElement.querySelector(".drawing");
  if (!shown.has(place)) shown.set(place, new Drawing(place));
  const drawing = shown.get(place);
  drawing.show(data, (switched) => setTriggerValue("switched", switched));
  // The page may clean up after an element that stays: only what has left it is ended.
  return () => window.setTimeout(() => place.isConnected || drawing.end(), 0);
}
