"""How long a person waits for the page: a real browser, the server and a run on this machine.

The network the page opens with, while it trains; the times are taken in the browser, medians of so
many tries. On two cores the browser, the server and the worker are in each other's way, as they
are for whoever runs the app at home.

    python -m tools.clicks [tries]
"""

import statistics
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, Page

from skipviz import link, presets
from skipviz.network import Network
from skipviz.settings import Settings
from tools.browser import opened_browser
from tools.server import running_app
from tools.table import Row

OPENING = {
    "something true on it": ("painted", 0.8),
    "the editor usable": ("usable", 2.0),
    "live charts": ("charted", 3.5),
    "charts to zoom": ("zoomable", None),
}
"""What a first visitor waits for: the promise of the page that says when, and its budget.

Live charts show what was measured and move with a run; Plotly comes after them."""
SMALL = {"4, 2": ((4, 2), 39.0), "3×8": ((8,) * 3, 14.4), "6×8": ((8,) * 6, 10.7),
         "20×8": ((8,) * 20, 2.9)}  # fmt: skip
"""Widths of tanh layers, and how many epochs of 250 points a second TensorFlow Playground made of
one such network, on circles in batches of 10, in a browser on two cores as these."""
EPOCH = 25  # steps
PATIENCE = 60_000  # milliseconds
LONG = Settings(steps=100_000)
REFRESHES = 20
WATCH = """
window.until = async (condition) => {
  const begun = performance.now();
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
  return (performance.now() - begun) / 1000;
};
window.named = (name) =>
  [...document.querySelectorAll("button")].find((each) => each.textContent.trim().endsWith(name));
window.step = () => {
  const progress = document.querySelector('[data-testid="stProgress"]');
  return Number(progress?.textContent.match(/Step (\\d+)/)?.[1]);
};
const { attachShadow } = Element.prototype; // a search of the whole page would slow it down
window.roots = [];
Element.prototype.attachShadow = function (how) {
  const root = attachShadow.call(this, how);
  window.roots.push(root);
  return root;
};
window.found = (what) => [document, ...window.roots].some((root) => root.querySelector(what));
window.middle = (layer) => { // in one go: the drawing is drawn anew while a run goes on
  const boxes = window.roots.map((root) => root.querySelector(`[data-layer="${layer}"] .box`));
  const { x, y, width, height } = boxes.find((box) => box).getBoundingClientRect();
  return [x + width / 2, y + height / 2];
};
window.there = (what) => window.until(() => window.found(what))
  .then(() => new Promise(requestAnimationFrame))
  .then(() => new Promise((resolve) => setTimeout(resolve)))
  .then(() => performance.now() / 1000);
window.usable = window.until(() => { // the HTML itself brings an editor
  const first = document.querySelector("#first-paint .drawing:not([inert] *)")?.shadowRoot;
  return first?.querySelector("[data-layer]") || window.found("[data-layer]");
}).then(() => performance.now() / 1000);
window.charted = window.there("[data-sketch], [data-traces]"); // in our own hand, or by Plotly
window.zoomable = window.there("[data-traces]");
window.painted = new Promise((resolve) => {
  new PerformanceObserver((list) => {
    for (const { name, startTime } of list.getEntries())
      if (name === "first-contentful-paint") resolve(startTime / 1000);
  }).observe({ type: "paint", buffered: true });
});
window.addEventListener("pointerup", () => {
  const { href } = location;
  window.drawn = window.until(() => location.href !== href);
}, true);
const selected = () => window.roots
  .map((root) => root.querySelector("[data-layer].selected")?.dataset.layer)
  .find((layer) => layer !== undefined);
window.addEventListener("pointerdown", () => {
  const before = selected();
  window.chosen = window.until(() => selected() !== before)
    .then(async (seconds) => {
      const found = performance.now();
      await new Promise(requestAnimationFrame);
      return seconds + (performance.now() - found) / 1000;
    });
}, true);
"""
PRESS = """async ([name, other]) => {
  await window.until(() => window.named(name));
  window.named(name).click();
  return window.until(() => window.named(other));
}"""
TRAIN = """async () => {
  window.named("Train").click();
  return window.until(() => window.step() > 0);
}"""
REFRESH = """async (times) => {
  const waited = [];
  while (waited.length < times) {
    const before = window.step();
    waited.push(await window.until(() => window.step() !== before));
  }
  return waited;
}"""

MOVES = """async (milliseconds) => {
  const chart = document.querySelector('[data-testid="chart-layers_weight_gradient"]');
  const begun = performance.now();
  const gaps = [];
  let last = begun, drawn = "";
  while (performance.now() - begun < milliseconds) {
    await new Promise(requestAnimationFrame);
    const line = chart.querySelector(".js-line").getAttribute("d");
    if (line === drawn) continue;
    gaps.push((performance.now() - last) / 1000);
    [last, drawn] = [performance.now(), line];
  }
  return gaps;
}"""
STEPS = """async (milliseconds) => {
  const [first, begun] = [window.step(), performance.now()];
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
  return [window.step() - first, (performance.now() - begun) / 1000];
}"""
WATCHED = 10_000  # milliseconds


def main() -> None:
    """Print the table; a row over budget is marked."""
    tries = int(sys.argv[1]) if len(sys.argv) > 1 else 8
    print(f"{'seconds in a browser, beside the server and a run':<58} measured   budget")
    with (
        tempfile.TemporaryDirectory() as folder,
        running_app(Path(folder) / "app.log") as (server, _),
        opened_browser() as browser,
    ):
        for row in rows(browser, server, tries):
            print(row, flush=True)


def rows(browser: Browser, server: str, tries: int) -> Iterator[Row]:
    """Everything a person waits for on the playground."""
    address = f"{server}/?n={link.encode(presets.load('default'), LONG)}"
    _opened(browser, address).close()  # from now on the server is warm
    opened = [_opening(browser, address) for _ in range(tries)]
    for name, (_, budget) in OPENING.items():
        waited = statistics.median(each[name] for each in opened)
        yield Row(f"page open, cold cache, to {name}", waited, budget)
    page = _opened(browser, address)
    trained, stopped = zip(*(_trained_and_stopped(page) for _ in range(tries)), strict=True)
    yield Row("Train to first live point", statistics.median(trained), 1.0)
    yield Row("Stop to effect", statistics.median(stopped), 0.5)
    page.evaluate(TRAIN)
    refreshes = page.evaluate(REFRESH, REFRESHES)[1:]
    yield Row("from one live refresh to the next", statistics.median(refreshes), 0.5)
    yield from _moving(page, tries)
    yield Row("drag end to Python state rendered", statistics.median(_drags(page, tries)), 0.2)
    pauses = [_paused(page) for _ in range(tries)]
    yield Row("Pause to effect", statistics.median(pauses), 0.5)
    page.close()
    yield from (_epoch(browser, server, name) for name in SMALL)


def _epoch(browser: Browser, server: str, name: str) -> Row:
    """Seconds of an epoch of both arms, charts and decision boundary before one's eyes."""
    widths, theirs = SMALL[name]
    network = Network.of(
        layers=[{"kind": "dense", "width": width, "activation": "tanh"} for width in widths],
        skips=[{"kind": "add", "source": k, "target": k + 2} for k in range(1, len(widths) - 1, 2)],
    )
    circles = Settings(data="circles", batch_size=10, steps=LONG.steps)
    page = _opened(browser, f"{server}/?n={link.encode(network, circles)}")
    page.evaluate(TRAIN)
    page.evaluate(REFRESH, 4)
    steps, seconds = page.evaluate(STEPS, WATCHED)
    page.close()
    return Row(f"an epoch of 250 points in two arms, {name}", seconds * EPOCH / steps, 1 / theirs)


def _moving(page: Page, tries: int) -> Iterator[Row]:
    """How often the curves of a run move, and whether the page takes a click meanwhile.

    No more often than there are steps: the third line says how many the run made.
    """
    before: int = page.evaluate("window.step()")
    gaps: list[float] = page.evaluate(MOVES, WATCHED)
    after: int = page.evaluate("window.step()")
    yield Row("from one frame of the curves to the next", statistics.median(gaps), 1 / 15)
    yield Row("  frames a second while it trains", 1000 * len(gaps) / WATCHED)
    yield Row("  steps a second meanwhile", 1000 * (after - before) / WATCHED)
    answered = statistics.median(_clicks(page, tries))
    yield Row("a click while it trains is answered", answered, 0.15)


def _clicks(page: Page, tries: int) -> Iterator[float]:
    """Seconds from pressing on a layer until it is shown as selected."""
    for layer in range(2, 2 + tries):
        page.mouse.click(*_middle(page, layer))
        yield page.evaluate("window.chosen")
        page.evaluate(REFRESH, 1)


def _opening(browser: Browser, address: str) -> dict[str, float]:
    """Seconds from opening the address in a fresh profile until each of `OPENING` is there."""
    page = _opened(browser, address)  # a page opened by the browser itself has a profile of its own
    seconds = {name: page.evaluate(f"window.{what}") for name, (what, _) in OPENING.items()}
    page.close()
    return seconds


def _opened(browser: Browser, address: str) -> Page:
    """A new tab with its drawing and charts."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.set_default_timeout(PATIENCE)
    page.add_init_script(WATCH)
    page.goto(address)
    page.locator('[data-testid="chart-layers_weight_gradient"][data-traces]').wait_for()
    return page


def _trained_and_stopped(page: Page) -> tuple[float, float]:
    trained: float = page.evaluate(TRAIN)
    page.evaluate(REFRESH, 2)
    stopped: float = page.evaluate(PRESS, ["Stop", "Train"])
    page.evaluate(PRESS, ["Reset", "Train"])
    page.get_by_text("Not trained yet").wait_for()
    return trained, stopped


def _paused(page: Page) -> float:
    seconds: float = page.evaluate(PRESS, ["Pause", "Resume"])
    page.evaluate(PRESS, ["Resume", "Pause"])
    page.evaluate(REFRESH, 1)
    return seconds


def _drags(page: Page, tries: int) -> Iterator[float]:
    """Seconds from letting go of new skips, all equally long, until the address holds them."""
    for source in range(2, 2 + 2 * tries, 2):
        page.evaluate(REFRESH, 1)
        start, end = (_middle(page, layer) for layer in (source, source + 5))
        page.mouse.move(*start)
        page.mouse.down()
        page.mouse.move(start[0] + 30, start[1] - 30, steps=4)
        page.mouse.move(*end, steps=4)
        page.mouse.up()
        yield page.evaluate("window.drawn")


def _middle(page: Page, layer: int) -> tuple[float, float]:
    x, y = page.evaluate("window.middle", layer)
    return x, y


if __name__ == "__main__":
    main()
