"""Parts of a page that are folded away, and cost nothing until they are opened.

From its first opening on a part is drawn always, so that it keeps what was put in.
"""

from collections.abc import Callable

import streamlit as st
from streamlit.delta_generator import DeltaGenerator


def lazy_expander(name: str, label: str, draw: Callable[[], None], wanted: bool = False) -> None:
    """A part that unfolds in its place; by itself the first time that it is wanted."""
    if wanted and not _opened(name):
        st.session_state[_key(name)] = True
    part = st.expander(label, key=_key(name), on_change="rerun")
    _drawn_once_open(name, part, bool(part.open), draw)


def lazy_popover(name: str, label: str, icon: str, draw: Callable[[], None]) -> None:
    """A part that opens over the page from a button."""
    part = st.popover(label, icon=icon, key=_key(name), on_change="rerun")
    _drawn_once_open(name, part, bool(part.open), draw)


def open_part(name: str) -> None:
    """Unfold a part at the next run of the page; to be called before the part is drawn."""
    st.session_state[_key(name)] = True


def close_part(name: str) -> None:
    """Fold a part away at the next run of the page; to be called before the part is drawn."""
    st.session_state[_key(name)] = False


def keep_parts() -> None:
    """Leave all parts as they are at the next run of the page, which calls them otherwise:
    Streamlit tells them apart by their labels. In a callback only."""
    for key in st.session_state:
        if str(key).startswith(_key("")):
            st.session_state[key] = st.session_state[key]


def _drawn_once_open(
    name: str, part: DeltaGenerator, is_open: bool, draw: Callable[[], None]
) -> None:
    if is_open:
        st.session_state[f"opened_{name}"] = True
    if _opened(name):
        with part:
            draw()


def _opened(name: str) -> bool:
    return f"opened_{name}" in st.session_state


def _key(name: str) -> str:
    return f"part_{name}"
