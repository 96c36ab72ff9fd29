"""Builds the site: the pages of docs/, the book of skipviz.teaching, the docstrings.

python -m tools.site [--text]      --text leaves the figures of the book out, which take minutes

Sphinx reads a folder that is put together here, so that every page keeps the place that it has in
the repository; a warning is an error, and so is a link that leads nowhere.
"""

import contextlib
import importlib.util
import re
import runpy
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import skipviz
from skipviz import attribution, callbacks, figures, training
from skipviz.language import speaking
from tools.server import ROOT
from tools.site import book

SITE = ROOT / "build" / "docs"
SOURCE = ROOT / "build" / "site"
HERE = Path(__file__).parent
BOOKS = {"en": "book", "zh": "book-zh"}  # a folder per language
LEFT_OUT = ("skipviz.ui", "skipviz.cli", "skipviz.jobs.preload", "skipviz.engine.callbacks")
AROUND = (
    *("CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md", "CODE_OF_CONDUCT.md"),
    *("README.md", "README.zh-CN.md"),
)
LINK = re.compile(r"(!?\[[^\]]*\]\()([^)#:\s]+)((?:#[^)]*)?\))")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def main(arguments: list[str]) -> None:
    """Write it; ends with an error where Sphinx warns."""
    for folder in (SITE, SOURCE):
        shutil.rmtree(folder, ignore_errors=True)
    _gather()
    for tag, name in BOOKS.items():
        with speaking(tag):
            book.write(SOURCE / name, figures="--text" not in arguments)
    sphinx = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", "-b", "html"]
    subprocess.run([*sphinx, str(SOURCE), str(SITE)], check=True)
    _reference(SITE / "api")


def _gather() -> None:
    """Pages at their places, with addresses in the repository for links to what is no page."""
    shutil.copytree(ROOT / "docs", SOURCE / "docs")
    shutil.copytree(ROOT / "assets", SOURCE / "assets")
    for name in AROUND:
        shutil.copy(ROOT / name, SOURCE / name)
    for name in ("conf.py", "index.md", "reference.md", "decisions.md", "custom.css"):
        shutil.copy(HERE / name, SOURCE / name)
    (SOURCE / "scripts").mkdir()
    shutil.copy(_formulas(), SOURCE / "scripts")
    for page in SOURCE.rglob("*.md"):
        page.write_text(_with_addresses(page), encoding="utf-8")


def _formulas() -> Path:
    """MathJax in one file: formulas are there without a network, and no other site is asked."""
    package = importlib.util.find_spec("sphinx-mathjax-offline")
    assert package is not None
    assert package.origin is not None
    return Path(package.origin).parent / "static" / "mathjax" / "tex-svg-full.js"


def _with_addresses(page: Path) -> str:
    def led(match: re.Match[str]) -> str:
        before, target, after = match.groups()
        there = (page.parent / target).resolve()
        if there.is_file() or not there.is_relative_to(SOURCE.resolve()):
            return match[0]
        place = there.relative_to(SOURCE.resolve())
        return f"{before}{PROJECT['urls']['Source']}/blob/main/{place}{after}"

    return LINK.sub(led, page.read_text(encoding="utf-8"))


def _reference(place: Path) -> None:
    """What the docstrings say, by pdoc."""
    for module in (skipviz, training, attribution, figures):
        for name in module.__all__:  # pdoc does not see names that load when first asked for
            setattr(module, name, getattr(module, name))
    callbacks.__all__[:] = [name for name in callbacks.__all__ if _is_there(name)]
    modules = ["skipviz", *(f"!{name}" for name in LEFT_OUT)]
    sys.argv = ["pdoc", *modules, "-t", str(HERE / "reference"), "-o", str(place)]
    runpy.run_module("pdoc", run_name="__main__")


def _is_there(name: str) -> bool:
    """Whether the framework of a callback is installed; without it the class cannot be made."""
    with contextlib.suppress(ImportError):
        setattr(callbacks, name, getattr(callbacks, name))
        return True
    return False


if __name__ == "__main__":
    main(sys.argv[1:])
