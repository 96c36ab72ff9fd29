"""The gradient by path length, at the initial weights or after training, by both estimators."""

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from skipviz.figures.paths import by_skips_spec, cancellation_spec, gradient_by_length_spec
from skipviz.jobs import JobPool
from skipviz.language import N_, _, _n
from skipviz.paths import PathGradients, spread
from skipviz.paths.requests import GradientByLength
from skipviz.request import Progress
from skipviz.text import number_text, percents_alike, sentences
from skipviz.ui.components.button import clicked
from skipviz.ui.components.headline import Pieces, headline, pieces_of_message
from skipviz.ui.components.live import Chart, live_charts
from skipviz.ui.components.theme import theme
from skipviz.ui.components.whole_number import whole_number
from skipviz.ui.paths.counting import span_text
from skipviz.ui.session.session import Session
from skipviz.ui.shell.computing import Computation, refreshed, training_text
from skipviz.ui.shell.drawn_network import quick

PathComputation = Computation[Progress | PathGradients]
WHEN = {"paths": N_("Initial weights"), "paths_trained": N_("After training")}
OUTDATED = N_("The drawing has changed since. Train again to measure it.")
MOST_STEPS = 2000


def along_paths(session: Session, pool: JobPool) -> None:
    """Draw the section; it measures the initial weights by itself."""
    at_start, trained = (PathComputation(session, pool, name) for name in WHEN)
    if at_start.outdated:
        at_start.forget()
    if at_start.job is None and quick(session):
        at_start.start(_of_initial_weights(session))
    refreshed(_along, at_start, trained)(at_start, trained)


def _along(at_start: PathComputation, trained: PathComputation) -> None:
    top = st.container()
    shown = _chosen(at_start, trained)
    shown.await_result()
    if shown.job is not None:
        _measured(shown, top)
    else:
        with top:
            headline([(_("Which paths does the gradient come down?"), None)], level=2)
        live_charts([], gradients=None, key="along_charts")


def _of_initial_weights(session: Session) -> GradientByLength:
    own = session.own_with(session.settings)
    return GradientByLength(session.network, session.settings, own=own)


def _after_training(session: Session, steps: int) -> GradientByLength:
    settings = session.settings.model_copy(update={"steps": steps})
    return GradientByLength(session.network, settings, train=True, own=session.own_with(settings))


def _chosen(at_start: PathComputation, trained: PathComputation) -> PathComputation:
    """Which measurement is shown, and the buttons that start one."""
    session = at_start.session
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        name = st.segmented_control(
            _("When"),
            list(WHEN),
            default="paths",
            format_func=lambda n: _(WHEN[n]),
            key="paths_when",
        )
        if name == trained.name:
            steps = whole_number(
                _("Training steps"), 1, MOST_STEPS, min(max(session.settings.steps, 1), MOST_STEPS),
                step=50, key="paths_steps", width=130,
            )  # fmt: skip
            if _button(_("Train and measure"), trained.name):
                trained.restart(_after_training(session, steps))
            return trained
        if at_start.job is None and _button(_("Measure"), at_start.name):
            at_start.restart(_of_initial_weights(session))
    return at_start


def _button(label: str, name: str) -> bool:
    return clicked(label, type="primary", icon=":material/play_arrow:", key=f"measure_{name}")


def _measured(computation: PathComputation, top: DeltaGenerator) -> None:
    results = computation.results
    measured = [each for each in results if isinstance(each, PathGradients)]
    progress = [each for each in results if isinstance(each, Progress)]
    computation.status(*_doing(progress, measured), _(OUTDATED))
    with top:
        if measured:
            headline(sentence(measured[-1]), detail(measured[-1]), level=2)
        else:
            headline([(_("Measuring the gradient along the paths …"), None)], level=2)
    _charts(measured[-1] if measured else None)


def _doing(progress: list[Progress], measured: list[PathGradients]) -> tuple[str, float]:
    if measured:
        last = measured[-1]
        sampled = int(np.isfinite(last.single).sum())
        return (
            _n(
                "Sampling single paths, {sampled} of {count} length",
                "Sampling single paths, {sampled} of {count} lengths",
                len(last.lengths),
                sampled=sampled,
            ),
            sampled / len(last.lengths),
        )
    if progress:
        return training_text(progress[-1]), progress[-1].share
    return _("Starting …"), 0.0


_INITIAL = (
    N_("No gradient reaches the input at the initial weights: it is exactly 0."),
    N_("All of the gradient comes down one path, at the initial weights."),
    N_(
        "At the initial weights, {share} of the gradient sits in paths of {layers}; {inside} of "
        "the paths have {of_paths}."
    ),
)
_TRAINED = (
    N_("No gradient reaches the input after training: it is exactly 0."),
    N_("All of the gradient comes down one path, after training."),
    N_(
        "After training, {share} of the gradient sits in paths of {layers}; {inside} of the paths "
        "have {of_paths}."
    ),
)
"""Where there is none, one path, and several."""


def sentence(found: PathGradients) -> Pieces:
    """Where the gradient sits and where the paths are."""
    none, one, several = _TRAINED if found.trained else _INITIAL
    if not found.norm > 0:
        return [(_(none), None)]
    if len(found.lengths) == 1:
        return [(_(one), None)]
    low, high = found.interval(found.exact)
    counts = dict(zip(found.lengths, found.counts, strict=True))
    paths = spread(counts)
    ends, inside = (paths.low, paths.high), paths.inside
    if (low, high) == (found.lengths[0], found.lengths[-1]):  # all of it says nothing
        low = high = found.lengths[int(np.argmax(found.exact))]
        ends, inside = (low, high), counts[low] / paths.paths
    share = found.inside(found.exact, low, high)
    writes = percents_alike((share, inside))
    return pieces_of_message(
        several,
        {"layers": "skip"},
        share=writes(share),
        layers=span_text(low, high),
        inside=writes(inside),
        of_paths=span_text(*ends),
    )


def detail(found: PathGradients) -> str:
    """Both estimators by name, and how much cancels."""
    if not found.norm > 0 or len(found.lengths) == 1:
        return _n(
            "|∂L/∂x| = {norm} over {count} sample, float64.",
            "|∂L/∂x| = {norm} over {count} samples, float64.",
            found.batch,
            norm=number_text(found.norm),
        )
    parts = [
        _(
            "Exact: |sum over all paths of length k|, as a share of these norms over all k; mean "
            "length {mean}.",
            mean=format(found.centre(found.exact), ".1f"),
        )
    ]
    if not np.isnan(found.single).any():
        low, high = found.interval(found.estimate)
        parts.append(
            _(
                "Sampled, as in Veit et al. 2016: number of paths × mean norm of {samples} single "
                "ones, {layers}, mean {mean}.",
                samples=found.samples,
                layers=span_text(low, high),
                mean=format(found.centre(found.estimate), ".1f"),
            )
        )
    parts.append(
        _(
            "Paths of different lengths cancel in part: their norms add up to {factor} times the "
            "norm of the gradient. Where the gradient sits depends on the weights, above all on "
            "the gain of the branches; it is no constant of residual networks.",
            factor=format(found.cancellation, ".1f"),
        )
    )
    return sentences(parts)


def _charts(found: PathGradients | None) -> None:
    if found is None or not found.norm > 0:
        live_charts([], gradients=None, key="along_charts")
        return
    look = theme()
    over = _n(
        "∂L/∂x over {count} sample, L its loss, float64.",
        "∂L/∂x over {count} samples, L their mean loss, float64.",
        found.batch,
    )
    each = _("Each curve divided by its sum over lengths.")
    charts = [
        Chart("gradient_by_length", gradient_by_length_spec(found, look),
              _("Gradient by path length"), sentences([over, each]),
              height=360, span=6),
        Chart("cancellation", cancellation_spec(found, look), _("Signed shares by length"),
              _("⟨part, whole⟩ / |whole|², adding up to 100 %; below zero: works against the "
              "rest."),
              height=320, span=3),
        Chart("gradient_by_skips", by_skips_spec(found, look),
              _("Gradient by skips taken, per state"),
              _("Norm of the part of ∂L/∂s that took so many skips, log colour; hover for its "
              "share."),
              height=320, span=3),
    ]  # fmt: skip
    live_charts(charts, gradients=None, key="along_charts")
