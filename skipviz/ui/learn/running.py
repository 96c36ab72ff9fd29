"""What the sections measure, started in worker processes and read back."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from skipviz.jobs import Computation, ComputingJob, JobPool
from skipviz.learn import Live, Training
from skipviz.learn.results import Result
from skipviz.runs.run import Run
from skipviz.ui.session.session import Session

_STREAM = "skipviz.engine.training.trainer:stream"
_SECONDS = 120.0  # the longest a section may compute


def job_name(chapter: str, section: str) -> str:
    """Of a section's computation within the session."""
    return f"learn:{chapter}:{section}"


def known_job(session: Session, name: str) -> ComputingJob | None:
    """The computation of this name, if it was started."""
    return session.computations.get(name)


def start(
    session: Session, pool: JobPool, name: str, live: Live, at_hand: Mapping[str, Any]
) -> None:
    """Start it, unless the same was started before; a full queue is said in a notice."""
    try:
        session.compute(name, _computation(live, at_hand), pool)
    except RuntimeError as error:
        st.warning(str(error))


def end_other_chapters(session: Session, chapter: str) -> None:
    """Free the cores of what the reader has left behind; what has ended is kept."""
    for name, job in list(session.computations.items()):
        here = name.startswith(job_name(chapter, "")) or not name.startswith("learn:")
        if not here and not job.ended:
            session.forget(name)


def run_of(live: Training, job: ComputingJob, name: str) -> Run | None:
    """The run so far, which grows with the frames that have come; None before the first."""
    runs = st.session_state.setdefault("learn_runs", {})
    if name not in runs or runs[name][0] is not job:
        runs[name] = job, Run(live.network, live.settings)
    run: Run = runs[name][1]
    run.extend(job.results[run.steps :])
    return run if run.steps else None


def result_of(job: ComputingJob) -> Result | None:
    """The latest result; None before the first."""
    return job.results[-1] if job.results else None


def _computation(live: Live, at_hand: Mapping[str, Any]) -> Computation:
    if isinstance(live, Training):
        arguments = {"network": live.network, "settings": live.settings}
        return Computation(_STREAM, arguments, _SECONDS)
    own = dict(at_hand) if live.at_hand else {}
    return Computation(live.function, {**live.arguments, **own}, _SECONDS)
