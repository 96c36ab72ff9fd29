"""Bringing data of one's own: a table, arrays or points drawn by hand, checked before training."""

from collections.abc import Callable

import streamlit as st

from skipviz.data import DataError, OwnData, from_csv, from_npz
from skipviz.ui.components.component_value import component_value
from skipviz.ui.components.points import draw_points, read_points
from skipviz.ui.session.session import Session

POINTS = "points"


def own_data(session: Session) -> None:
    """Draw the uploader and the plane for points."""

    def take() -> None:
        brought = st.session_state["own_data"]
        if brought is not None:
            read_data(session, brought.name, brought.getvalue())

    st.file_uploader(
        "CSV, labels in the last column; or NPZ with x and y",
        ["csv", "npz"],
        key="own_data",
        on_change=take,
        max_upload_size=session.limits.upload_mb,
    )
    st.markdown("Or draw points of two to four classes:")
    draw_points(POINTS, on_use=lambda: take_points(session, component_value(POINTS, "used")))


def read_data(session: Session, name: str, content: bytes) -> None:
    """Take a file as the data of this session; what is wrong with it is said row by row."""
    read = from_npz if name.lower().endswith(".npz") else from_csv
    _take(session, lambda: read(content, name[:60]))


def take_points(session: Session, drawn: object) -> None:
    """Take points drawn in the browser as the data of this session."""
    _take(session, lambda: read_points(drawn))


def _take(session: Session, read: Callable[[], OwnData]) -> None:
    try:
        session.take_data(read())
    except DataError as error:
        session.refuse(error)
