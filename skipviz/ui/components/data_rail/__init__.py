"""Samples of the data chosen, and stamps of data sets to choose from."""

import functools
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import streamlit as st

from skipviz.ui.components.bundle import bundle
from skipviz.ui.components.served_script import ServedScript

_HERE = Path(__file__).parent


def rail_of_data(view: Mapping[str, Any], *, key: str, on_choose: Callable[[], None]) -> None:
    """Draw `view`; a click triggers `on_choose`, the state under `key` then holds `chosen`.

    `view`: `theme`, `title`, `line` and `split` (what the data are), `picture`
    (skipviz.data.pictures) or None, its `note`, and `sets`: each with `name`, `label`, `hint`,
    `picture` or None, and whether it is `chosen`; None for a button that only opens something.
    """
    component = st.components.v2.component(
        "skipviz_data_rail",
        html='<div class="rail"></div>',
        css=_style(),
        js=script().sent,
    )
    component(key=key, data=view, on_chosen_change=on_choose)


@functools.cache
def script() -> ServedScript:
    modules = ("../languages/messages.js", "decoding.js")
    return ServedScript("data", bundle(_HERE, modules, "data_rail.js"))


@functools.cache
def _style() -> str:
    names = ("data_rail.css", "samples.css", "sets.css")
    return "\n".join((_HERE / name).read_text(encoding="utf-8") for name in names)
