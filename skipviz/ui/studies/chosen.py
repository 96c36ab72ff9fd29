"""The study that is computed, and what this server allows of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import streamlit as st

from skipviz.jobs import JobPool
from skipviz.language import N_, _
from skipviz.limits import ServerLimits
from skipviz.studies import Part, Result, Study, seconds_needed, trials
from skipviz.studies.live import StudyRun
from skipviz.ui.session.session import Session
from skipviz.ui.shell.computing import Computation

NAME = "study"  # of its computation in the session: there is one at a time
MOST_RUNS = 2_000
MOST_SECONDS = 300.0  # by the estimate; a study that takes twice that is ended
PACE_FROM = 0.05  # of the work, before which starting up hides how fast it goes
ON_COMMAND_LINE = N_("Download it below and run it with `skipviz study`, here or on a cluster.")


StudyComputation = Computation[Part]


@dataclass
class Chosen:
    """The study that is computed, and the ready one it came from."""

    name: str
    study: Study


def computation_in(session: Session, pool: JobPool) -> StudyComputation:
    """Of whichever study is chosen."""
    return StudyComputation(session, pool, NAME, 2 * MOST_SECONDS)


def refused(computation: StudyComputation, study: Study) -> str | None:
    """Start a study unless it was; why the server refuses to, or None."""
    limits = computation.session.limits
    return refusal(study, limits) or computation.refusal(StudyRun(study, limits.network))


@dataclass(frozen=True)
class Size:
    """Runs of a study, and about how many seconds they take."""

    runs: int
    seconds: float = 0.0


def size_of(study: Study) -> Size:
    """Counted once per study; of a study that is too large only the runs are."""
    sizes: dict[str, Size] = st.session_state.setdefault("study_sizes", {})
    text = study.to_toml()
    if text not in sizes:
        most = study.most_runs()
        sizes[text] = Size(most) if most > 4 * MOST_RUNS else _size(study)
    return sizes[text]


def refusal(study: Study, limits: ServerLimits) -> str | None:
    """Why this server does not compute a study, or None when it does."""
    size = size_of(study)
    if size.runs > MOST_RUNS:
        return _(
            "This study has {runs} runs; at most {most} are computed here.",
            runs=format(size.runs, ","),
            most=format(MOST_RUNS, ","),
        )
    if max(study.depth) > limits.layers or max(study.width) > limits.width:
        return _(
            "At most {layers} layers of {width} units are computed here.",
            layers=limits.layers,
            width=limits.width,
        )
    if study.measure == "training" and study.steps > limits.steps:
        return _("At most {steps} steps are computed here.", steps=format(limits.steps, ","))
    if size.seconds > MOST_SECONDS:
        return _(
            "This study takes about {minutes} minutes, which is too long here.",
            minutes=format(size.seconds / 60, ".0f"),
        )
    return None


def results_of(parts: Iterable[Part]) -> list[Result]:
    """What has come so far."""
    return [result for part in list(parts) for result in part.results]


def seconds_left(parts: Sequence[Part], study: Study) -> float:
    """About how long it still takes, by the pace so far; before there is one, by the estimate."""
    part = parts[-1] if parts else Part()
    if part.share < PACE_FROM:
        return size_of(study).seconds
    return part.seconds * (1 - part.share) / part.share


def _size(study: Study) -> Size:
    runs = len(trials(study))
    return Size(runs, seconds_needed(study) if runs <= MOST_RUNS else 0.0)
