"""The Experiments page: a gallery of claims, and one page for each."""

from pathlib import Path

import streamlit as st

from skipviz import experiments
from skipviz.ui.experiments.claim import claim_page
from skipviz.ui.experiments.gallery import gallery
from skipviz.ui.session import shared
from skipviz.ui.session.address import EXPERIMENT, given, one_of
from skipviz.ui.shell.page import open_page

_STYLE = Path(__file__).with_name("style.css")


def render() -> None:
    """Draw the gallery, or the experiment that the address names."""
    st.set_page_config(layout="wide")  # a page opened by its own address forgets it
    session = open_page(EXPERIMENT)
    st.html(_STYLE)
    name = one_of(experiments.names(), given(EXPERIMENT), otherwise="")
    if name:
        claim_page(session, shared.pool(), experiments.load(name))
    else:
        gallery()
