// The languages that the page can be read in, one button for each but the one it is in. A language
// is fetched before the server is asked for it: so what it then sends finds its words there.

import { _, learn, speak } from "./messages.js";

async function follow({ tag, html, messages }) {
  await learn(tag, messages).catch(() => {});
  speak(tag, html);
  say();
}

// What the style sheet says.
function say() {
  const { style } = document.documentElement;
  style.setProperty("--not-taken", JSON.stringify(_("Out of range: the value before stays in use.")));
}

function buttonFor(other, choose) {
  const button = document.createElement("button");
  button.type = "button";
  button.lang = other.html;
  button.textContent = other.name;
  button.onclick = () => follow(other).then(() => choose(other.tag));
  return button;
}

export default function mount({ parentElement, data, setTriggerValue }) {
  follow(data.spoken);
  const place = parentElement.querySelector(".languages");
  if (place.dataset.spoken === data.spoken.tag) return;
  const focused = place.contains(place.getRootNode().activeElement);
  place.dataset.spoken = data.spoken.tag;
  place.replaceChildren(
    ...data.others.map((other) => buttonFor(other, (tag) => setTriggerValue("chosen", tag))),
  );
  if (focused) place.querySelector("button")?.focus();
}
