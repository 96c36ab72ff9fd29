"""The main page from top to bottom."""

import streamlit as st

from skipviz.ui import service
from skipviz.ui.editor_panel import editor_panel
from skipviz.ui.frame import open_page
from skipviz.ui.results import results
from skipviz.ui.settings_panel import settings
from skipviz.ui.toolbar import toolbar


def render() -> None:
    """Draw the page for the session of this tab."""
    session = open_page()
    pool = service.pool()
    toolbar(session)
    if session.job is None:
        session.measure_start(pool, service.first_pictures())
    editor_panel(session)
    with st.container(key="settings"):  # before the results, which depend on them
        settings(session)
    results(session, pool)
