"""Bringing data of one's own: a table or arrays, checked before anything is trained on them."""

import streamlit as st

from skipviz.data import DataError, from_csv, from_npz
from skipviz.ui.session import Session


def own_data(session: Session) -> None:
    """Draw the uploader, folded away."""

    def take() -> None:
        brought = st.session_state["own_data"]
        if brought is not None:
            read_data(session, brought.name, brought.getvalue())

    with st.expander("Your own data"):
        st.file_uploader(
            "CSV, labels in the last column; or NPZ with x and y",
            ["csv", "npz"],
            key="own_data",
            on_change=take,
            max_upload_size=session.limits.upload_mb,
        )


def read_data(session: Session, name: str, content: bytes) -> None:
    """Take a file as the data of this session; what is wrong with it is said row by row."""
    read = from_npz if name.lower().endswith(".npz") else from_csv
    try:
        session.take_data(read(content, name[:60]))
    except DataError as error:
        session.notify("\n\n".join(error.faults[:3]))
