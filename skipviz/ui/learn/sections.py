"""A chapter from top to bottom: text on the left, what is measured on the right."""

import streamlit as st

from skipviz.jobs import JobPool
from skipviz.learn import Chapter, Section
from skipviz.ui.components.auto_refresh import TICK, auto_refreshed
from skipviz.ui.learn.at_hand import AtHand, at_hand, introduction
from skipviz.ui.learn.live import draw_live
from skipviz.ui.learn.running import job_name, known_job, start
from skipviz.ui.learn.terms import marked
from skipviz.ui.learn.typeset import typeset
from skipviz.ui.session.session import Session

FIRST = 0.5  # seconds the first measurement is waited for, so that the page need not wait a tick


def sections(session: Session, pool: JobPool, chapter: Chapter) -> None:
    """Draw the chapter; it refreshes itself only while something is being measured."""
    hand = at_hand(session)
    st.markdown(f"## {chapter.title}")
    st.markdown(chapter.summary)
    if chapter.at_hand:
        introduction(session, hand)
    tick = auto_refreshed(_sections, TICK if _busy(session, chapter) else None)
    tick(session, pool, chapter, hand)


def _sections(session: Session, pool: JobPool, chapter: Chapter, hand: AtHand) -> None:
    was_busy = _busy(session, chapter)
    for section in chapter.sections:
        with st.container(key=f"section_{chapter.id}_{section.id}"):
            _section(session, pool, chapter, section, hand)
    if was_busy != _busy(session, chapter):
        st.rerun()


def _section(
    session: Session, pool: JobPool, chapter: Chapter, section: Section, hand: AtHand
) -> None:
    name = job_name(chapter.id, section.id)
    text, measured = st.columns([1, 1.12], gap="large")
    with text:
        st.markdown(f"### {section.title}")
        st.markdown(marked(section.text), unsafe_allow_html=True)
        _open_in_playground(session, section)
    with measured:
        if section.starts == "with the chapter":  # after the text, for a first worker starts slowly
            start(session, pool, name, section.live, hand.arguments)
            if section is chapter.sections[0]:
                _await_first(session, name)
        draw_live(session, pool, section, name, hand)
    if section.equations:
        typeset(hand.network, section.equations)


def _await_first(session: Session, name: str) -> None:
    job = known_job(session, name)
    if job is not None:
        job.wait_for_results(1, FIRST)


def _open_in_playground(session: Session, section: Section) -> None:
    if section.playground is None:
        return
    if st.button("Open in the Playground", icon=":material/open_in_new:", key=f"open_{section.id}"):
        session.load_preset(*section.playground)
        st.switch_page("pages/playground.py")


def _busy(session: Session, chapter: Chapter) -> bool:
    """Whether something is being measured, or about to be."""
    jobs = {s.id: known_job(session, job_name(chapter.id, s.id)) for s in chapter.sections}
    waiting = any(s.starts == "with the chapter" and not jobs[s.id] for s in chapter.sections)
    return waiting or any(job is not None and not job.ended for job in jobs.values())
