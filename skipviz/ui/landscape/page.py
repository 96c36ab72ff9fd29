"""The page from top to bottom."""

import streamlit as st

from skipviz.jobs import ComputingJob, JobPool
from skipviz.ui.components.auto_refresh import TICK, auto_refreshed
from skipviz.ui.components.headline import headline
from skipviz.ui.components.lazy_expander import lazy_expander
from skipviz.ui.landscape.controls import JOB, controls
from skipviz.ui.landscape.shown import Shown, draw, say
from skipviz.ui.session import shared
from skipviz.ui.session.session import Session
from skipviz.ui.shell.computing import (
    FIRST_NEWS,
    about_network,
    goes_on,
    of_another_drawing,
    sound,
    status,
)
from skipviz.ui.shell.page import open_page

QUESTION = "How quickly does the loss rise around the weights that training found?"
ANSWER = (
    "Compute trains every arm, then measures the loss on a grid around its weights: a slice along "
    "two random directions, the same for all arms, after Li et al. 2018."
)
KNOWN = """
Li and others (2018, *Visualizing the Loss Landscape of Neural Nets*) drew such slices of networks
trained on CIFAR-10: nearly convex around a ResNet-56, “chaotic” around the same network without its
skips. What small networks show of this, and what they do not:

- The **width** of the low part. It is what the sentence above reports, and with skips it is often
  larger.
- Not **chaos**. In the networks of 20 layers that Learn measures the slices have one minimum, with
  skips and without. Whether they look convex depends on what is drawn: the colours here show the
  logarithm of the loss, which curves down where the loss itself does not.
- Width is not shape alone. An arm that ended at a higher loss has less room below the threshold.

[Learn](learn?chapter=claims) measures all three with three seeds.
"""


def render() -> None:
    """Draw the page for the session of this tab."""
    session = open_page()
    pool = shared.pool()
    about_network(session)
    if not sound(session):
        return
    going = goes_on(session.computations.get(JOB))
    auto_refreshed(_live, TICK if going else None)(session, pool, going)
    lazy_expander("known_of_slices", "What is known of such slices", _known)


def _known() -> None:
    st.markdown(KNOWN)


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
