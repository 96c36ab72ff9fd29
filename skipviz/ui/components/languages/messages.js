// What the scripts say, in the language of the page: whole messages with named {places}. All our
// components share one memory of it, which the HTML of the page begins with.

const spoken = (globalThis.skipvizSpoken ??= { tag: "en", known: { en: {} } });

// A message in the language of the page, its places filled.
export function _(message, places = {}) {
  const said = spoken.known[spoken.tag]?.[message] ?? message;
  return said.replace(/\{(\w+)\}/g, (place, name) => places[name] ?? place);
}

// Items apart by commas.
export function listed(parts) {
  return parts.length ? parts.reduce((list, next) => _("{list}, {next}", { list, next })) : "";
}

// Marks a message that is said later, with `_`.
export function N_(message) {
  return message;
}

// Has `act(owner)` called whenever another language is spoken, for as long as there is the owner.
export function onLanguage(owner, act) {
  const held = new WeakRef(owner);
  const heard = () => {
    const there = held.deref();
    if (there) act(there);
    else window.removeEventListener("skipviz:language", heard);
  };
  window.addEventListener("skipviz:language", heard);
}

// Fetches the messages of a language, once.
export async function learn(tag, address) {
  if (spoken.known[tag]) return;
  const answer = await fetch(new URL(address, document.baseURI));
  if (answer.ok) spoken.known[tag] = await answer.json();
}

// From now on everything is said in this language; `html` is its name in HTML (BCP 47).
export function speak(tag, html) {
  document.documentElement.lang = html;
  if (spoken.tag === tag) return;
  spoken.tag = tag;
  window.dispatchEvent(new Event("skipviz:language"));
}
