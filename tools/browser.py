"""Finds a Chromium for the tests, or installs one; `python -m tools.browser` prints its path."""

import contextlib
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
PATIENCE = 600  # seconds for an installation
HARMLESS = (
    "preload",  # Streamlit's own fonts and chunks, loaded but not used within a few seconds
    "Unrecognized feature",  # permissions that Streamlit asks for and this browser does not know
    "/_stcore/",  # below the path of a page Streamlit looks for its server first, in vain
)
HELP = """No browser for the tests of the page.
Install Chromium or Chrome (Debian, Ubuntu: sudo apt-get install chromium), or set
SKIPVIZ_BROWSER=/path/to/chromium, and run the tests again."""


def complains(message: "ConsoleMessage") -> bool:
    """Whether a line on the console is an error that is not Streamlit's own."""
    text = f"{message.text} {message.location['url']}"
    return message.type == "error" and not any(word in text for word in HARMLESS)


def find_browser() -> str:
    """The path of a browser, after installing one if need be; SystemExit says what to do."""
    for look in (_named, _on_path, _of_playwright):
        found = look()
        if found:
            return found
    for install in (_install_with_apt, _install_with_playwright):
        if install():
            found = _on_path() or _of_playwright()
            if found:
                return found
    raise SystemExit(HELP)


def _named() -> str | None:
    named = os.environ.get("SKIPVIZ_BROWSER")
    if named and not Path(named).exists():
        raise SystemExit(f"SKIPVIZ_BROWSER names {named}, which does not exist.")
    return named or None


def _on_path() -> str | None:
    found = next(filter(None, map(shutil.which, NAMES)), None)
    return found or next((place for place in PLACES if Path(place).exists()), None)


def _of_playwright() -> str | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def _install_with_apt() -> bool:
    if not shutil.which("apt-get"):
        return False
    sudo = [] if os.geteuid() == 0 else ["sudo", "-n"]
    apt = [*sudo, "apt-get", "-qq", "-o", "DPkg::Lock::Timeout=300"]
    return _done([*apt, "update"]) and _done([*apt, "install", "-y", "chromium"])


def _install_with_playwright() -> bool:
    return _done([sys.executable, "-m", "playwright", "install", "chromium"])


def _done(command: list[str]) -> bool:
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    try:
        ended = subprocess.run(
            command, env=environment, stdout=sys.stderr, timeout=PATIENCE, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return ended.returncode == 0


@contextlib.contextmanager
def opened_browser() -> "Iterator[Browser]":
    """A headless browser, closed at the end."""
    from playwright.sync_api import sync_playwright

    path = find_browser()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=launch_arguments())
        yield browser
        browser.close()


def launch_arguments() -> list[str]:
    """How the tests start it: without the sandbox, which containers do not allow."""
    sandbox = ["--no-sandbox"] if platform.system() == "Linux" else []
    return ["--disable-gpu", "--disable-background-networking", *sandbox]


if __name__ == "__main__":
    print(find_browser())
