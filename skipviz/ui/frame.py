"""What every page begins with: the visitor's session, the address, the style, messages."""

from pathlib import Path

import streamlit as st

from skipviz.ui import following, service
from skipviz.ui.app import ensure_navigation
from skipviz.ui.keeper import keeper
from skipviz.ui.plain import plain
from skipviz.ui.plotly_asset import inline_plotly
from skipviz.ui.session import Session, current

_STYLE = Path(__file__).with_name("style.css")


def open_page() -> Session:
    """The session of this tab, brought in step with the address."""
    ensure_navigation()
    session = current()
    following.follow(session)
    service.attend(session)
    st.html(_STYLE)
    inline_plotly()
    keeper(session)
    following.write(session)
    _say(session)
    return session


def _say(session: Session) -> None:
    for notice in session.notices:
        st.toast(plain(notice), icon=":material/info:", duration="long")
    session.notices.clear()
