"""The step that verdict, drawing and charts show: the latest, or an earlier one."""

import numpy as np
import streamlit as st

from skipviz.language import _
from skipviz.runs.run import Run
from skipviz.ui.session.session import Session

LATEST = -1
# the number at the slider's right end is that of the last step planned, not of the step shown
_UNNUMBERED = """<style>
[class*="st-key-step_"]:not(:active) [data-testid="stSliderThumbValue"] { visibility: hidden }
</style>"""


def chosen_row(session: Session, run: Run | None) -> int:
    """The row of the run that is to be shown; `LATEST` follows the run."""
    last = _last_step(session, run)
    step = st.session_state.get(_key(session, run)) if last else None
    if run is None or step is None or step >= min(last, run.row_steps[-1]):
        return LATEST
    return max(int(np.searchsorted(run.row_steps, step, side="right")) - 1, 0)


def drawn_row(run: Run, at: int) -> int:
    """The row that drawing and charts show of row `at`: where every arm has broken down nothing is
    left to draw, so it is the last one before in which some gradient is finite."""
    rows = range(at % len(run.row_steps), -1, -1)
    found = next((row for row in rows if _has_gradient(run, row)), None)
    return at if found in (None, rows.start) else found


def _has_gradient(run: Run, row: int) -> bool:
    places = ((arm, seed) for arm in run.main_arms for seed in range(run.settings.seeds))
    norms = (run.probe_at("weight_gradient", arm, row, seed) for arm, seed in places)
    return any(np.isfinite(each[: run.layers]).any() for each in norms)


def scrubber(session: Session, run: Run | None) -> None:
    """Draw the slider over the steps; at its right end it follows the run."""
    steps = _last_step(session, run)
    still = run is None or session.measured is None or steps == 0 or run.steps < 2
    broke = _broke(session, run)
    follows = not still and not broke and chosen_row(session, run) == LATEST
    if follows:
        st.html(_UNNUMBERED)
    st.slider(
        _("Step shown: the newest") if follows else _("Step shown"),
        0,
        max(steps, 1),
        value=max(steps, 1),
        format=_format(session, steps),
        key=_key(session, run),
        disabled=still,
        help=_("At the right end is the last step in which some gradient is finite.")
        if broke
        else _("At the right end the newest step is shown."),
        label_visibility="collapsed",
        width=200,
    )


def _format(session: Session, steps: int) -> str:
    """How the slider writes a number; `%d` stands for it."""
    if steps:
        return _("step %d")
    return _("newest step") if _grows(session) else _("initial weights")


def _last_step(session: Session, run: Run | None) -> int:
    """Where the slider ends; 0 where there is nothing to slide over, as in a run that goes on
    without an end."""
    job = session.measured
    if job is None or run is None or _grows(session):
        return 0
    if _broke(session, run):
        return int(run.row_steps[drawn_row(run, LATEST)])
    planned = job.request.settings
    return int(run.row_steps[-1]) if planned.endless else planned.steps


def _grows(session: Session) -> bool:
    job = session.measured
    return job is not None and job.request.settings.endless and not job.ended


def _broke(session: Session, run: Run | None) -> bool:
    """Whether the run is over and its newest row has no gradient to draw."""
    job = session.measured
    return run is not None and job is not None and job.ended and drawn_row(run, LATEST) != LATEST


def _key(session: Session, run: Run | None) -> str:
    """A new run begins at its newest step, and so does one without an end once it is stopped, and
    one whose slider has come to end earlier."""
    job, state = session.measured, "_grows" if _grows(session) else "_broke" * _broke(session, run)
    return f"step_{'none' if job is None else job.id}{state}"
