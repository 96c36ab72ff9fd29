"""The network editor: drag skips, select, delete, insert layers; by mouse, touch or keys."""

import functools
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import streamlit as st

from skipviz.ui.bundle import bundle

_HERE = Path(__file__).parent
_MODULES = (
    "geometry.js", "prediction.js", "drawing.js", "gestures.js", "inspector.js", "keyboard.js",
)  # fmt: skip


def network_editor(view: Mapping[str, Any], *, key: str, on_edit: Callable[[], None]) -> object:
    """Draw the network of `view` (see `skipviz.ui.view`) and its history flags.

    Every edit triggers `on_edit`; the state under `key` then holds `edit`:
    `{"instance": .., "edits": [{"seq": n, "do": .., ..}, ..]}` with all edits the view has not
    acknowledged yet.
    """
    component = st.components.v2.component(
        "skipviz_editor",
        html='<div class="editor"></div>',
        css=(_HERE / "editor.css").read_text(encoding="utf-8"),
        js=_script(),
    )
    return component(key=key, data=view, on_edit_change=on_edit)


@functools.cache
def _script() -> str:
    return bundle(_HERE, _MODULES, "editor.js")
