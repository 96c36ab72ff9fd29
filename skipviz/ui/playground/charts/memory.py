"""The charts drawn last in a tab: a refresh that has nothing new to show draws nothing anew."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from skipviz.ui.components.live import Chart


@dataclass(frozen=True)
class Picture:
    """Charts, and the colours that go with them in the drawing of the network."""

    charts: Sequence[Chart]
    gradients: dict[str, Any]


@dataclass
class _Memory:
    """The picture drawn last, and what it was drawn from."""

    source: object = None
    picture: Picture | None = None


def picture_of(source: object, draw: Callable[[], Picture]) -> Picture:
    """What `draw` returns; the picture of last time where `source` is what it was then.

    `source` holds all that the picture depends on, in values that compare quickly.
    """
    memory: _Memory = st.session_state.setdefault("charts_drawn", _Memory())
    if memory.picture is None or memory.source != source:
        memory.picture, memory.source = draw(), source
    return memory.picture
