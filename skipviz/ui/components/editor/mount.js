// The editor as Streamlit mounts it: one for every element that stays.

import { Editor } from "./editor.js";

const editors = new WeakMap();
const GONE = 1000; // milliseconds after which an element that left the page is given up

export default function mount({ parentElement, data, setTriggerValue }) {
  if (!editors.has(parentElement)) {
    editors.set(parentElement, new Editor(parentElement.querySelector(".editor")));
  }
  const editor = editors.get(parentElement);
  editor.send = setTriggerValue;
  editor.show(data);
  // The page may mount the same element anew before it cleans up after the last time, and may
  // clean up after an element that stays: only what has left the page is taken down.
  const mounts = (editor.mounts += 1);
  const takeDown = () => {
    if (mounts !== editor.mounts || parentElement.isConnected) return;
    editor.remove();
    editors.delete(parentElement);
  };
  return () => window.setTimeout(takeDown, GONE);
}
