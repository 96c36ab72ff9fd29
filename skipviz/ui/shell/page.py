"""What every page begins with: the visitor's session, the address, the style, messages."""

from pathlib import Path

import streamlit as st

from skipviz.language import again
from skipviz.markup import escape_markdown
from skipviz.ui.components.component_value import component_value
from skipviz.ui.components.languages import KEY, language_switch
from skipviz.ui.components.lazy_expander import keep_parts
from skipviz.ui.components.plotly_asset import inline_plotly
from skipviz.ui.session import shared, url_sync
from skipviz.ui.session.restore import tab_memory
from skipviz.ui.session.session import Session, current
from skipviz.ui.session.spoken import choose
from skipviz.ui.shell.navigation import ensure_navigation

STYLE = Path(__file__).with_name("style.css")


def open_page(*own: str) -> Session:
    """The session of this tab, brought in step with the address; `own` are the parameters that
    belong to this page alone."""
    ensure_navigation()
    session = current()
    url_sync.follow(session, own)
    shared.attend(session)
    st.html(STYLE)
    inline_plotly()
    _languages(session)
    tab_memory(session)
    url_sync.write(session, own)
    _say(session)
    return session


def _languages(session: Session) -> None:
    """The switch; what is unfolded stays so, though its label changes."""

    def take() -> None:
        choose(session.address, component_value(KEY, "chosen"))
        keep_parts()

    language_switch(take)


def _say(session: Session) -> None:
    """What is said once goes by itself; that a link was not opened stays until it is read."""
    if session.refused_link:
        said = escape_markdown(again(session.refused_link))
        st.toast(said, icon=":material/link_off:", duration="infinite")
        session.refused_link = ""
    for notice in session.notices:
        st.toast(escape_markdown(again(notice)), icon=":material/info:", duration="long")
    session.notices.clear()
