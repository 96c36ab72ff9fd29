"""What stands in the header beside the pages: export, and the link of what is drawn."""

import streamlit as st

from skipviz.ui.components.copy_link import copy_link
from skipviz.ui.playground.export_panel import files
from skipviz.ui.session.session import Session
from skipviz.ui.session.url_sync import link_query


def header_tools(session: Session) -> None:
    """Draw them; `shell/style.css` puts them into the header."""
    with st.container(horizontal=True, horizontal_alignment="right", key="header_tools"):
        if "export" not in session.address.hidden:
            files(session)
        copy_link(key="copy_link", query=link_query(session))
