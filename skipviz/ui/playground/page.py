"""The main page from top to bottom."""

import streamlit as st

from skipviz.ui.components.copy_link import copy_link
from skipviz.ui.playground.build_bar import build_bar
from skipviz.ui.playground.editor_panel import editor_panel
from skipviz.ui.playground.export_panel import files
from skipviz.ui.playground.results import results, run_bar
from skipviz.ui.playground.settings_panel import rail, run_settings
from skipviz.ui.session import shared
from skipviz.ui.session.session import Session
from skipviz.ui.shell.page import open_page


def render() -> None:
    """Draw the page for the session of this tab."""
    session = open_page()
    pool = shared.pool()
    _header_tools(session)
    run_bar(session, pool)
    with st.container(key="run_settings"):
        run_settings(session)
    build_bar(session)
    if session.job is None:
        session.measure_start(pool, shared.first_pictures())
    editor_panel(session)
    with st.container(key="rail"):  # before the results, which depend on it
        rail(session)
    results(session, pool)


def _header_tools(session: Session) -> None:
    """Export, and the link of what is drawn; `shell/style.css` puts them into the header."""
    with st.container(horizontal=True, horizontal_alignment="right", key="header_tools"):
        if "export" not in session.address.hidden:
            files(session)
        copy_link(key="copy_link")
