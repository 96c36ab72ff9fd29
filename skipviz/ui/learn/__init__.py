"""The Learn page: one chapter at a time, every section with something measured beside it."""

from pathlib import Path

import streamlit as st

from skipviz.teaching import chapter
from skipviz.ui.learn.contents import chosen_page, contents, onward
from skipviz.ui.learn.running import end_other_chapters
from skipviz.ui.learn.sections import sections
from skipviz.ui.learn.terms import glossary
from skipviz.ui.session import shared
from skipviz.ui.session.address import CHAPTER
from skipviz.ui.shell.page import open_page

_STYLE = Path(__file__).with_name("style.css")


def render() -> None:
    """Draw the page for the session of this tab."""
    st.set_page_config(layout="wide")  # a page opened by its own address forgets it
    session = open_page(CHAPTER)
    st.html(_STYLE)
    chosen = chosen_page()
    end_other_chapters(session, chosen)
    with st.container(key="learn"):
        left, right = st.columns([1, 4.6], gap="large")
        with left:
            contents(chosen)
        with right:
            if chosen == "glossary":
                glossary()
            else:
                sections(session, shared.pool(), chapter(chosen))
            onward(chosen)
