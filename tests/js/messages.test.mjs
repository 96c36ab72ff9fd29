import assert from "node:assert/strict";
import { test } from "node:test";

import { N_, _, learn, listed, onLanguage, speak } from "../../skipviz/ui/components/languages/messages.js";

const spoken = globalThis.skipvizSpoken;
const window = new EventTarget();
Object.assign(globalThis, { window, document: { documentElement: {}, baseURI: "http://here/app/" } });

test("a message without a translation is said as it stands, its places filled", () => {
  assert.equal(_("Layer {layer} of {all}", { layer: 0, all: 4 }), "Layer 0 of 4");
  assert.equal(_("{unknown} stays"), "{unknown} stays");
  assert.equal(N_("kept"), "kept");
});

test("a language is fetched once, and spoken from then on", async () => {
  const asked = [];
  globalThis.fetch = async (address) => {
    asked.push(String(address));
    return { ok: true, json: async () => ({ "Layer {layer}": "第 {layer} 层", "{list}, {next}": "{list}、{next}" }) };
  };
  await learn("zh", "messages.json?lang=zh");
  await learn("zh", "messages.json?lang=zh");
  assert.deepEqual(asked, ["http://here/app/messages.json?lang=zh"]);
  const heard = [];
  const owner = {};
  onLanguage(owner, (each) => heard.push(each));
  speak("zh", "zh-CN");
  speak("zh", "zh-CN");
  assert.deepEqual(heard, [owner]);
  assert.equal(document.documentElement.lang, "zh-CN");
  assert.equal(_("Layer {layer}", { layer: 3 }), "第 3 层");
  assert.equal(listed(["a", "b", "c"]), "a、b、c");
  assert.equal(_("not translated"), "not translated");
  speak("en", "en");
  assert.equal(_("Layer {layer}", { layer: 3 }), "Layer 3");
  assert.equal(listed([]), "");
});

test("a language that cannot be had leaves what is said", async () => {
  globalThis.fetch = async () => ({ ok: false });
  await learn("xx", "messages.json?lang=xx");
  assert.equal(spoken.known.xx, undefined);
});
