"""A plane to draw points on: the data set of someone who has none at hand."""

import functools
from collections.abc import Callable
from pathlib import Path

import streamlit as st

from skipviz.data import DataError, OwnData, from_points
from skipviz.language import _
from skipviz.ui.components.bundle import bundle
from skipviz.ui.components.served_script import ServedScript

_HERE = Path(__file__).parent
MOST = 5_000
CLASSES = 4


def draw_points(key: str, on_use: Callable[[], None]) -> None:
    """Draw the plane; its button triggers `on_use`, the state under `key` then holds `used`."""
    component = st.components.v2.component(
        "skipviz_points",
        html='<div class="points"></div>',
        css=(_HERE / "points.css").read_text(encoding="utf-8"),
        js=_script().sent,
    )
    component(key=key, data={"classes": CLASSES, "most": MOST}, on_used_change=on_use)


@functools.cache
def _script() -> ServedScript:
    return ServedScript("points", bundle(_HERE, ("../languages/messages.js",), "points.js"))


def read_points(sent: object) -> OwnData:
    """The data set of points as the browser sent them; DataError for anything else."""
    if not isinstance(sent, list) or len(sent) > MOST:
        raise DataError(_("A drawing has at most {most} points.", most=MOST))
    return from_points([_point(each) for each in sent])


def _point(sent: object) -> tuple[float, float, int]:
    if not isinstance(sent, list) or len(sent) != 3:
        raise DataError(_("A point has two coordinates and a class."))
    x, y, kind = sent
    numbers = all(isinstance(value, int | float) and abs(value) <= 1 for value in (x, y))
    if not numbers or kind not in range(CLASSES):
        raise DataError(_("Points lie between -1 and 1 and belong to a class of the drawing."))
    return float(x), float(y), int(kind)
