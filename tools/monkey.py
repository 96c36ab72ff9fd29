"""Acts at random on every page, faster and odder than a person would, and says what broke.

    python -m tools.monkey [seed [acts]] [--visit NUMBER]

An error on the console, an apology or a lost connection on the page, or a page that crashes counts;
the acts that led there are printed, and a picture is left in test-results/. Every 40 acts are a
visit in a tab of its own. `--visit` makes one alone, by the number that is told with a find. The
same seed and number choose the same way, and no two seeds share one; but a busy machine answers at
other moments, so not every find comes twice.
"""

import argparse
import random
import sys
import tempfile
from collections import deque
from pathlib import Path

from playwright.sync_api import Browser, ConsoleMessage, Error, Locator, Page

from skipviz.ui.shell.navigation import PAGES
from tools.browser import complains, opened_browser
from tools.server import ROOT, running_app

CRASHED = "The page crashed."
TRACES = 12  # acts told of a find
PATIENCE = 1_500  # milliseconds until what cannot be clicked is left alone
VISIT = 40  # acts on a page
KEYS = (
    "Delete", "Enter", "Escape", "Tab", "ArrowLeft", "ArrowRight", "ArrowUp", "Home", "End", "+",
    "f", "k", "Shift+ArrowRight", "Alt+ArrowLeft", "Control+z", "Control+y", "Control+d",
    "Control+c", "Control+v",
)  # fmt: skip
NUMBERS = ("0", "1", "2", "5", "64", "300", "-3", "1000000000")
IDLE = """() =>
  document.querySelector("[data-test-script-state]")?.dataset.testScriptState !== "running"
"""
BROKEN = (
    '[data-testid="stException"], :text("Something in skipviz itself"), :text("Connection error")'
)


class Monkey:
    """One tab, its acts and what went wrong in it."""

    def __init__(self, browser: Browser, address: str, rng: random.Random) -> None:
        width = rng.choice((390, 1280))
        self.page = browser.new_page(viewport={"width": width, "height": 900})
        self.page.set_default_timeout(PATIENCE)
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("crash", lambda _: self.errors.append(CRASHED))
        self.errors: list[str] = []
        self.acts: deque[str] = deque(maxlen=TRACES)
        self._address, self._rng = address, rng
        self._ways = (_press, _press, _choose, _drag, _drag, _type, _slide, _enter, _unfold)

    def visit(self) -> None:
        """Open one of the pages, by its address."""
        name = self._rng.choice(PAGES)
        self.acts.append(f"open {name}")
        path = "" if name == PAGES[0] else name
        self.page.goto(f"{self._address}/{path}", timeout=60_000)
        self.page.locator("button:visible").first.wait_for(timeout=60_000)

    def act(self) -> None:
        """Do something that can be done; wait for the answer, or do not."""
        try:
            self.acts.append(self._rng.choice(self._ways)(self.page, self._rng))
            if self._rng.random() < 0.5:
                self.page.wait_for_function(IDLE)
        except Error as error:  # covered, gone or disabled meanwhile
            self.acts.append(f"in vain: {error.message.splitlines()[0][:60]}")

    def found(self) -> list[str]:
        """What broke since the last call."""
        errors, self.errors = self.errors, []
        if CRASHED in errors:
            return errors
        return errors + [each.inner_text()[:300] for each in self.page.locator(BROKEN).all()]

    def _hear(self, message: ConsoleMessage) -> None:
        if complains(message):
            self.errors.append(message.text)


def main() -> None:
    """Print what was found; the exit status says whether anything was."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("seed", type=int, nargs="?", default=0)
    parser.add_argument("acts", type=int, nargs="?", default=400)
    parser.add_argument("--visit", type=int, help="this one of the seed alone")
    asked = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        running_app(Path(folder) / "app.log") as (address, _),
        opened_browser() as browser,
    ):
        visits = range(asked.acts // VISIT) if asked.visit is None else [asked.visit]
        finds = sum(_session(browser, address, asked.seed, visit) for visit in visits)
    sys.exit(f"{finds} finds" if finds else None)


def _session(browser: Browser, address: str, seed: int, visit: int) -> int:
    """A tab of its own on some page; how often something broke in it."""
    monkey = Monkey(browser, address, random.Random(f"{seed} {visit}"))  # a hash of both
    monkey.visit()
    finds = 0
    for k in range(VISIT):
        monkey.act()
        if wrong := monkey.found():
            finds += 1
            place = f"seed {seed}, visit {visit}, act {k}"
            print(f"{place}: {wrong}\n  after {list(monkey.acts)}", flush=True)
            if CRASHED in wrong:
                return finds
            picture = ROOT / "test-results" / f"monkey-{seed}-{visit}-{k}.png"
            monkey.page.screenshot(path=picture)
            monkey.visit()
    monkey.page.close()
    return finds


def _any(found: Locator, rng: random.Random) -> Locator:
    """One of those in sight; an Error where there is none."""
    seen = found.filter(visible=True).all()
    if not seen:
        raise Error("nothing to act on")
    return rng.choice(seen)


def _press(page: Page, rng: random.Random) -> str:
    button = _any(page.locator("button:not([disabled])"), rng)
    name = button.inner_text() or button.get_attribute("aria-label") or ""
    button.click()
    return f"press {name.splitlines()[-1:]}"


def _choose(page: Page, rng: random.Random) -> str:
    _any(page.locator('[role="combobox"]'), rng).click()
    option = _any(page.locator('[role="option"]'), rng)
    name = option.inner_text()
    option.click()
    return f"choose {name}"


def _drag(page: Page, rng: random.Random) -> str:
    ends = [_any(page.locator("[data-layer] .box"), rng) for _ in range(2)]
    boxes = [box for end in ends if (box := end.bounding_box()) is not None]
    if len(boxes) < 2:
        raise Error("redrawn meanwhile")
    start, end = ((b["x"] + b["width"] / 2, b["y"] + b["height"] / 2) for b in boxes)
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(*end, steps=rng.choice((2, 8)))
    page.mouse.up()
    return "drag from layer to layer"


def _type(page: Page, rng: random.Random) -> str:
    _any(page.locator("[data-layer], [data-skip]"), rng).focus()
    return _key(page, rng.choice(KEYS))


def _slide(page: Page, rng: random.Random) -> str:
    _any(page.locator('[role="slider"]'), rng).focus()
    return _key(page, rng.choice(("ArrowLeft", "ArrowRight", "Home", "End")))


def _key(page: Page, key: str) -> str:
    page.keyboard.press(key)
    return f"key {key}"


def _enter(page: Page, rng: random.Random) -> str:
    number = rng.choice(NUMBERS)
    field = _any(page.locator('[data-testid="stNumberInput"] input'), rng)
    field.fill(number)
    field.press("Enter")
    return f"enter {number}"


def _unfold(page: Page, rng: random.Random) -> str:
    part = _any(page.locator("details > summary"), rng)
    part.click()
    return f"unfold {part.inner_text().splitlines()[-1:]}"


if __name__ == "__main__":
    main()
