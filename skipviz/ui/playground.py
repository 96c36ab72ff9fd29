"""The main page from top to bottom."""

from pathlib import Path

import streamlit as st

from skipviz.ui import service
from skipviz.ui.editor_panel import editor_panel
from skipviz.ui.plotly_asset import inline_plotly
from skipviz.ui.results import results
from skipviz.ui.session import Session, current, write_address
from skipviz.ui.toolbar import toolbar

_STYLE = Path(__file__).with_name("style.css")


def render() -> None:
    """Draw the page for the session of this tab."""
    session = current()
    service.attend(session)
    pool = service.pool()
    st.html(_STYLE)
    inline_plotly()
    toolbar(session)
    editor_panel(session)
    if session.job is None:
        session.measure_start(pool)
    write_address(session)
    _say(session)
    results(session, pool)


def _say(session: Session) -> None:
    for notice in session.notices:
        st.toast(notice, icon=":material/info:", duration="long")
    session.notices.clear()
