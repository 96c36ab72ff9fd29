"""What every page begins with: the visitor's session, the address, the style, messages."""

from pathlib import Path

import streamlit as st

from skipviz.markup import escape_markdown
from skipviz.ui.components.plotly_asset import inline_plotly
from skipviz.ui.session import shared, url_sync
from skipviz.ui.session.restore import tab_memory
from skipviz.ui.session.session import Session, current
from skipviz.ui.shell.navigation import ensure_navigation

STYLE = Path(__file__).with_name("style.css")


def open_page() -> Session:
    """The session of this tab, brought in step with the address."""
    ensure_navigation()
    session = current()
    url_sync.follow(session)
    shared.attend(session)
    st.html(STYLE)
    inline_plotly()
    tab_memory(session)
    url_sync.write(session)
    _say(session)
    return session


def _say(session: Session) -> None:
    for notice in session.notices:
        st.toast(escape_markdown(notice), icon=":material/info:", duration="long")
    session.notices.clear()
