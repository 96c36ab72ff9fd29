// Plotly: loaded once the page is at rest, and drawing one chart after the other.

import { _ } from "../languages/messages.js";

const BUSY = 2000; // milliseconds that a page which is being drawn may keep its charts waiting
let plotlyLoading = null;
let lastTurn = Promise.resolve();

export function loadPlotly(address) {
  plotlyLoading ??= new Promise((resolve, reject) => {
    if (window.Plotly) return resolve(window.Plotly);
    if (!address) {
      window.addEventListener("skipviz:plotly", () => resolve(window.Plotly), { once: true });
      return;
    }
    const script = document.createElement("script");
    script.onload = () => resolve(window.Plotly);
    script.onerror = () => {
      plotlyLoading = null;
      script.remove();
      reject(new Error(_("The chart library could not be loaded. Reload the page.")));
    };
    script.src = new URL(address, document.baseURI);
    fetched(script.src);
    atRest(() => document.head.append(script));
  });
  return plotlyLoading;
}

function fetched(address) {
  const link = document.createElement("link");
  Object.assign(link, { rel: "preload", as: "script", href: address });
  document.head.append(link);
}

// Reading the library takes most of a second in which nothing answers: the page is drawn first.
function atRest(act) {
  if (window.requestIdleCallback) window.requestIdleCallback(act, { timeout: BUSY });
  else window.setTimeout(act, BUSY / 4);
}

// Charts are drawn one after the other, and between two of them the page takes in what has come:
// a drag goes on, an answer of the server is shown.
export function inTurn(draw) {
  const turn = lastTurn.then(() => new Promise((resolve) => window.setTimeout(resolve))).then(draw);
  lastTurn = turn.catch(() => {});
  return turn;
}
