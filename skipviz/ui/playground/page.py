"""The main page from top to bottom."""

import streamlit as st

from skipviz.ui.playground.editor_panel import editor_panel
from skipviz.ui.playground.results import results
from skipviz.ui.playground.settings_panel import settings
from skipviz.ui.playground.toolbar import toolbar
from skipviz.ui.session import shared
from skipviz.ui.shell.page import open_page


def render() -> None:
    """Draw the page for the session of this tab."""
    session = open_page()
    pool = shared.pool()
    toolbar(session)
    if session.job is None:
        session.measure_start(pool, shared.first_pictures())
    editor_panel(session)
    with st.container(key="settings"):  # before the results, which depend on them
        settings(session)
    results(session, pool)
