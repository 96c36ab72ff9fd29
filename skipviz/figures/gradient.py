"""The gradient of every layer at one step: the chart the product is about."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from skipviz.arms import arm_label
from skipviz.figures.style import (
    LABEL_GAP,
    Array,
    Spec,
    apart,
    arm_style,
    axis,
    band,
    layout,
    log_axis,
    positive_range,
)
from skipviz.probes.catalogue import PROBES, probes_of
from skipviz.training.run import OF, Run

Layers = NDArray[np.int64]
Kept = Sequence[tuple[str, Run]]
"""Other runs to lay over, by name."""

LABELS = {probe.name: probe.label for probe in PROBES}
AT_SNAPSHOTS = {probe.name for probe in PROBES if probe.at == "snapshot"}
LINEAR = {
    "saturated": [-0.02, 1.02],
    "dead": [-0.02, 1.02],
    "gradient_correlation": [-1.02, 1.02],
}
"""Probes that are no sizes, and the range of their axis."""
OF_UPDATES = {"update_ratio"}
"""Probes of the update after a frame; the last frame has none, so the one before it is shown."""
MARKERS_UP_TO = 12  # layers; beyond that lines alone are clearer


def gradient_flow(run: Run, at: int = -1, of: str = "weight", theme: str = "light") -> go.Figure:
    """|dL/dW_k| (or |dL/ds_k| for of="state") against layer k = 1..N at row `at`, all arms.

    Log axis shared by all arms. Several seeds: the median, in a band from minimum to maximum.
    An exact zero is an open marker at the bottom; NaN leaves a gap.
    """
    return go.Figure(layer_curves_spec(run, OF[of], at, theme))


def layer_curves_spec(
    run: Run,
    probe: str = "weight_gradient",
    at: int = -1,
    theme: str = "light",
    kept: Kept = (),
    theory: Mapping[str, Array] | None = None,
) -> Spec:
    """Any probe with one value per layer, drawn like `gradient_flow`; as plain data.

    `at` is a row of the run; of a probe of the snapshots the last one until then is shown. `kept`
    are other runs by name, drawn faintly at their last step. `theory` gives what is expected of
    layers 1..N at the initial weights relative to layer N; it is pinned to that layer.
    Plain data take a tenth of the time to make that a figure takes.
    """
    curves = [*_curves(run, probe, at), *_kept_curves(kept, probe)]
    seen = np.concatenate([curve.values.ravel() for curve in curves])
    low, high = positive_range(seen)
    upright = log_axis(theme, LABELS[probe], low, high)
    if probe in LINEAR:
        low, upright = 0.0, axis(theme, LABELS[probe], range=LINEAR[probe])
    traces = [trace for curve in curves for trace in _drawn(curve, low, theme)]
    deepest = max(run.layers, *(other.layers for _, other in kept), 2)
    look = layout(
        theme,
        margin={"l": 64, "r": 124, "t": 8, "b": 44},
        xaxis=axis(theme, "layer (1 = next to the input)", range=[0.6, deepest + 0.4]),
        yaxis=upright,
        annotations=_labels(curves, upright["range"], low, theme),
        meta={"step": int(run.row_steps[at])},
    )
    return {"data": traces + _expected(run, probe, theory or {}, theme), "layout": look}


@dataclass(frozen=True)
class _Curve:
    """`values` (seeds, layers) of the layers that some arm has a value for."""

    arm: str
    layers: Layers
    values: Array
    kept: str = ""

    @property
    def name(self) -> str:
        return f"{self.kept} {self.arm}".strip()

    @property
    def title(self) -> str:
        return f"{self.kept}: {arm_label(self.arm)}" if self.kept else arm_label(self.arm)


def _curves(run: Run, probe: str, at: int, kept: str = "") -> list[_Curve]:
    values = _values(run, probe, at)
    if probe in OF_UPDATES and not np.isfinite(np.stack(list(values.values()))).any():
        values = _values(run, probe, max(at % len(run.row_steps) - 1, 0))
    layers = _measured(list(values.values()))
    return [_Curve(arm, layers, found[:, layers - 1], kept) for arm, found in values.items()]


def _kept_curves(kept: Kept, probe: str) -> list[_Curve]:
    """Runs that did not measure the probe are left out."""
    found = []
    for name, run in kept:
        if probe in {each.name for each in probes_of(run.settings.probes)}:
            found += _curves(run, probe, -1, name)
    return found


def _values(run: Run, probe: str, at: int) -> dict[str, Array]:
    return {arm: _seeds(run, arm, probe, at) for arm in run.main_arms}


def _seeds(run: Run, arm: str, probe: str, at: int) -> Array:
    """(seeds, layers 1..N)."""
    seeds = range(run.settings.seeds)
    if probe in AT_SNAPSHOTS:
        row = snapshot_row(run, at)
        return np.stack([run.snapshot(probe, arm, seed)[row, : run.layers] for seed in seeds])
    return np.stack([run.probe(probe, arm, seed)[at, : run.layers] for seed in seeds])


def snapshot_row(run: Run, at: int) -> int:
    """The row of the last snapshot taken until row `at` of the run."""
    until = np.searchsorted(run.snapshot_steps(), run.row_steps[at], side="right")
    return max(int(until) - 1, 0)


def _measured(norms: list[Array]) -> Layers:
    """The layers 1..N that some arm has a gradient for: pooling, say, has no weights."""
    known = np.isfinite(np.concatenate(norms)).any(axis=0)
    return np.flatnonzero(known | ~known.any()) + 1


def _drawn(curve: _Curve, low: float, theme: str) -> list[Spec]:
    style = arm_style(curve.arm)
    colour, log = style.colour(theme), low > 0
    median = np.median(curve.values, axis=0)
    line = {
        "type": "scatter",
        "x": curve.layers,
        "y": _positive(median) if log else median,
        "name": curve.name,
        "mode": "lines+markers" if len(curve.layers) <= MARKERS_UP_TO else "lines",
        "line": {"color": colour, "dash": style.dash, "width": 1.5 if curve.kept else 2.5},
        "opacity": 0.5 if curve.kept else 1.0,
        "marker": {"size": 5 if curve.kept else 7},
        "hovertemplate": f"{curve.title}, layer %{{x}}: %{{y:.3g}}<extra></extra>",
    }
    band = _band(curve, colour) if len(curve.values) > 1 and not curve.kept else []
    zeros = _zeros(curve, curve.layers[median == 0], low, colour) if log else []
    return [*band, line, *zeros]


def _expected(run: Run, probe: str, theory: Mapping[str, Array], theme: str) -> list[Spec]:
    """What theory expects of each arm, on the gradient of the initial weights of layer N."""
    if probe not in OF.values():
        return []
    drawn = []
    for arm in run.main_arms:
        if arm not in theory:
            continue
        last = np.median(_seeds(run, arm, probe, 0)[:, -1])
        drawn.append(
            {
                "type": "scatter",
                "x": np.arange(1, run.layers + 1),
                "y": theory[arm] * last,
                "name": f"theory {arm}",
                "mode": "lines",
                "line": {"color": arm_style(arm).colour(theme), "dash": "dot", "width": 1},
                "hovertemplate": f"theory, {arm_label(arm)}, layer %{{x}}: %{{y:.3g}}"
                "<extra></extra>",
            }
        )
    return drawn


def _positive(norms: Array) -> Array:
    """What a log axis can show; the rest becomes a gap."""
    return np.where(norms > 0, norms, np.nan)


def _zeros(curve: _Curve, layers: Layers, low: float, colour: str) -> list[Spec]:
    marks = {
        "type": "scatter",
        "x": layers,
        "y": np.full(len(layers), low),
        "name": f"{curve.name} zeros",
        "mode": "markers",
        "marker": {"symbol": "circle-open", "size": 7, "color": colour},
        "hovertemplate": f"{curve.title}, layer %{{x}}: exactly 0<extra></extra>",
    }
    return [marks] if len(layers) else []


def _band(curve: _Curve, colour: str) -> list[Spec]:
    """From the least to the largest of the seeds."""
    low, high = (_positive(ends(curve.values, axis=0)) for ends in (np.min, np.max))
    return band(curve.layers, low, high, curve.arm, colour)


def _last_seen(norms: Array, low: float) -> float:
    """Where a curve leaves the chart at the right; NaN for an arm that shows nothing."""
    last = norms[-1]
    return float(np.nan if not np.isfinite(last) else max(last, low))


def _labels(curves: list[_Curve], span: list[float], low: float, theme: str) -> list[Spec]:
    """The arms' names at the ends of their curves, moved apart where they would overlap.

    `span` is the range of the axis, in exponents on a log axis, where `low` > 0; an arm that has
    failed has no end.
    """
    bottom, top = span
    ends = [_last_seen(np.median(curve.values, axis=0), low) for curve in curves]
    heights = np.log10(np.maximum(ends, low)) if low > 0 else np.array(ends)
    shown = [each for each, end in enumerate(ends) if np.isfinite(end)]
    gone = [each for each, end in enumerate(ends) if not np.isfinite(end)]
    places = apart([(heights[each] - bottom) / (top - bottom) for each in shown])
    labels = [_label(curves[each], at, theme) for each, at in zip(shown, places, strict=True)]
    failed = [
        _label(curves[each], LABEL_GAP * (2 * place + 0.5), theme, "<br>(failed)")
        for place, each in enumerate(gone)
    ]
    return labels + failed


def _label(curve: _Curve, place: float, theme: str, note: str = "") -> Spec:
    text = curve.title if curve.kept else f"<b>{curve.title}</b>"
    return {
        "text": f"{text}{note}",
        "xref": "paper", "yref": "paper", "x": 1.01, "y": place,
        "xanchor": "left", "yanchor": "middle", "showarrow": False,
        "font": {"color": arm_style(curve.arm).colour(theme)},
    }  # fmt: skip
