"""The gradient by path length, at the initial weights or after training, by both estimators."""

import numpy as np
import streamlit as st

from skipviz.figures.paths import by_skips_spec, cancellation_spec, gradient_by_length_spec
from skipviz.jobs import ComputingJob, JobPool
from skipviz.paths import PathGradients, spread
from skipviz.runs.progress import Progress
from skipviz.text import number_text
from skipviz.ui.components.auto_refresh import TICK, auto_refreshed
from skipviz.ui.components.headline import Pieces, headline
from skipviz.ui.components.live import Chart, live_charts
from skipviz.ui.components.theme import theme
from skipviz.ui.session.session import Session
from skipviz.ui.shell.computing import (
    FIRST_NEWS,
    at_hand,
    goes_on,
    of_another_drawing,
    quick,
    start,
    status,
)

FUNCTION = "skipviz.engine.paths.gradient:path_gradients"
WHEN = {"paths": "Initial weights", "paths_trained": "After training"}
MOST_STEPS = 2000


def along_paths(session: Session, pool: JobPool) -> None:
    """Draw the section; it measures the initial weights by itself."""
    _measure_start(session, pool)
    going = _going(session)
    auto_refreshed(_live, TICK if going else None)(session, pool, going)


def _measure_start(session: Session, pool: JobPool) -> None:
    job = session.computations.get("paths")
    if job is not None and of_another_drawing(session, job):
        session.forget("paths")
        job = None
    if job is None and quick(session):
        start(session, pool, "paths", FUNCTION, at_hand(session, session.settings))


def _going(session: Session) -> tuple[bool, ...]:
    return tuple(goes_on(session.computations.get(name)) for name in WHEN)


def _live(session: Session, pool: JobPool, going: tuple[bool, ...]) -> None:
    if _going(session) != going:
        st.rerun()
    top = st.container()
    name = _chosen(session, pool)
    job = session.computations.get(name)
    if job is not None:
        job.wait_for_results(1, FIRST_NEWS)
        _news(session, pool, job, top)
    else:
        with top:
            headline([("Which paths does the gradient come down?", None)])
        live_charts([], gradients=None, key="along_charts")
    if _going(session) != going:
        st.rerun()


def _chosen(session: Session, pool: JobPool) -> str:
    """Which measurement is shown, and the buttons that start one."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        name = st.segmented_control(
            "Measured", list(WHEN), default="paths", format_func=WHEN.__getitem__, key="paths_when"
        )
        name = name or "paths"
        if name == "paths_trained":
            steps = st.number_input(
                "Training steps", 1, MOST_STEPS, min(max(session.settings.steps, 1), MOST_STEPS),
                step=50, key="paths_steps", width=130,
            )  # fmt: skip
            settings = session.settings.model_copy(update={"steps": int(steps)})
            label, arguments = "Train and measure", at_hand(session, settings) | {"train": True}
        else:
            label, arguments = "Measure", at_hand(session, session.settings)
        job = session.computations.get(name)
        if (job is None or name == "paths_trained") and st.button(
            label, type="primary", icon=":material/play_arrow:", key=f"measure_{name}"
        ):
            session.forget(name)
            start(session, pool, name, FUNCTION, arguments)
            st.rerun()
    return name


def _news(session: Session, pool: JobPool, job: ComputingJob, top: object) -> None:
    news = list(job.results)
    measured = [each for each in news if isinstance(each, PathGradients)]
    progress = [each for each in news if isinstance(each, Progress)]
    if of_another_drawing(session, job):
        st.info("The drawing has changed since. Train again to measure it.")
    status(job, pool, *_doing(progress, measured))
    with top:  # type: ignore[attr-defined]
        if measured:
            headline(sentence(measured[-1]), detail(measured[-1]))
        else:
            headline([("Measuring the gradient along the paths …", None)])
    _charts(measured[-1] if measured else None)


def _doing(progress: list[Progress], measured: list[PathGradients]) -> tuple[str, float]:
    if measured:
        last = measured[-1]
        sampled = int(np.isfinite(last.single).sum())
        return (
            f"Sampling single paths, {sampled} of {len(last.lengths)} lengths",
            sampled / len(last.lengths),
        )
    if progress:
        return f"Training, step {progress[-1].step} of {progress[-1].steps}", progress[-1].share
    return "Starting …", 0.0


def sentence(found: PathGradients) -> Pieces:
    """Where the gradient sits and where the paths are."""
    when = "after training" if found.trained else "at the initial weights"
    if not found.norm > 0:
        return [(f"No gradient reaches the input {when}: it is exactly 0.", None)]
    if len(found.lengths) == 1:
        return [(f"All of the gradient comes down one path, {when}.", None)]
    low, high = found.interval(found.exact)
    paths = spread(dict(zip(found.lengths, found.counts, strict=True)))
    return [
        (f"{when.capitalize()}, {found.inside(found.exact, low, high):.0%} ", None),
        ("of the gradient sits in paths of ", None),
        (f"{low} to {high} layers", "skip"),
        (f"; {paths.inside:.0%} of the paths have {paths.low} to {paths.high}.", None),
    ]


def detail(found: PathGradients) -> str:
    """Both estimators by name, and how much cancels."""
    if not found.norm > 0 or len(found.lengths) == 1:
        return f"|∂L/∂x| = {number_text(found.norm)} over {found.batch} samples, float64."
    parts = [
        f"Exact: |sum over all paths of length k|, as a share of these norms over all k; mean "
        f"length {found.centre(found.exact):.1f}. "
    ]
    if not np.isnan(found.single).any():
        low, high = found.interval(found.estimate)
        parts.append(
            f"Sampled, as in Veit et al. 2016: number of paths × mean norm of {found.samples} "
            f"single ones, {low} to {high} layers, mean {found.centre(found.estimate):.1f}. "
        )
    parts.append(
        f"Paths of different lengths cancel in part: their norms add up to "
        f"{found.cancellation:.1f} times the norm of the gradient. Where the gradient sits depends "
        f"on the weights, above all on the gain of the branches; it is no constant of residual "
        f"networks."
    )
    return "".join(parts)


def _charts(found: PathGradients | None) -> None:
    if found is None or not found.norm > 0:
        live_charts([], gradients=None, key="along_charts")
        return
    look = theme()
    over = f"∂L/∂x over {found.batch} samples, L their mean loss, float64."
    charts = [
        Chart("gradient_by_length", gradient_by_length_spec(found, look),
              "Gradient by path length", f"{over} Each curve divided by its sum over lengths.",
              height=360, span=6),
        Chart("cancellation", cancellation_spec(found, look), "Signed shares by length",
              "⟨part, whole⟩ / |whole|², adding up to 100 %; below zero: works against the rest.",
              height=320, span=3),
        Chart("gradient_by_skips", by_skips_spec(found, look), "Gradient by skips taken, per state",
              "Norm of the part of ∂L/∂s that took so many skips, log colour; hover for its share.",
              height=320, span=3),
    ]  # fmt: skip
    live_charts(charts, gradients=None, key="along_charts")
