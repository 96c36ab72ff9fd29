"""Layers against steps: how the gradient of every layer went over the whole run."""

from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray
from plotly.subplots import make_subplots

from skipviz.arms import arm_label
from skipviz.figures.style import (
    CIVIDIS,
    Array,
    axis,
    decade_ticks,
    layout,
    positive_range,
    thinned,
)
from skipviz.training.run import Run

COLUMNS = 300
LEVELS = 254  # of a byte; 255 is for what cannot be shown


def gradient_heatmap(run: Run, of: str = "weight", theme: str = "light") -> go.Figure:
    """log10 of the gradient, layers × steps, a panel per arm on ONE shared colour scale.

    Long runs are thinned to 300 steps. Values are quantised to a byte each for the browser.
    """
    rows = thinned(len(run.row_steps), COLUMNS)
    steps = run.row_steps[rows]
    norms = {arm: run.gradient_norms(arm, of)[rows].T for arm in run.arms}
    low, high = positive_range(np.concatenate([n.ravel() for n in norms.values()]))
    figure = make_subplots(rows=len(norms), cols=1, shared_xaxes=True, vertical_spacing=0.06)
    for row, (arm, values) in enumerate(norms.items(), start=1):
        figure.add_trace(_panel(arm, steps, values, low, high), row=row, col=1)
        figure.update_yaxes(**axis(theme, ""), row=row, col=1)
    figure.update_xaxes(**axis(theme, ""), showgrid=False)
    figure.update_xaxes(title={"text": "step", "standoff": 6}, row=len(norms), col=1)
    figure.update_layout(layout(theme, coloraxis=_colour_axis(low, high)))
    figure.update_layout(annotations=_names(figure, list(norms)))
    return figure


def _panel(arm: str, steps: NDArray[np.int64], norms: Array, low: float, high: float) -> go.Heatmap:
    """norms (layers, steps)."""
    return go.Heatmap(
        x=steps,
        y=np.arange(1, len(norms) + 1),
        z=_quantised(norms, low, high),
        name=arm,
        coloraxis="coloraxis",
        hovertemplate=f"{arm_label(arm)}, layer %{{y}}, step %{{x}}<extra></extra>",
    )


def _quantised(norms: Array, low: float, high: float) -> NDArray[np.uint8]:
    """Level 0 (low, and exact zero) to 254 (high) on a log scale; 255 for NaN and infinities."""
    floor = np.log10(low)
    span = max(np.log10(high) - floor, 1e-9)
    with np.errstate(divide="ignore", invalid="ignore"):
        level = (np.log10(norms) - floor) / span * LEVELS
    level = np.nan_to_num(np.clip(level, 0, LEVELS), nan=0.0)
    return np.where(np.isfinite(norms), np.round(level), 255).astype(np.uint8)


def _colour_axis(low: float, high: float) -> dict[str, Any]:
    """The colour bar with powers of ten at the right levels; grey for what cannot be shown."""
    bottom, top = np.log10(low), np.log10(high)
    ticks = decade_ticks(int(np.ceil(bottom)), int(np.floor(top)), most=5)
    levels = [
        (np.log10(tick) - bottom) / max(top - bottom, 1e-9) * LEVELS for tick in ticks["tickvals"]
    ]
    scale = [[i / (len(CIVIDIS) - 1) * 0.995, colour] for i, colour in enumerate(CIVIDIS)]
    return {
        "cmin": 0,
        "cmax": 255,
        "colorscale": [*scale, [0.9951, "#9a9a9a"], [1.0, "#9a9a9a"]],
        "colorbar": {
            "tickvals": levels,
            "ticktext": ticks["ticktext"],
            "thickness": 10,
            "outlinewidth": 0,
            "len": 1.0,
        },
    }


def _names(figure: go.Figure, arms: list[str]) -> list[dict[str, Any]]:
    places = [
        figure.layout["yaxis" if row == 0 else f"yaxis{row + 1}"].domain[1]
        for row in range(len(arms))
    ]
    return [
        {
            "text": f"<b>{arm_label(arm)}</b>", "font": {"color": "#ffffff", "size": 12},
            "bgcolor": "rgba(20,24,34,0.55)", "borderpad": 2, "showarrow": False,
            "xref": "paper", "yref": "paper", "x": 0.005, "y": place - 0.01,
            "xanchor": "left", "yanchor": "top",
        }
        for arm, place in zip(arms, places, strict=True)
    ]  # fmt: skip
