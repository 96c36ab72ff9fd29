import { _ } from "../languages/messages.js";

const SHOWN_FOR = 2000; // milliseconds

async function copy(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  throw new Error("no clipboard on an insecure page");
}

// What is copied inside a frame is opened outside of it.
function address(query) {
  const url = new URL(window.location.href);
  for (const name of ["embed", "embed_options"]) url.searchParams.delete(name);
  for (const [name, value] of Object.entries(query)) {
    if (value) url.searchParams.set(name, value);
    else url.searchParams.delete(name);
  }
  return url.href;
}

export default function mount({ parentElement, data }) {
  const button = parentElement.querySelector("button");
  const status = parentElement.querySelector("[role=status]");
  let timer = 0;
  button.textContent = data.label;
  button.onclick = async () => {
    let said = _("Link copied");
    try {
      await copy(address(data.query));
    } catch {
      said = _("Copy the address bar");
    }
    button.textContent = status.textContent = said;
    window.clearTimeout(timer);
    timer = window.setTimeout(() => (button.textContent = data.label), SHOWN_FOR);
  };
  return () => window.clearTimeout(timer);
}
