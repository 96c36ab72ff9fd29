"""The main page from top to bottom."""

from pathlib import Path

import streamlit as st

from skipviz.ui.playground.build_bar import build_bar
from skipviz.ui.playground.editor_panel import editor_panel
from skipviz.ui.playground.lesson import lesson_dialog, lesson_text
from skipviz.ui.playground.results import results, run_bar
from skipviz.ui.playground.settings_panel import rail, run_settings
from skipviz.ui.playground.toolbar import header_tools
from skipviz.ui.session import shared, url_sync
from skipviz.ui.session.address import VIEW
from skipviz.ui.shell.page import open_page

STYLE = Path(__file__).with_name("playground.css")


def render() -> None:
    """Draw the page for the session of this tab."""
    session = open_page(VIEW)
    st.html(STYLE)
    pool = shared.pool()
    header_tools(session)
    lesson_text(session)
    lesson_dialog(session)
    run_bar(session, pool)
    with st.container(key="run_settings"):
        run_settings(session)
    build_bar(session)
    if session.job is None or session.redrawn:
        session.measure_start(pool, shared.first_pictures())
    editor_panel(session)
    with st.container(key="rail"):  # before the results, which depend on it
        rail(session)
    results(session, pool)
    url_sync.write(session)  # a run may have noted its new rate while the page was drawn
