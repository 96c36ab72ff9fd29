"""Parts of a page that are drawn anew by themselves while something runs.

Not by `st.fragment(run_every=...)`: what its timer sends also holds a click that the browser is
just about to send, and the click acts twice. Here a component asks, in turn with the clicks
(docs/decisions/0010).
"""

import functools
import itertools
from collections.abc import Callable
from pathlib import Path
from typing import ParamSpec

import streamlit as st

from skipviz.language import language
from skipviz.ui.components.error_page import guarded

TICK = 0.48  # seconds between drawings while something runs
_HERE = Path(__file__).parent
_P = ParamSpec("_P")
_BEATS = itertools.count()


def auto_refreshed(
    draw: Callable[_P, None], every: float | None, page: Callable[[], object] = lambda: None
) -> Callable[_P, None]:
    """A part of a page that is drawn anew by itself; `every` in seconds, None for never.

    `page` tells what the rest of the page depends on: when that or the language is another than
    when the whole page was drawn, the whole page is drawn again.
    """
    safely = guarded(draw)

    def whole() -> object:
        return language(), page()

    before = whole()

    @functools.wraps(draw)  # Streamlit tells fragments apart by the names of their functions
    def drawn(*args: _P.args, **kwargs: _P.kwargs) -> None:
        if whole() != before:
            st.rerun()
        safely(*args, **kwargs)
        if whole() != before:
            st.rerun()
        if every is not None:
            _ask_again(f"refresh_{_name_of(draw)}", every)

    return st.fragment(drawn)


def _name_of(draw: Callable[..., None]) -> str:
    """Of a part; Streamlit allows no two underlines in a row."""
    return f"{draw.__module__.rpartition('.')[2]}_{draw.__name__.strip('_')}"


def _ask_again(key: str, every: float) -> None:
    """Ask for the next drawing of this fragment, `every` seconds after the last asking."""
    component = st.components.v2.component("skipviz_auto_refresh", html="<i></i>", js=_script())
    data = {"every": every, "beat": next(_BEATS)}
    component(key=key, data=data, on_beat_change=lambda: None)


@functools.cache
def _script() -> str:
    return (_HERE / "auto_refresh.js").read_text(encoding="utf-8")
