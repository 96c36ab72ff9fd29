"""Scripts that the Playground will ask for, named in its HTML: the browser reads them meanwhile.

Streamlit loads the code of an element once the first of its kind has come, and each part asks for
the next: three rounds, while the browser had nothing to do. Charts asked for Plotly after that.
The picture comes first all the same: what stands here is asked for once it is painted.
"""

import functools
import re
from collections.abc import Iterable
from pathlib import Path

import streamlit as st

from skipviz.ui.components import data_rail, editor, live
from skipviz.ui.components.plotly_asset import plotly_address
from skipviz.ui.shell.locations import app_folder

ELEMENTS = (
    "BidiComponent", "Html", "Progress", "Selectbox", "NumberInput", "ButtonGroup", "Slider",
    "Button",
)  # fmt: skip
"""The modules of Streamlit whose elements the Playground opens with."""
_NAME = r"([\w.-]+\.js)"
_IMPORTED = re.compile(rf'(?:from|import)\s*"\./{_NAME}"')
_IN_PAGE = re.compile(rf"static/js/{_NAME}")


@functools.cache
def early_scripts() -> str:
    """For the body of the page, inert until `first_paint.js` puts it into the head: modules to be
    read ahead, and Plotly's file, which is read once the charts are sketched."""
    library = plotly_address(app_folder())
    file = f'<link rel="preload" as="script" fetchpriority="low" href="./{library}">'
    addresses = [*(f"./static/js/{name}" for name in element_modules()), *component_scripts()]
    ahead = (f'<link rel="modulepreload" crossorigin href="{each}">' for each in addresses)
    return f'<template id="first-scripts">{"".join(ahead)}{file if library else ""}</template>'


def component_scripts() -> list[str]:
    """Those of our own that the Playground opens with."""
    return [f"./{component.script().address}" for component in (editor, live, data_rail)]


def element_modules(static: Path = Path(st.__file__).parent / "static") -> list[str]:
    """The files of `ELEMENTS` and what they import, beyond what Streamlit's page names itself."""
    scripts = static / "static" / "js"
    page = (static / "index.html").read_text(encoding="utf-8")
    named = {path.name.split(".")[0]: path.name for path in scripts.glob("*.js")}
    wanted = [named[element] for element in ELEMENTS if element in named]
    return sorted(_closure(scripts, wanted) - _closure(scripts, _IN_PAGE.findall(page)))


def _closure(folder: Path, names: Iterable[str]) -> set[str]:
    """The modules and all that they import at once."""
    found: set[str] = set()
    left = list(names)
    while left:
        name = left.pop()
        if name not in found and (folder / name).is_file():
            found.add(name)
            left += _IMPORTED.findall((folder / name).read_text(encoding="utf-8"))
    return found
