"""The network editor: drag skips, select, delete, insert layers; by mouse, touch or keys."""

import functools
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import streamlit as st

from skipviz.ui.components.bundle import bundle
from skipviz.ui.components.served_script import ServedScript

HERE = Path(__file__).parent
MODULES = (
    "../languages/messages.js", "elements.js", "geometry.js", "lanes.js", "prediction.js",
    "second_row.js", "words.js", "arms.js", "wiring.js", "drawing.js", "folding.js", "gestures.js",
    "inspector.js", "keyboard.js", "report.js", "legend.js", "range.js", "tools.js", "moving.js",
    "clipboard.js", "hover.js", "unseen.js", "editor.js",
)  # fmt: skip
_STYLES = (
    "editor.css", "legend.css", "arms.css", "tools.css", "hover.css",
    "drawing.css", "arcs.css", "wiring.css", "moving.css",
)  # fmt: skip
"""One after the other: a later one may have the last word."""


def _nothing() -> None:
    """For those who do not ask what is selected."""


def network_editor(
    view: Mapping[str, Any],
    *,
    key: str,
    on_edit: Callable[[], None],
    on_select: Callable[[], None] = _nothing,
) -> object:
    """Draw the network of `view` (see `skipviz.ui.playground.drawing_view`) and its history flags.

    Every edit triggers `on_edit`; the state under `key` then holds `edit`:
    `{"instance": .., "edits": [{"seq": n, "do": .., ..}, ..]}` with all edits the view has not
    acknowledged yet. When another layer or skip is selected, `on_select` is called; the state then
    holds `selected`: `{"layer": k}` with 0 for the input and N + 1 for the readout,
    `{"skip": [p, q]}`, or None for nothing.
    """
    component = st.components.v2.component(
        "skipviz_editor",
        html='<div class="editor"></div>',
        css=styles(),
        js=script().sent,
    )
    return component(
        key=key, data=view, on_edit_change=on_edit, on_selected_change=on_select
    )  # fmt: skip


@functools.cache
def styles() -> str:
    return "\n".join((HERE / name).read_text(encoding="utf-8") for name in _STYLES)


@functools.cache
def script() -> ServedScript:
    return ServedScript("editor", bundle(HERE, MODULES, "mount.js"))
