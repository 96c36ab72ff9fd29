"""Widgets for values that can also change elsewhere: by a link, a preset, undo."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import streamlit as st

T = TypeVar("T")


@dataclass
class _Memory:
    """What the widget held last, and how often something else has changed it since."""

    value: Any
    version: int = 0


def controlled(name: str, current: T, draw: Callable[[str], T]) -> T:
    """The visitor's choice. `draw` takes a key and returns a widget's value, by default `current`.

    A change from elsewhere makes a new widget. Writing to the widget's state instead would
    override what the visitor has clicked while the page was being drawn.
    """
    memory = st.session_state.setdefault(f"field_{name}", _Memory(current))
    if memory.value != current:
        memory.value = current
        memory.version += 1
    value = draw(f"{name}_{memory.version}_{_epoch()}")
    memory.value = value
    return value


def _epoch() -> str:
    """Tells the widgets of this session from those of one that has ended.

    A browser that reconnects to a server started anew sends the values its widgets had; under the
    same keys, an old choice would override what the address says.
    """
    if "epoch" not in st.session_state:
        st.session_state["epoch"] = secrets.token_hex(4)
    epoch: str = st.session_state["epoch"]
    return epoch
