"""The page from top to bottom."""

import streamlit as st

from skipviz.jobs import ComputingJob, JobPool
from skipviz.ui import service
from skipviz.ui.frame import open_page
from skipviz.ui.landscape.controls import JOB, controls
from skipviz.ui.landscape.shown import Shown, draw, say
from skipviz.ui.measuring import (
    FIRST_NEWS,
    about_network,
    goes_on,
    of_another_drawing,
    sound,
    status,
)
from skipviz.ui.refreshing import TICK, refreshed
from skipviz.ui.session import Session
from skipviz.ui.verdict import headline

QUESTION = "How quickly does the loss rise around the weights that training found?"
ANSWER = (
    "Compute trains every arm, then measures the loss on a grid around its weights: a slice along "
    "two random directions, the same for all arms, after Li et al. 2018."
)


def render() -> None:
    """Draw the page for the session of this tab."""
    session = open_page()
    pool = service.pool()
    about_network(session)
    if not sound(session):
        return
    going = goes_on(session.computations.get(JOB))
    refreshed(_live, TICK if going else None)(session, pool, going)


def _live(session: Session, pool: JobPool, going: bool) -> None:
    job = session.computations.get(JOB)
    if goes_on(job) != going:
        st.rerun()
    if job is not None:
        job.wait_for_results(1, FIRST_NEWS)
    top = st.container()
    threshold = controls(session, pool)
    if job is None:
        with top:
            headline([(QUESTION, None)], ANSWER)
    else:
        _measured(session, pool, job, threshold, top)
    if goes_on(session.computations.get(JOB)) != going:
        st.rerun()


def _measured(
    session: Session, pool: JobPool, job: ComputingJob, threshold: float, top: object
) -> None:
    found = Shown.of(job)
    with top:  # type: ignore[attr-defined]
        say(found, threshold)
    if of_another_drawing(session, job):
        st.info("The drawing has changed since this slice. Compute again to see its own.")
    status(job, pool, found.doing, found.share)
    draw(found, threshold)
