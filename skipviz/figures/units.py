"""The plane as the units of one layer see it."""

import numpy as np
from numpy.typing import NDArray

from skipviz.data.plane import CELLS, plane_axis
from skipviz.data.split import Split
from skipviz.figures.attribution import diverging
from skipviz.figures.style import Spec, axis, layout
from skipviz.language import _
from skipviz.runs.requests import UnitMaps
from skipviz.types import Array

ACROSS = 6
GAP = 0.02  # of the width, between two maps


def unit_maps_spec(maps: UnitMaps, split: Split, theme: str = "light") -> Spec:
    """A small map per unit on ONE scale: blue where its state is positive, orange below zero."""
    along = plane_axis(split)
    most = float(np.nanmax(np.abs(maps.states), initial=1e-9))
    rows = -(-len(maps.states) // ACROSS)
    traces = [_map(unit, values.reshape(CELLS, CELLS), along)
              for unit, values in enumerate(maps.states, start=1)]  # fmt: skip
    axes: Spec = {}
    for place in range(len(maps.states)):
        across, down = place % ACROSS, place // ACROSS
        quiet = {"showticklabels": False, "showgrid": False, "ticks": ""}
        axes[f"xaxis{place + 1}"] = axis(theme, "", domain=_span(across, ACROSS), **quiet) | {
            "anchor": f"y{place + 1}"
        }
        axes[f"yaxis{place + 1}"] = axis(
            theme, "", domain=_span(rows - 1 - down, rows), anchor=f"x{place + 1}", **quiet
        )
    scale = {
        "cmin": -most, "cmax": most, "colorscale": diverging(theme),
        "colorbar": {"thickness": 10, "outlinewidth": 0},
    }  # fmt: skip
    look = layout(
        theme,
        margin={"l": 8, "r": 60, "t": 8, "b": 8},
        coloraxis=scale,
        meta={"step": maps.step},
        **axes,
    )
    return {"data": traces, "layout": look}


def _span(place: int, places: int) -> list[float]:
    width = (1 - GAP * (places - 1)) / places
    start = place * (width + GAP)
    return [start, min(start + width, 1.0)]


def _map(unit: int, values: Array, along: NDArray[np.float32]) -> Spec:
    number = "" if unit == 1 else str(unit)
    return {
        "type": "heatmap",
        "x": along,
        "y": along,
        "z": values.astype(np.float32),
        "name": _("unit {unit}", unit=unit),
        "coloraxis": "coloraxis",
        "xaxis": f"x{number}",
        "yaxis": f"y{number}",
        "hovertemplate": _(
            "unit {unit} at ({x}, {y}): {z}",
            unit=unit,
            x="%{x:.2f}",
            y="%{y:.2f}",
            z="%{z:.3g}",
        )
        + "<extra></extra>",
    }
