"""The gradient of every layer at one step: the chart the product is about."""

from itertools import pairwise

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from skipviz.arms import arm_label
from skipviz.figures.style import (
    Array,
    Spec,
    arm_style,
    axis,
    layout,
    log_axis,
    positive_range,
)
from skipviz.probes.catalogue import PROBES
from skipviz.training.run import OF, Run

Layers = NDArray[np.int64]

LABELS = {probe.name: probe.label for probe in PROBES}
MARKERS_UP_TO = 12  # layers; beyond that lines alone are clearer
LABEL_GAP = 0.065  # of the axis, between two labels at the right edge


def gradient_flow(run: Run, at: int = -1, of: str = "weight", theme: str = "light") -> go.Figure:
    """|dL/dW_k| (or |dL/ds_k| for of="state") against layer k = 1..N at row `at`, all arms.

    Log axis shared by all arms. Several seeds: the median, in a band from minimum to maximum.
    An exact zero is an open marker at the bottom; NaN leaves a gap.
    """
    return go.Figure(layer_curves_spec(run, OF[of], at, theme))


def layer_curves_spec(
    run: Run, probe: str = "weight_gradient", at: int = -1, theme: str = "light"
) -> Spec:
    """Any probe of every step against the layer, drawn like `gradient_flow`.

    Plain data take a tenth of the time to make that a figure takes.
    """
    values = {arm: _seeds(run, arm, probe)[:, at] for arm in run.arms}
    layers = _measured(list(values.values()))
    values = {arm: norms[:, layers - 1] for arm, norms in values.items()}
    low, high = positive_range(np.concatenate([v.ravel() for v in values.values()]))
    traces = [trace for arm, v in values.items() for trace in _arm(arm, layers, v, low, theme)]
    upright = log_axis(theme, LABELS[probe], low, high)
    ends = [(arm, _last_seen(np.median(v, axis=0), low)) for arm, v in values.items()]
    look = layout(
        theme,
        margin={"l": 64, "r": 124, "t": 8, "b": 44},
        xaxis=axis(theme, "layer (1 = next to the input)", range=_span(run.layers)),
        yaxis=upright,
        annotations=_labels(ends, upright["range"], theme),
        meta={"step": int(run.row_steps[at])},
    )
    return {"data": traces, "layout": look}


def _seeds(run: Run, arm: str, probe: str) -> Array:
    """(seeds, rows, layers 1..N)."""
    seeds = range(run.settings.seeds)
    return np.stack([run.probe(probe, arm, seed)[:, : run.layers] for seed in seeds])


def _measured(norms: list[Array]) -> Layers:
    """The layers 1..N that some arm has a gradient for: pooling, say, has no weights."""
    known = np.isfinite(np.concatenate(norms)).any(axis=0)
    return np.flatnonzero(known | ~known.any()) + 1


def _span(layers: int) -> list[float]:
    return [0.6, max(layers, 2) + 0.4]


def _arm(arm: str, layers: Layers, norms: Array, low: float, theme: str) -> list[Spec]:
    """norms (seeds, layers)."""
    style = arm_style(arm)
    colour = style.colour(theme)
    median = np.median(norms, axis=0)
    curve = {
        "type": "scatter",
        "x": layers,
        "y": _positive(median),
        "name": arm,
        "mode": "lines+markers" if len(layers) <= MARKERS_UP_TO else "lines",
        "line": {"color": colour, "dash": style.dash, "width": 2.5},
        "marker": {"size": 7},
        "hovertemplate": f"{arm_label(arm)}, layer %{{x}}: %{{y:.3g}}<extra></extra>",
    }
    band = _band(arm, layers, norms, colour) if len(norms) > 1 else []
    return [*band, curve, *_zeros(arm, layers[median == 0], low, colour)]


def _positive(norms: Array) -> Array:
    """What a log axis can show; the rest becomes a gap."""
    return np.where(norms > 0, norms, np.nan)


def _zeros(arm: str, layers: Layers, low: float, colour: str) -> list[Spec]:
    marks = {
        "type": "scatter",
        "x": layers,
        "y": np.full(len(layers), low),
        "name": f"{arm} zeros",
        "mode": "markers",
        "marker": {"symbol": "circle-open", "size": 7, "color": colour},
        "hovertemplate": f"{arm_label(arm)}, layer %{{x}}: exactly 0<extra></extra>",
    }
    return [marks] if len(layers) else []


def _band(arm: str, layers: Layers, norms: Array, colour: str) -> list[Spec]:
    shared: Spec = {
        "type": "scatter", "x": layers, "mode": "lines", "line": {"width": 0}, "hoverinfo": "skip"
    }  # fmt: skip
    fill = {"fill": "tonexty", "fillcolor": _faint(colour)}
    return [
        shared | {"y": _positive(norms.min(axis=0)), "name": f"{arm} minimum"},
        shared | {"y": _positive(norms.max(axis=0)), "name": f"{arm} maximum"} | fill,
    ]


def _faint(colour: str) -> str:
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},0.16)"


def _last_seen(norms: Array, low: float) -> float:
    """Where a curve leaves the chart at the right; NaN for an arm that shows nothing."""
    last = norms[-1]
    return float(np.nan if not np.isfinite(last) else max(last, low))


def _labels(ends: list[tuple[str, float]], span: list[float], theme: str) -> list[Spec]:
    """The arms' names at the ends of their curves, moved apart where they would overlap.

    `span` holds the exponents the axis reaches from and to; an arm that has failed has no end.
    """
    bottom, top = span
    shown = [(arm, (np.log10(end) - bottom) / (top - bottom)) for arm, end in ends if end > 0]
    gone = [arm for arm, end in ends if not end > 0]
    places = _apart([place for _, place in shown])
    labels = [_label(arm, place, theme) for (arm, _), place in zip(shown, places, strict=True)]
    failed = [_label(arm, LABEL_GAP * i, theme, " (failed)") for i, arm in enumerate(gone)]
    return labels + failed


def _apart(places: list[float]) -> list[float]:
    """The same places, each at least a gap above the next lower one, none above the top."""
    order = np.argsort(places)
    moved = np.array(places, dtype=np.float64)
    for lower, upper in pairwise(order):
        moved[upper] = max(moved[upper], moved[lower] + LABEL_GAP)
    overflow = max(0.0, float(moved.max(initial=0.0)) - 1.0)
    return [float(place) for place in moved - overflow]


def _label(arm: str, place: float, theme: str, note: str = "") -> Spec:
    colour = arm_style(arm).colour(theme)
    return {
        "text": f"<b>{arm_label(arm)}</b>{note}",
        "xref": "paper", "yref": "paper", "x": 1.01, "y": place,
        "xanchor": "left", "yanchor": "middle", "showarrow": False, "font": {"color": colour},
    }  # fmt: skip
