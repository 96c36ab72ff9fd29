"""The Studies page: choose a study or change its factors, and see the results come in."""

import html
from pathlib import Path

import streamlit as st

from skipviz.language import _
from skipviz.studies import READY, Study
from skipviz.ui.session import shared
from skipviz.ui.session.address import STUDY, given, gone_back, one_of, put
from skipviz.ui.shell.page import open_page
from skipviz.ui.studies.chosen import Chosen, computation_in
from skipviz.ui.studies.factors import factors
from skipviz.ui.studies.running import run
from skipviz.ui.studies.shares import shares

_KEY = "study_chosen"
_STYLE = Path(__file__).with_name("style.css")


def render() -> None:
    """Draw the page for the session of this tab; a ready study starts by itself."""
    st.set_page_config(layout="wide")  # a page opened by its own address forgets it
    session = open_page(STUDY)
    st.html(_STYLE)
    name = _ready()
    chosen = _chosen(name)
    computation = computation_in(session, shared.pool())
    _head(READY[name])
    with st.container(key="study"):
        left, right = st.columns([1, 3.2], gap="medium")
    with left:
        draft = factors(name, READY[name])
    with right:
        run(computation, chosen, draft)
    with left:
        shares(computation, chosen, draft)


def _ready() -> str:
    """The ready study to start from, kept in the address."""
    names = list(READY)
    named = one_of(names, given(STUDY), otherwise=names[0])
    if gone_back():
        st.session_state[_KEY] = named
    name = st.pills(
        _("Studies"),
        names,
        default=named,
        format_func=lambda each: _(READY[each].title),
        key=_KEY,
        label_visibility="collapsed",
    )
    name = name or named  # pressed once more, a pill lets go
    if given(STUDY) or name != names[0]:  # the first one needs no word
        put(STUDY, name)
    return name


def _chosen(name: str) -> Chosen:
    """What is to be computed: the ready study, until Start takes a changed one."""
    chosen = st.session_state.get("study_computed")
    if chosen is None or chosen.name != name:
        chosen = st.session_state["study_computed"] = Chosen(name, READY[name])
    return chosen


def _head(study: Study) -> None:
    st.html(
        f'<div class="study-head"><h1>{html.escape(_(study.title))}</h1>'
        f"<p>{html.escape(_(study.question))}</p></div>"
    )
