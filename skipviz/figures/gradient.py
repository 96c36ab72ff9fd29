"""The gradient of every layer at one step: the chart the product is about."""

from itertools import pairwise
from typing import Any

import numpy as np
import plotly.graph_objects as go

from skipviz.arms import arm_label
from skipviz.figures.style import (
    Array,
    arm_style,
    axis,
    ink,
    layout,
    log_axis,
    positive_range,
)
from skipviz.training.run import Run

MARKERS_UP_TO = 12  # layers; beyond that lines alone are clearer
LABEL_GAP = 0.065  # of the axis, between two labels at the right edge


def gradient_flow(run: Run, at: int = -1, of: str = "weight", theme: str = "light") -> go.Figure:
    """|dL/dW_k| (or |dL/ds_k| for of="state") against layer k = 1..N at frame `at`, all arms.

    Log axis shared by all arms. Several seeds: the median, in a band from minimum to maximum.
    An exact zero is an open marker at the bottom; NaN leaves a gap.
    """
    values = {arm: _seeds(run, arm, of)[:, at] for arm in run.arms}
    low, high = positive_range(np.concatenate([v.ravel() for v in values.values()]))
    figure = go.Figure()
    ends: list[tuple[str, float]] = []
    for arm, norms in values.items():
        _draw_arm(figure, arm, norms, low, theme)
        ends.append((arm, _last_seen(np.median(norms, axis=0), low)))
    symbol = "W" if of == "weight" else "s"
    figure.update_layout(
        layout(
            theme,
            margin={"l": 64, "r": 112, "t": 8, "b": 44},
            xaxis=axis(theme, "layer (1 = next to the input)", range=_span(run.layers)),
            yaxis=log_axis(theme, f"|∂L/∂{symbol}|", low, high),
        )
    )
    figure.update_layout(annotations=_labels(ends, figure, theme))
    return figure


def _seeds(run: Run, arm: str, of: str) -> Array:
    return np.stack([run.gradient_norms(arm, of, seed) for seed in range(run.settings.seeds)])


def _span(layers: int) -> list[float]:
    return [0.6, max(layers, 2) + 0.4]


def _draw_arm(figure: go.Figure, arm: str, norms: Array, low: float, theme: str) -> None:
    """norms (seeds, layers)."""
    style = arm_style(arm)
    colour = style.colour(theme)
    layers = np.arange(1, norms.shape[1] + 1)
    median = np.median(norms, axis=0)
    if len(norms) > 1:
        figure.add_traces(_band(arm, layers, norms, colour))
    figure.add_scatter(
        x=layers,
        y=np.where(median > 0, median, np.nan),
        name=arm,
        mode="lines+markers" if len(layers) <= MARKERS_UP_TO else "lines",
        line={"color": colour, "dash": style.dash, "width": 2.5},
        marker={"size": 7},
        hovertemplate=f"{arm_label(arm)}, layer %{{x}}: %{{y:.3g}}<extra></extra>",
    )
    zeros = layers[median == 0]
    if len(zeros):
        figure.add_scatter(
            x=zeros,
            y=np.full(len(zeros), low),
            name=f"{arm} zeros",
            mode="markers",
            marker={"symbol": "circle-open", "size": 7, "color": colour},
            hovertemplate=f"{arm_label(arm)}, layer %{{x}}: exactly 0<extra></extra>",
        )


def _band(arm: str, layers: Array, norms: Array, colour: str) -> list[go.Scatter]:
    shared: dict[str, Any] = {
        "x": layers, "mode": "lines", "line": {"width": 0}, "hoverinfo": "skip"
    }  # fmt: skip
    lowest, highest = norms.min(axis=0), norms.max(axis=0)
    return [
        go.Scatter(y=np.where(lowest > 0, lowest, np.nan), name=f"{arm} minimum", **shared),
        go.Scatter(
            y=np.where(highest > 0, highest, np.nan),
            name=f"{arm} maximum",
            fill="tonexty",
            fillcolor=_faint(colour),
            **shared,
        ),
    ]


def _faint(colour: str) -> str:
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},0.16)"


def _last_seen(norms: Array, low: float) -> float:
    """Where a curve leaves the chart at the right; NaN for an arm that shows nothing."""
    last = norms[-1]
    return float(np.nan if not np.isfinite(last) else max(last, low))


def _labels(ends: list[tuple[str, float]], figure: go.Figure, theme: str) -> list[dict[str, Any]]:
    """The arms' names at the ends of their curves, moved apart where they would overlap."""
    bottom, top = figure.layout.yaxis.range
    shown = [(arm, (np.log10(end) - bottom) / (top - bottom)) for arm, end in ends if end > 0]
    gone = [arm for arm, end in ends if not end > 0]
    places = _apart([place for _, place in shown])
    labels = [_label(arm, place, theme) for (arm, _), place in zip(shown, places, strict=True)]
    failed = [_label(arm, 0.0 + LABEL_GAP * i, theme, " (failed)") for i, arm in enumerate(gone)]
    return labels + failed


def _apart(places: list[float]) -> list[float]:
    """The same places, each at least a gap above the next lower one, none above the top."""
    order = np.argsort(places)
    moved = np.array(places, dtype=np.float64)
    for lower, upper in pairwise(order):
        moved[upper] = max(moved[upper], moved[lower] + LABEL_GAP)
    overflow = max(0.0, float(moved.max(initial=0.0)) - 1.0)
    return [float(place) for place in moved - overflow]


def _label(arm: str, place: float, theme: str, note: str = "") -> dict[str, Any]:
    colour = arm_style(arm).colour(theme) if not note else ink(theme)
    return {
        "text": f"<b>{arm_label(arm)}</b>{note}",
        "xref": "paper", "yref": "paper", "x": 1.01, "y": place,
        "xanchor": "left", "yanchor": "middle", "showarrow": False, "font": {"color": colour},
    }  # fmt: skip
