"""The page from top to bottom."""

import streamlit as st

from skipviz.ui.paths.along import along_paths
from skipviz.ui.paths.counting import counting
from skipviz.ui.paths.lesions import lesions
from skipviz.ui.session import shared
from skipviz.ui.shell.drawn_network import about_network, require_valid
from skipviz.ui.shell.page import open_page


def render() -> None:
    """Draw the page for the session of this tab."""
    session = open_page()
    pool = shared.pool()
    about_network(session)
    counting(session.resolved)
    if not require_valid(session):
        return
    st.divider()
    along_paths(session, pool)
    st.divider()
    lesions(session, pool)
