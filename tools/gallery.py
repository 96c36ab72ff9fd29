"""Photographs every state of every page, to look through the whole product: `make gallery`.

Writes `gallery/` with one picture per state and look, and an index.html that shows them side by
side. `python -m tools.gallery running phone` takes only states and looks whose names say so.
With SKIPVIZ_LANG=zh the pages are Chinese, and their pictures have names of their own.
"""

import re
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from urllib.parse import urlencode

from playwright.sync_api import Browser, FilePayload, Page, TimeoutError, expect

from skipviz import data, experiments, link, presets
from skipviz.language import SOURCE, _, language, template
from skipviz.network import Network
from skipviz.settings import Settings
from skipviz.teaching import CHAPTERS
from tools.browser import opened_browser
from tools.server import ROOT, running_app

FOLDER = ROOT / "gallery"
PATIENCE = 60_000  # milliseconds
LOOKS = {
    "light": (1280, "light"),
    "dark": (1280, "dark"),
    "phone": (390, "light"),
    "wide": (1920, "light"),
}
DRAWN = '[data-testid^="chart-"][data-traces]'
UNDRAWN = '[data-testid^="chart-"]:not([data-traces]):visible'
CHAPTER = "[data-testid=stMain] h2"
START = '[data-testid="chart-layers_weight_gradient"][data-traces]'


@dataclass(frozen=True)
class State:
    """A page in a state: where it is, what to do there, and how to see that it is reached."""

    name: str
    path: str = ""
    network: Network | None = None
    settings: Settings = field(default_factory=Settings)
    query: tuple[tuple[str, str], ...] = ()
    act: Callable[[Page], None] | None = None
    reached: str = START

    def address(self, root: str) -> str:
        """Of the page with everything in its query."""
        query = dict(self.query)
        if self.network is not None:
            query["n"] = link.encode(self.network, self.settings)
        return f"{root}/{self.path}?{urlencode(query)}"


def _click(page: Page, label: str) -> None:
    page.get_by_role("button", name=_(label), exact=True).click()


def _train(page: Page) -> None:
    _click(page, "Train")


def _run(page: Page) -> None:
    _train(page)
    page.get_by_role("button", name=_("Pause")).wait_for()
    page.get_by_text(re.compile(r"\d{2} / 100000|\d{2} of 100000")).first.wait_for()


def _finish(page: Page) -> None:
    _train(page)
    page.get_by_text(f"· {_('finished')}").wait_for()


def _choose(page: Page, view: str) -> None:
    page.get_by_role("radio", name=_(view)).or_(page.get_by_role("button", name=_(view))).click()


def _rank(page: Page) -> None:
    _finish(page)
    _choose(page, "Skip ablation")
    page.get_by_role("button", name=_("Rank the skips")).click()
    page.locator('[data-testid="chart-ablation"][data-traces]').wait_for()
    page.get_by_role("button", name=_("Pause")).wait_for(state="detached", timeout=4 * PATIENCE)


def _pause(page: Page) -> None:
    _train(page)
    page.get_by_role("button", name=_("Pause")).click()
    page.get_by_role("button", name=_("Resume")).wait_for()


def _keep(page: Page) -> None:
    _finish(page)
    _click(page, "Keep")
    page.get_by_role("button", name=_("Kept runs")).click()
    page.get_by_role("button", name=_("Forget")).wait_for()


def _open(label: str) -> Callable[[Page], None]:
    return lambda page: page.get_by_text(_(label), exact=True).first.click()


def _inspect(selector: str) -> Callable[[Page], None]:
    def act(page: Page) -> None:
        page.mouse.click(*page.locator(selector).evaluate(_MIDDLE))
        page.get_by_role("combobox", name=_("Inspect"), exact=True).wait_for()

    return act


_MIDDLE = """(element) => {
  const { x, y, width, height } = element.getBoundingClientRect();
  if (!element.getTotalLength) return [x + width / 2, y + height / 2];
  const middle = element.getPointAtLength(element.getTotalLength() / 2);
  const { x: left, y: top } = middle.matrixTransform(element.getScreenCTM());
  return [left, top];
}"""


def _bring(button: str, name: str, text: str) -> Callable[[Page], None]:
    """Opens what takes a file, and gives it one that it cannot read."""

    def act(page: Page) -> None:
        _open(button)(page)
        file: FilePayload = {"name": name, "mimeType": "text/plain", "buffer": text.encode()}
        page.locator('input[type="file"]').first.set_input_files(file)
        page.locator('[data-testid="stAlert"], [data-testid="stToast"]').first.wait_for()

    return act


DEFAULT = presets.load("default")
QUICK = Settings(steps=60)


def _view(label: str, network: Network = DEFAULT, settings: Settings = QUICK) -> State:
    """A run that is over, seen in one of the views."""

    def act(page: Page) -> None:
        _finish(page)
        _choose(page, label)
        page.locator("[data-traces]").first.wait_for()

    name = label.lower().replace(" ", "-")
    return State(f"view-{name}", network=network, settings=settings, act=act)


def _preset(name: str) -> State:
    settings = Settings(data=data.default_for(name) or "digits")
    return State(f"preset-{name}", network=presets.load(name), settings=settings)


EVERY_SECOND = tuple((k, k + 2) for k in range(1, 98, 2))
PLANE = Network.mlp(6, 16, activation="tanh", skips=((1, 3), (3, 5)))
ON_PLANE = Settings(data="moons", steps=300, learning_rate=0.1)
UNSOUND = DEFAULT.change_layer(3, width=32)
STATES = (
    State("first-picture"),
    State("finished", network=DEFAULT, settings=QUICK, act=_finish),
    State("running", network=DEFAULT, settings=Settings(steps=100_000), act=_run),
    State("paused", network=DEFAULT, settings=Settings(steps=100_000), act=_pause),
    State(
        "four-arms",
        network=DEFAULT,
        settings=Settings(steps=150, arms=("skip", "plain", "gradient_only", "forward_only")),
        act=_finish,
    ),
    State("seeds", network=DEFAULT, settings=Settings(steps=60, seeds=3), act=_finish),
    State("does-not-fit", network=UNSOUND, reached=".editor"),
    State("damaged-link", query=(("n", "rubbish"),), reached='[data-testid="stToast"]'),
    State("kept-run", network=DEFAULT, settings=QUICK, act=_keep),
    State("lesson", network=DEFAULT, query=(("hide", "export,form,layers,own,presets,pages"),)),
    State("three-layers", network=Network.mlp(3, 8, skips=((1, 3),))),
    State("hundred-layers", network=Network.mlp(100, 16, skips=EVERY_SECOND)),
    State("export", act=_open("Export")),
    State("settings", act=_open("More")),
    State("form", act=_open("Edit without dragging")),
    State("layer", network=DEFAULT, act=_inspect('[data-layer="2"]')),
    State("skip", network=DEFAULT, act=_inspect('[data-skip="1-3"] .line')),
    State("own-data", act=_open("Your own data")),
    State("own-data-refused", act=_bring("Your own data", "words.csv", "a,b\nx,\ny,z,1\n")),
    *(_preset(name) for name in ("feedback", "transformer_preln_digits", "resnet8_digits")),
    *map(_view, ("Gradient share per skip", "Activations", "Update ratio")),
    _view("What the skips learn", presets.load("rezero")),
    State("ranking", network=DEFAULT, settings=QUICK, act=_rank),
    _view("Decision boundary", PLANE, ON_PLANE),
    *(
        State(f"learn-{each.id}", "learn", query=(("chapter", each.id),), reached=CHAPTER)
        for each in CHAPTERS
    ),
    State("learn-glossary", "learn", query=(("chapter", "glossary"),), reached=".glossary"),
    State("experiments", "experiments", reached="h1"),
    *(
        State(f"experiment-{name}", "experiments", query=(("e", name),), reached=DRAWN)
        for name in experiments.names()
    ),
    State("paths", "paths", reached=DRAWN),
    State("landscape", "landscape", reached=DRAWN),
    State("studies", "studies", reached=DRAWN),
    State("model", "model", reached=DRAWN),
    State("model-refused", "model", act=_bring("Bring your own", "x.json", "{"), reached=DRAWN),
)


def main(words: list[str]) -> None:
    """Take all pictures, or those whose name holds one of the words for states and for looks."""
    looks = [look for look in LOOKS if look in words] or list(LOOKS)
    wanted = [word for word in words if word not in LOOKS]
    states = [s for s in STATES if not wanted or any(word in s.name for word in wanted)]
    FOLDER.mkdir(exist_ok=True)
    missed: list[str] = []
    with (
        tempfile.TemporaryDirectory() as folder,
        running_app(Path(folder) / "app.log") as (address, _),
        opened_browser() as browser,
    ):
        for state in states:
            for look in looks:
                missed += [] if _take(browser, address, state, look) else [f"{state.name}-{look}"]
    (FOLDER / "index.html").write_text(_index(), encoding="utf-8")
    if missed:
        sys.exit(f"Photographed before they were reached: {', '.join(missed)}")


def _take(browser: Browser, address: str, state: State, look: str) -> bool:
    """Photograph a state, even if it is not reached in time; whether it was."""
    width, scheme = LOOKS[look]
    page = browser.new_page(
        viewport={"width": width, "height": 900},
        color_scheme="dark" if scheme == "dark" else "light",
    )
    page.set_default_timeout(PATIENCE)
    page.goto(state.address(address))
    reached = _reach(page, state)
    for __ in range(2):  # what comes into view only then is drawn, and may be higher
        _stretch(page, width)
        reached = reached and _rests(page)
    tag = "" if language() == SOURCE else f"-{language()}"
    page.screenshot(path=FOLDER / f"{state.name}-{look}{tag}.png", animations="disabled")
    page.close()
    return reached


def _reach(page: Page, state: State) -> bool:
    try:
        page.locator(state.reached).first.wait_for()
        page.wait_for_load_state("networkidle")
        if state.act is not None:
            state.act(page)
    except TimeoutError:
        return False
    return _rests(page)


def _rests(page: Page) -> bool:
    """Wait until nothing is measured any more and all charts in view are drawn."""
    queued = template("Waiting for a free core, position {position}").split("{")[0]
    try:
        page.wait_for_function(_AT_REST, arg=queued, timeout=4 * PATIENCE)
        expect(page.locator(UNDRAWN)).to_have_count(0, timeout=PATIENCE)
    except (TimeoutError, AssertionError):
        return False
    return True


_AT_REST = """(queued) => {
  const said = document.querySelector("[data-testid=stMain]").innerText;
  const goesOn = /(……|[a-z] …)( ?\\d+ ?%)?$/m.test(said) || said.includes(queued);
  return !goesOn && !document.querySelector("[data-testid=stSkeleton]");
}"""


def _stretch(page: Page, width: int) -> None:
    """Make the window as high as the page, which scrolls inside its own container."""
    height = page.evaluate("document.querySelector('[data-testid=stMain]').scrollHeight")
    page.set_viewport_size({"width": width, "height": min(max(int(height), 900), 6000)})


def _index() -> str:
    pictures = sorted(path.name for path in FOLDER.glob("*.png"))
    shown = "".join(
        f'<figure><a href="{escape(name)}"><img src="{escape(name)}" loading="lazy"></a>'
        f"<figcaption>{escape(name)}</figcaption></figure>"
        for name in pictures
    )
    return (
        '<!DOCTYPE html><meta charset="utf-8"><title>skipviz gallery</title>'
        "<style>body{font:14px sans-serif;display:flex;flex-wrap:wrap;gap:1rem}"
        f"figure{{margin:0}}img{{width:420px;border:1px solid #ccc}}</style>{shown}"
    )


if __name__ == "__main__":
    main(sys.argv[1:])
