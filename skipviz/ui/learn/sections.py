"""A chapter from top to bottom: text on the left, what is measured on the right."""

import re
from typing import Any

import streamlit as st

from skipviz.export import equations
from skipviz.jobs import JobPool
from skipviz.language import _
from skipviz.network import Network
from skipviz.teaching import Chapter, Section
from skipviz.ui.components.button import clicked
from skipviz.ui.components.terms import marked
from skipviz.ui.learn.at_hand import AtHand, at_hand, introduction
from skipviz.ui.learn.live import draw_live
from skipviz.ui.learn.running import computation_of, request_of
from skipviz.ui.session.address import query
from skipviz.ui.session.session import Session
from skipviz.ui.shell.computing import Computation, refreshed

_BESIDE_FULL_WIDTH = re.compile(r"[（“]?(?<!\$)\$(?!\$)[^$]+\$(?!\$)[，。；：？！、）”]+")
SHORT = 14  # lines of a group of equations that are shown without being asked for


def sections(session: Session, pool: JobPool, chapter: Chapter) -> None:
    """Draw the chapter; it refreshes itself only while something is being measured."""
    hand = at_hand(session)
    st.markdown(f"# {_(chapter.title)}")
    st.markdown(_(chapter.summary))
    if chapter.at_hand:
        introduction(session, hand)
    computed = [computation_of(session, pool, chapter.id, each.id) for each in chapter.sections]
    for section, computation in zip(chapter.sections, computed, strict=True):
        if section.starts == "with the chapter":
            computation.start(request_of(section.live, hand))
    refreshed(_sections, *computed)(chapter, computed, hand)


def _sections(chapter: Chapter, computed: list[Computation[Any]], hand: AtHand) -> None:
    for section, computation in zip(chapter.sections, computed, strict=True):
        with st.container(key=f"section_{chapter.id}_{section.id}"):
            _section(section, computation, hand, first=section is chapter.sections[0])


def _section(section: Section, computation: Computation[Any], hand: AtHand, first: bool) -> None:
    text, measured = st.columns([1, 1.12], gap="large")
    with text:
        st.markdown(f"## {_(section.title)}")
        st.markdown(_unbroken(marked(_(section.text))), unsafe_allow_html=True)
        _open_in_playground(computation.session, section)
    with measured:
        if first:  # after the text, for a first worker starts slowly
            computation.await_result()
        draw_live(computation, section, hand)
    if section.equations:
        _equations(hand.network, section.equations)


def _unbroken(text: str) -> str:
    """A formula and the Chinese punctuation behind it as one: browsers would break between them."""
    return _BESIDE_FULL_WIDTH.sub(lambda found: f'<span class="unbroken">{found[0]}</span>', text)


def _equations(network: Network, titles: tuple[str, ...]) -> None:
    """The groups with these titles, as far as the network has them; long ones are folded away."""
    for title, text in equations(network):
        if title in titles:
            short = title == titles[0] and text.count("\\\\\n") < SHORT
            label = _("Equations of your network: {part}", part=_(title).lower())
            with st.expander(label, expanded=short):
                st.latex(text)


def _open_in_playground(session: Session, section: Section) -> None:
    if section.playground is None:
        return
    label = _("Open in the Playground")
    if clicked(label, icon=":material/open_in_new:", key=f"open_{section.id}"):
        session.load_preset(*section.playground)
        # with the address as it is: another one would be a place of its own to go back to
        st.switch_page("pages/playground.py", query_params=query())
