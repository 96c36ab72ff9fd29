"""Builds the wheel, installs it into an empty environment and looks at the app it serves.

The environment sees the packages that are installed here, so nothing large is fetched; what it may
not see is this checkout.
"""

import shutil
import site
import subprocess
import sys
import tempfile
import urllib.request
import venv
from pathlib import Path

from playwright.sync_api import expect

from tools.browser import opened_browser
from tools.server import ROOT, free_port, running

PATIENCE = 60_000  # milliseconds
LEFT_OUT = (
    ".git",
    ".venv",
    ".*_cache",
    ".hypothesis",
    "build",
    "*.egg-info",
    "static",
    "test-results",
)


def main() -> None:
    """Build, install, serve, look."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        python = _installed(_built(folder), folder / "venv")
        _forget_checkout(python, folder)
        port = free_port()
        serve = [str(python.with_name("skipviz")), "app", "--headless", "--address", "127.0.0.1"]
        command = [*serve, "--port", str(port)]
        with running(command, folder / "app.log", folder, port) as (address, _):
            print(f"serves {address}: {_health(address)}")
            _look(address)
    print("the page draws the network and its measured gradient")


def _built(folder: Path) -> Path:
    """The wheel of a copy of this checkout: a build leaves files that a later one would take in."""
    source = shutil.copytree(ROOT, folder / "source", ignore=shutil.ignore_patterns(*LEFT_OUT))
    _pip("wheel", "--no-deps", "-w", str(folder), str(source))
    wheel = next(folder.glob("skipviz-*.whl"))
    print(f"built {wheel.name}, {wheel.stat().st_size / 1024:.0f} kB")
    return wheel


def _installed(wheel: Path, place: Path) -> Path:
    """The python of a new environment with the wheel, and with the dependencies of this one."""
    venv.create(place, with_pip=False, symlinks=True)
    python = place / "bin" / "python"
    packages = next(place.glob("lib/python*/site-packages"))
    (packages / "dependencies.pth").write_text("\n".join(site.getsitepackages()) + "\n")
    _pip("--python", str(python), "install", "--no-deps", "--no-index", str(wheel))
    return python


def _forget_checkout(python: Path, folder: Path) -> None:
    """Make sure that what is imported is what was installed."""
    code = "from skipviz.ui.shell.locations import app_folder; print(app_folder())"
    found = subprocess.run([python, "-c", code], cwd=folder, capture_output=True, check=True)
    place = found.stdout.decode().strip()
    if not place.startswith(str(folder)):
        raise RuntimeError(f"{place} is not what was installed in {folder}")


def _health(address: str) -> str:
    with urllib.request.urlopen(f"{address}/_stcore/health", timeout=10) as answer:
        text: str = answer.read().decode()
    return text


def _look(address: str) -> None:
    with opened_browser() as browser:
        page = browser.new_page()
        page.goto(address)
        expect(page.locator("[data-layer]").first).to_be_visible(timeout=PATIENCE)
        drawn = page.locator('[data-testid="chart-layers_weight_gradient"][data-traces]')
        expect(drawn).to_be_visible(timeout=PATIENCE)


def _pip(*arguments: str) -> None:
    subprocess.run([sys.executable, "-m", "pip", "-q", *arguments], check=True)


if __name__ == "__main__":
    main()
