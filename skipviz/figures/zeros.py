"""How exact zeros look below a log axis: a strip with a lane per curve.

A log scale has no place for 0. Drawn at its lower end, a zero looks like a small number, and the
zeros of one curve hide those of another.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skipviz.figures.style import Spec, band, grid, ink
from skipviz.language import N_, _
from skipviz.runs.zeros import ZERO, is_zero
from skipviz.types import Array

LANE = 0.052  # of the height, for the zeros of one curve
MOST = 0.4  # of the height, for all lanes
GAP = 0.025  # of the height, between the strip and the log axis
MARKER = 7  # pixels
FEW = 12  # values; beyond that a line without dots is clearer


OF_PLACE = N_("{curve}, {x}: {y}")
OF_LAYER = N_("{curve}, layer {x}: {y}")
OF_STEP = N_("{curve}, step {x}: {y}")
"""What is said of a point where a mouse stands."""


@dataclass(frozen=True)
class Lane:
    """The exact zeros of one curve: where, and what is said of each.

    `faint` marks those of some seeds only; `label` names the lane at its right end,
    in the colour `ink`.
    """

    name: str
    title: str
    x: Sequence[Any] | NDArray[Any]
    colour: str
    symbol: str
    said: Sequence[str] = ()
    faint: Sequence[bool] = ()
    label: str = ""
    ink: str = ""
    opacity: float = 1.0
    hover: str = OF_PLACE


def with_strip(spec: Spec, lanes: Iterable[Lane], theme: str) -> Spec:
    """The figure of one log axis with a strip below it, a lane per curve that has exact zeros.

    Curves without any have no lane; a figure without any is as it was. Where there is nothing but
    zeros the log axis has no numbers.
    """
    shown = [lane for lane in lanes if len(lane.x)]
    if not shown:
        return spec
    height = min(LANE * len(shown), MOST)
    look = dict(spec["layout"])
    floor = height + GAP
    nothing = not any(_has_positive(trace) for trace in spec["data"])
    look["yaxis"] = look["yaxis"] | {"domain": [floor, 1]} | (_SILENT if nothing else {})
    look["xaxis"] = look["xaxis"] | {"anchor": "y2"}
    look["yaxis2"] = _strip_axis(len(shown), height, theme)
    look["shapes"] = [*look.get("shapes", []), _ground(height, theme)]
    look["annotations"] = [
        *(_raised(each, floor) for each in look.get("annotations", [])),
        *_names(shown),
        *([_nothing_else(floor, theme)] if nothing else []),
    ]
    marks = [_marks(lane, place) for place, lane in enumerate(shown)]
    return {"data": [*spec["data"], *marks], "layout": look}


def has_strip(spec: Spec) -> bool:
    """Whether a figure shows exact zeros below its axis."""
    return "yaxis2" in spec["layout"]


def lane_place(place: int, lanes: int) -> float:
    """The middle of a lane, of the height of the chart; the first lane is on top."""
    height = min(LANE * lanes, MOST)
    return height * (1 - (place + 0.5) / lanes)


_DRAWN = {"drawn": True}
"""What is no number of its own, and not in the table behind the chart."""
_SILENT: Spec = {"showticklabels": False, "showgrid": False}


def _has_positive(trace: Spec) -> bool:
    values = np.array([y for y in trace["y"] if y is not None], dtype=np.float64)
    return bool((values > 0).any())


def _strip_axis(lanes: int, height: float, theme: str) -> Spec:
    """Its only tick says what the strip is; it stays where it is while the chart is zoomed."""
    return {
        "domain": [0, height], "anchor": "x", "range": [lanes - 0.5, -0.5], "fixedrange": True,
        "showgrid": False, "zeroline": False, "linecolor": grid(theme),
        "tickvals": [(lanes - 1) / 2], "ticktext": [_(ZERO)], "tickfont": {"size": 11},
    }  # fmt: skip


def _ground(height: float, theme: str) -> Spec:
    return {
        "type": "rect", "xref": "paper", "x0": 0, "x1": 1, "yref": "paper", "y0": 0, "y1": height,
        "fillcolor": grid(theme), "line": {"width": 0}, "layer": "below",
    }  # fmt: skip


def _raised(annotation: Spec, floor: float) -> Spec:
    """What was placed on the whole height, on what the strip leaves of it."""
    if annotation.get("yref") != "paper":
        return annotation
    return annotation | {"y": floor + (1 - floor) * annotation["y"]}


def _names(lanes: Sequence[Lane]) -> list[Spec]:
    return [
        {
            "text": lane.label, "xref": "paper", "yref": "paper", "x": 1.01,
            "y": lane_place(place, len(lanes)), "xanchor": "left", "yanchor": "middle",
            "showarrow": False, "font": {"color": lane.ink, "size": 11},
        }
        for place, lane in enumerate(lanes)
        if lane.label
    ]  # fmt: skip


def _nothing_else(floor: float, theme: str) -> Spec:
    return {
        "text": _("nothing above 0"), "xref": "paper", "yref": "paper", "x": 0.5,
        "y": (1 + floor) / 2, "xanchor": "center", "yanchor": "middle", "showarrow": False,
        "font": {"color": ink(theme)}, "opacity": 0.7,
    }  # fmt: skip


def _marks(lane: Lane, place: int) -> Spec:
    said = lane.said or [_(ZERO)] * len(lane.x)
    faint = lane.faint if len(lane.faint) else [False] * len(lane.x)
    return {
        "type": "scatter",
        "x": lane.x,
        "y": [place] * len(lane.x),
        "yaxis": "y2",
        "name": f"{lane.name} zeros",
        "mode": "markers",
        "marker": {
            "symbol": f"{lane.symbol}-open",
            "size": MARKER,
            "color": lane.colour,
            "opacity": [lane.opacity * (0.45 if some else 1) for some in faint],
            "line": {"width": 1.8},
        },
        "text": said,
        "hovertemplate": _(lane.hover, curve=lane.title, x="%{x}", y="%{text}") + "<extra></extra>",
        "showlegend": False,
        "cliponaxis": False,
        "meta": _DRAWN,
    }


def on_log(values: Array) -> Array:
    """What a log axis can show; the rest becomes a gap."""
    return np.where(values > 0, values, np.nan)


def zeros_of(values: Array, label: str = "") -> Spec:
    """What a trace says for the table behind the chart: which of its gaps are exact zeros, and what
    it is called there if not by its name."""
    places = np.flatnonzero(is_zero(values)).tolist()
    told: Spec = {"zeros": places} if places else {}
    told |= {"label": label} if label else {}
    return {"meta": told} if told else {}


def dots(shown: Array, size: float = MARKER, few: int = FEW) -> dict[str, Any]:
    """Mode and markers of a line with gaps: all points of a short one, else those without a
    neighbour, which a line alone would not show."""
    if len(shown) <= few:
        return {"mode": "lines+markers", "marker": {"size": size}}
    known = np.concatenate([[False], np.isfinite(shown), [False]])
    alone = known[1:-1] & ~known[:-2] & ~known[2:]
    if not alone.any():
        return {"mode": "lines"}
    return {"mode": "lines+markers", "marker": {"size": np.where(alone, size, 0).tolist()}}


def log_band(
    x: Any,
    low: Array,
    high: Array,
    name: str,
    colour: str,
    floor: float,
    label: str = "",
    **more: Any,
) -> list[Spec]:
    """`style.band` on a log axis: where the least is 0 it reaches down to `floor`, the axis' end.

    A floor of 0 or below stands for a linear axis, on which it is `style.band` itself.
    plotly fills the gaps of two curves as well; a band with gaps is drawn in pieces of its own.
    """
    if floor <= 0:
        return band(x, low, high, name, colour, label, **more)
    edges = (np.where(is_zero(low) & (high > 0), floor, on_log(low)), on_log(high))
    traces = band(x, *edges, name, colour, label, **more)
    lower, upper = (
        trace | zeros_of(end, trace["meta"]["label"])
        for trace, end in zip(traces, (low, high), strict=True)
    )
    known = np.isfinite(edges[0]) & np.isfinite(edges[1])
    if known.all():
        return [lower, upper]
    around, height = _pieces(np.asarray(x), *edges, known)
    area = {"x": around, "y": height, "name": f"{name} band", "fill": "toself", "meta": _DRAWN}
    return [lower, upper | {"fill": "none"}, upper | area]


def _pieces(
    x: NDArray[Any], low: Array, high: Array, known: NDArray[np.bool_]
) -> tuple[list[Any], list[float | None]]:
    """The outlines of a band wherever it is known, with None between them."""
    around: list[Any] = []
    height: list[float | None] = []
    for run in np.split(np.arange(len(x)), np.flatnonzero(np.diff(known)) + 1):
        if len(run) and known[run[0]]:
            back = run[::-1]
            around += [*x[run].tolist(), *x[back].tolist(), None]
            height += [*low[run].tolist(), *high[back].tolist(), None]
    return around, height
