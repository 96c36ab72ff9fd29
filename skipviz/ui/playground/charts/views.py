"""What each view of a run consists of: which charts, and what is said below their titles."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from skipviz.arms import arm_label
from skipviz.data.split import Split
from skipviz.figures.ablation import ablation, ablation_spec
from skipviz.figures.attribution import skip_shares_spec, skips_taken_spec
from skipviz.figures.boundary import boundary_spec
from skipviz.figures.gradient import Kept, layer_curves_spec
from skipviz.figures.heatmap import layer_heatmap_spec, over_time_spec
from skipviz.figures.histogram import gradient_histogram_spec
from skipviz.figures.learned import learned_quantities
from skipviz.figures.training import training_curves_spec
from skipviz.figures.zeros import has_strip
from skipviz.probes.catalogue import PROBES, probes_of
from skipviz.runs.run import Run
from skipviz.ui.components.live import Chart
from skipviz.ui.playground.charts.learned import learned_charts
from skipviz.ui.playground.scrubber import LATEST

TITLES = {
    "weights": "Gradient of weights",
    "states": "Gradient of states",
    "skips": "Through the skips",
    "learned": "What the skips learn",
    "activations": "Activations",
    "updates": "Update ratio",
    "noise": "Noise",
    "boundary": "Decision boundary",
    "ablation": "Without each skip",
}
MEANING = {probe.name: f"{probe.label}: {probe.meaning}." for probe in PROBES}
HEIGHT = 400


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
    measured = _measured(run)
    has = {
        "weights": True,
        "states": True,
        "skips": "skip_share" in measured and bool(_carrying(run)),
        "learned": bool(learned_quantities(run)),
        "activations": "state_rms" in measured,
        "updates": "update_ratio" in measured,
        "noise": "gradient_snr" in measured,
        "boundary": run.info.planar and "state_rms" in measured,
        "ablation": bool(run.network.skips),
    }
    return {view: title for view, title in TITLES.items() if has[view]}


def _measured(run: Run) -> set[str]:
    return {probe.name for probe in probes_of(run.settings.probes)}


def drawn(view: str, shown: Shown) -> list[Chart]:
    """The charts of a view."""
    return _VIEWS[view](shown)


def curves(view: str, shown: Shown) -> list[Chart]:
    """Those of the charts of a view that are curves of the newest step, which can move with it."""
    return _CURVES[view](shown) if view in _CURVES else []


def _weight_curves(shown: Shown) -> list[Chart]:
    return _per_layer(shown, "weight_gradient", "weights")


def _weights(shown: Shown) -> list[Chart]:
    return [*_weight_curves(shown), _heatmap(shown, "weight_gradient")]


def _state_curves(shown: Shown) -> list[Chart]:
    return _per_layer(shown, "state_gradient", "states")


def _states(shown: Shown) -> list[Chart]:
    maps = [_heatmap(shown, "state_gradient")]
    if "gradient_over_time" in _measured(shown.run) and shown.run.network.time_steps > 1:
        maps.insert(0, _over_time(shown))
    return [*_state_curves(shown), *maps]


def _over_time(shown: Shown) -> Chart:
    return Chart(
        "over_time",
        over_time_spec(shown.run, shown.at, shown.theme),
        "|∂L/∂s|, layers × time steps",
        "Backpropagation through time: the loss is taken at the last time step, and the feedback "
        "skips hand its gradient back.",
        110 + 90 * len(shown.run.main_arms),
    )


def _update_curves(shown: Shown) -> list[Chart]:
    return _per_layer(shown, "update_ratio", "updates")


def _updates(shown: Shown) -> list[Chart]:
    return [*_update_curves(shown), _heatmap(shown, "update_ratio")]


def _per_layer(shown: Shown, probe: str, view: str) -> list[Chart]:
    theory, said = _theory(shown, view)
    title = f"{TITLES[view]}, per layer"
    return [_curves(shown, probe, title, 4, theory, said), _training(shown)]


def _curves(
    shown: Shown,
    probe: str,
    title: str,
    span: int,
    theory: Mapping[str, Any] | None = None,
    said: str = "",
) -> Chart:
    spec = layer_curves_spec(shown.run, probe, shown.at, shown.theme, shown.kept, theory)
    zeros = "Below the axis: exactly 0, in float32." if has_strip(spec) else ""
    note = " ".join(text for text in (MEANING[probe], said, zeros) if text)
    return Chart(f"layers_{probe}", spec, title, note, HEIGHT, span)


def _theory(shown: Shown, view: str) -> tuple[Mapping[str, Any] | None, str]:
    """What theory expects, and how that is said below the chart."""
    if shown.theory is None or view not in ("weights", "states"):
        return None, ""
    weights, states, reason = shown.theory
    curves = weights if view == "weights" else states
    if curves:
        return curves, "Thin dots: mean field theory of wide layers at the initial weights."
    return None, f"No theory here: {reason}" if reason else ""


def _training(shown: Shown) -> Chart:
    score = shown.run.info.score
    return Chart(
        "training_curves",
        training_curves_spec(shown.run, shown.theme, shown.marked, shown.kept),
        f"Loss and {score}",
        f"Loss of each batch; {score} on the whole test split.",
        HEIGHT,
        2,
    )


def _heatmap(shown: Shown, probe: str) -> Chart:
    title = next(each.label for each in PROBES if each.name == probe)
    return Chart(
        f"heatmap_{probe}",
        layer_heatmap_spec(shown.run, probe, shown.theme, shown.marked),
        f"{title}, layers × steps",
        "The same over the whole run, one log scale for all arms; rare extremes have the colours "
        "of its ends; grey where nothing is known.",
        110 + 90 * len(shown.run.main_arms),
    )


def _skips(shown: Shown) -> list[Chart]:
    charts = [_shares(shown, arm) for arm in _carrying(shown.run)]
    if shown.run.settings.probes != "full":
        return charts
    return charts + [
        Chart(
            f"taken_{arm}",
            skips_taken_spec(shown.run, arm, shown.at, shown.theme),
            f"By the number of skips taken, {arm_label(arm)}",
            f"{MEANING['share_by_skips_taken']} Orange: works against the rest.",
            HEIGHT,
        )
        for arm in _carrying(shown.run)
    ]


def _shares(shown: Shown, arm: str) -> Chart:
    more = "" if shown.run.settings.probes == "full" else " Full probes split by skips taken too."
    return Chart(
        f"shares_{arm}",
        skip_shares_spec(shown.run, arm, shown.at, shown.theme),
        f"How the gradient came to each state, {arm_label(arm)}",
        "Signed shares of ∂L/∂s: grey by the chain, blue by the skips. They add up to 100 %; "
        f"below zero: works against the rest.{more}",
        HEIGHT,
    )


def _carrying(run: Run) -> list[str]:
    """The arms in which some skip hands gradient down."""
    return [
        arm.name
        for arm in run.settings.arms_for(run.network)
        if arm.name in run.main_arms and any(back for _, back in arm.gains(run.network))
    ][:3]


def _learned(shown: Shown) -> list[Chart]:
    return learned_charts(shown.run, shown.quantity, shown.marked, shown.theme)


def _activations(shown: Shown) -> list[Chart]:
    return [
        _curves(shown, "state_rms", "Size of the states, per layer", 6),
        _curves(shown, "saturated", "Saturated activations, per layer", 3),
        _curves(shown, "dead", "Dead units, per layer", 3),
    ]


def _noise_curves(shown: Shown) -> list[Chart]:
    return [
        _curves(shown, "gradient_snr", "Signal to noise of the gradient, estimated, per layer", 3),
        _curves(shown, "gradient_correlation", "Correlation of gradients, per layer", 3),
    ]


def _noise(shown: Shown) -> list[Chart]:
    return [
        *_noise_curves(shown),
        *(_histogram(shown, arm) for arm in shown.run.main_arms),
    ]


def _histogram(shown: Shown, arm: str) -> Chart:
    return Chart(
        f"histogram_{arm}",
        gradient_histogram_spec(shown.run, arm, shown.at, shown.theme),
        f"Entries of ∂L/∂W by size, {arm_label(arm)}",
        MEANING["gradient_histogram"].replace("HISTOGRAM_EDGES", "half a decade")
        + " Below 10⁻²⁰, and exactly 0: the lowest bin.",
        320,
        3,
    )


def _boundary(shown: Shown) -> list[Chart]:
    if shown.split is None:
        return []
    return [
        Chart(
            f"boundary_{arm}",
            boundary_spec(shown.run, arm, shown.split, shown.at, shown.theme),
            f"{arm_label(arm).capitalize()}",
            "Ground: what this arm says of every place. Marks: training samples.",
            360,
            3,
        )
        for arm in shown.run.main_arms
    ]


def _ablation(shown: Shown) -> list[Chart]:
    ranked = ablation(shown.run)
    if not ranked:
        return []
    return [
        Chart(
            "ablation",
            ablation_spec(shown.run, shown.theme),
            "What is lost without each single skip",
            "Every bar is a training of its own without one skip, from the same weights on the "
            "same batches, against the one with all. Bars across zero within the seeds' band "
            "mean nothing.",
            120 + 26 * len(ranked),
        )
    ]


_VIEWS: dict[str, Callable[[Shown], list[Chart]]] = {
    "weights": _weights,
    "states": _states,
    "skips": _skips,
    "learned": _learned,
    "activations": _activations,
    "updates": _updates,
    "noise": _noise,
    "boundary": _boundary,
    "ablation": _ablation,
}
_CURVES: dict[str, Callable[[Shown], list[Chart]]] = {
    "weights": _weight_curves,
    "states": _state_curves,
    "learned": _learned,
    "activations": _activations,
    "updates": _update_curves,
    "noise": _noise_curves,
}
