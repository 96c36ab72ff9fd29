"""What each view of a run consists of: which charts, and what is said below their titles.

What is shown of a probe, and in which view, stands in its declaration (`skipviz.probes.catalogue`);
here stand the forms that a chart can have, and the views that are not of probes.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, assert_never, get_args

from skipviz.data.split import Split
from skipviz.figures.ablation import ablation, ablation_spec
from skipviz.figures.attribution import skip_shares_spec, skips_taken_spec
from skipviz.figures.gradient import Kept, layer_curves_spec
from skipviz.figures.heatmap import layer_heatmap_spec, over_time_spec
from skipviz.figures.histogram import gradient_histogram_spec
from skipviz.figures.learned import learned_quantities
from skipviz.figures.training import training_curves_spec
from skipviz.figures.zeros import has_strip
from skipviz.language import N_, _, again
from skipviz.probes.catalogue import LEARNED, SKIPS, VIEWS, probes_of
from skipviz.probes.probe import Form, Probe, View
from skipviz.runs.recording import OF
from skipviz.runs.run import Run
from skipviz.ui.components.live import Chart
from skipviz.ui.playground.charts.boundary import (
    boundaries,
    boundary_of_each,
    has_boundary,
    plane_title,
)
from skipviz.ui.playground.charts.learned import learned_charts
from skipviz.ui.playground.scrubber import LATEST

HEIGHT = 400
MOVING: tuple[Form, ...] = ("curves", "learned")
"""Forms of chart whose traces stay the same from step to step."""
_LAST_STEP = N_(
    "Backpropagation through time: the loss is taken at the last time step, and the feedback skips "
    "hand its gradient back."
)
_HISTORY = N_(
    "The same over the whole run, one log scale for all arms; rare extremes have the colours of "
    "its ends; grey where nothing is known."
)
_EVERY_STEP = N_(
    "Backpropagation through time: the loss is taken at every time step, and the feedback skips "
    "hand its gradient back."
)


@dataclass(frozen=True)
class Shown:
    """A run at row `at`, with what is laid over it and the samples its ground is drawn for."""

    run: Run
    at: int
    theme: str
    kept: Kept
    theory: Any
    split: Split | None
    quantity: str = ""
    """What the skips learn that is chosen, in the view of it."""

    @property
    def marked(self) -> int | None:
        """The row to mark in charts over all steps; the newest needs no mark."""
        return None if self.at == LATEST else self.at


def views_of(run: Run) -> dict[str, str]:
    """Name and title of the views that this run has something for, in order."""
    of_probes = {view.name: str(_(view.title)) for view in VIEWS if _has(run, view)}
    return of_probes | {
        name: view.title_for(run) for name, view in _OTHERS.items() if view.is_in(run)
    }


def drawn(view: str, shown: Shown) -> list[Chart]:
    """The charts of a view."""
    if view in _OTHERS:
        return _OTHERS[view].charts(shown)
    return _of_probes(next(each for each in VIEWS if each.name == view), shown)


def curves(view: str, shown: Shown) -> list[Chart]:
    """Those of the charts of a view that are curves of the newest step, which can move with it."""
    found = next((each for each in VIEWS if each.name == view), None)
    return [] if found is None else _of_probes(found, shown, MOVING)


def _has(run: Run, view: View) -> bool:
    if view == LEARNED:
        return bool(learned_quantities(run))
    return bool(_probes(run, view)) and (view != SKIPS or bool(_carrying(run)))


def _probes(run: Run, view: View) -> list[Probe]:
    """Those of a view that were measured."""
    measured = [probe for probe in probes_of(run.settings.probes) if probe.view == view]
    return [probe for probe in measured if probe.is_in(run.network)]


def _of_probes(view: View, shown: Shown, forms: tuple[Form, ...] = get_args(Form)) -> list[Chart]:
    """Form by form, the curves first."""
    probes = _probes(shown.run, view)
    pairs = [(form, probe) for form in forms for probe in probes if form in probe.forms]
    charts = [chart for form, probe in pairs for chart in _charts(form, probe, shown)]
    results = _results(shown, forms) if view.training else []
    spans = _spans(sum(form == "curves" for form, _ in pairs), len(results))
    charts[: len(spans)] = [replace(c, span=s) for c, s in zip(charts, spans, strict=False)]
    return [*charts[:1], *results, *charts[1:]]


def _results(shown: Shown, forms: tuple[Form, ...]) -> list[Chart]:
    """What the gradient comes to, beside it: on a plane the boundary, and loss and score."""
    if shown.split is None or not has_boundary(shown.run) or forms == MOVING:
        return [_training(shown)]
    beside = boundaries(shown.run, shown.split, shown.at, shown.theme)
    return [beside, _training(shown)]


def _boundary(shown: Shown) -> list[Chart]:
    if shown.split is None:
        return []
    return boundary_of_each(shown.run, shown.split, shown.at, shown.theme)


def _spans(curves: int, results: int) -> list[int]:
    """Two curves to a row, an odd one over all of it; each of the results takes a third of the
    first row."""
    beside = [6 - 2 * results] if results and curves else []
    others = curves - len(beside)
    return beside + [6] * (others % 2) + [3] * (others - others % 2)


def _charts(form: Form, probe: Probe, shown: Shown) -> list[Chart]:
    match form:
        case "curves":
            return [_curves(shown, probe)]
        case "over time":
            return [_over_time(shown, probe)]
        case "histogram":
            return [_histogram(shown, probe, arm) for arm in shown.run.main_arms]
        case "shares":
            return [_shares(shown, probe, arm) for arm in _carrying(shown.run)]
        case "skips taken":
            return [_skips_taken(shown, probe, arm) for arm in _carrying(shown.run)]
        case "learned":
            is_chosen = probe.name == shown.quantity  # its gradient comes with it
            run, at = shown.run, shown.marked
            return learned_charts(run, probe.name, at, shown.theme) if is_chosen else []
        case "history":
            return [_history(shown, probe)]
        case _:
            assert_never(form)


def _curves(shown: Shown, probe: Probe) -> Chart:
    theory, said = _theory(shown, probe)
    spec = layer_curves_spec(shown.run, probe.name, shown.at, shown.theme, shown.kept, theory)
    zeros = _("Below the axis: exactly 0, in float32.") if has_strip(spec) else ""
    meaning = (said, probe.sentence) if theory else (probe.sentence, said)
    # first what is seen in the chart: one line has room for so much
    about = _shared(shown.run, probe), probe.of_time(shown.run.network)
    note = " ".join(filter(None, (*about, zeros, *meaning)))
    title = _("{quantity}, per layer", quantity=probe.heading)
    return Chart(f"layers_{probe.name}", spec, title, note, HEIGHT, fills=True)


def _shared(run: Run, probe: Probe) -> str:
    """What the chart of single layers leaves to the one of shared weights."""
    if probe.name != OF["weight"] or not run.network.ties:
        return ""
    return _("Of weights that layers share: what each layer adds; what is said goes by their sum.")


def _theory(shown: Shown, probe: Probe) -> tuple[Mapping[str, Any] | None, str]:
    """What theory expects, and how that is said below the chart."""
    if shown.theory is None or probe.name not in OF.values():
        return None, ""
    weights, states, reason = shown.theory
    curves = weights if probe.name == OF["weight"] else states
    if curves:
        return curves, _("Thin dots: mean field theory of wide layers at the initial weights.")
    return None, again(reason) if reason else ""


def _training(shown: Shown) -> Chart:
    score = _(shown.run.info.score)
    return Chart(
        "training_curves",
        training_curves_spec(shown.run, shown.theme, shown.marked, shown.kept),
        _("Loss and {score}", score=score),
        _("Loss of each batch; {score} on the whole test split.", score=score),
        HEIGHT,
        2,
        fills=True,
    )


def _over_time(shown: Shown, probe: Probe) -> Chart:
    return Chart(
        "over_time",
        over_time_spec(shown.run, shown.at, shown.theme, probe.name),
        _("{quantity}, layers × time steps", quantity=probe.heading),
        _(_EVERY_STEP if shown.run.network.answers_every_step else _LAST_STEP),
        110 + 90 * len(shown.run.main_arms),
    )


def _history(shown: Shown, probe: Probe) -> Chart:
    return Chart(
        f"heatmap_{probe.name}",
        layer_heatmap_spec(shown.run, probe.name, shown.theme, shown.marked),
        _("{quantity}, layers × steps", quantity=_(probe.label)),
        f"{probe.of_time(shown.run.network)} {_(_HISTORY)}".strip(),
        110 + 90 * len(shown.run.main_arms),
    )


def _shares(shown: Shown, probe: Probe, arm: str) -> Chart:
    note = _(
        "Signed shares of ∂L/∂s: grey by the layers, blue by the skips. They add up to 100 %; "
        "below zero: works against the rest."
    )
    if shown.run.settings.probes != "full":
        note = _("{note} Full probes split by skips taken too.", note=note)
    return Chart(
        f"shares_{arm}",
        skip_shares_spec(shown.run, arm, shown.at, shown.theme),
        probe.heading_of(arm),
        note,
        HEIGHT,
    )


def _skips_taken(shown: Shown, probe: Probe, arm: str) -> Chart:
    return Chart(
        f"taken_{arm}",
        skips_taken_spec(shown.run, arm, shown.at, shown.theme),
        probe.heading_of(arm),
        _("{quantity} Orange: works against the rest.", quantity=probe.sentence),
        HEIGHT,
    )


def _histogram(shown: Shown, probe: Probe, arm: str) -> Chart:
    return Chart(
        f"histogram_{arm}",
        gradient_histogram_spec(shown.run, arm, shown.at, shown.theme),
        probe.heading_of(arm),
        _(
            "{quantity} Below 10⁻²⁰, and exactly 0: the lowest bin.",
            quantity=probe.sentence.replace("HISTOGRAM_EDGES", _("half a decade")),
        ),
        320,
        3,
    )


def _carrying(run: Run) -> list[str]:
    """The arms in which some skip hands gradient down."""
    return [
        arm.name
        for arm in run.settings.arms_for(run.network)
        if arm.name in run.main_arms and any(back for _, back in arm.gains(run.network))
    ][:3]


def _ablation(shown: Shown) -> list[Chart]:
    ranked = ablation(shown.run)
    if not ranked:
        return []
    return [
        Chart(
            "ablation",
            ablation_spec(shown.run, shown.theme),
            _("What is lost without each single skip"),
            _(
                "Every bar is a training of its own without one skip, from the same weights on the "
                "same batches, against the one with all. Bars across zero within the seeds' band "
                "mean nothing."
            ),
            120 + 26 * len(ranked),
        )
    ]


@dataclass(frozen=True)
class _View:
    """A view that is not of probes: its title, which runs have it, and its charts."""

    title_for: Callable[[Run], str]
    is_in: Callable[[Run], bool]
    charts: Callable[[Shown], list[Chart]]


_OTHERS = {
    "boundary": _View(
        plane_title,
        has_boundary,
        _boundary,
    ),
    "ablation": _View(
        lambda _run: _("Skip ablation"), lambda run: bool(run.network.skips), _ablation
    ),
}
