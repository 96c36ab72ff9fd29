"""The curves of a chart as traces: line, dots or columns, their band, and their exact zeros."""

from collections.abc import Sequence
from itertools import cycle

import numpy as np

from skipviz.charts import Curve
from skipviz.figures.style import ArmStyle, Spec, arm_style, called, ink
from skipviz.figures.zeros import FEW, OF_PLACE, Lane, dots, log_band, on_log, zeros_of
from skipviz.language import _
from skipviz.runs.zeros import is_zero

CROWD = 60  # dots; beyond that they are small and let each other through
_THEORY = ArmStyle(ink("light"), ink("dark"), "solid")
_FREE = (
    ArmStyle("#AA4499", "#DE8CCB", "longdash", "star"),
    ArmStyle("#B8860B", "#E8C15A", "dashdot", "triangle-down"),
    ArmStyle("#4A5264", "#B9C0CE", "dot", "cross"),
    ArmStyle("#882255", "#D0708F", "longdashdot", "pentagon"),
    ArmStyle("#44AA99", "#7FD6C8", "solid", "hexagon"),
)
"""For curves that are no arm: hues of Tol's and Okabe and Ito's sets not used for arms."""


def styles_of(curves: Sequence[Curve]) -> list[ArmStyle]:
    """One per curve; those without a style take the free colours in turn."""
    free = cycle(_FREE)
    return [
        _THEORY if c.mode == "theory" else arm_style(c.style) if c.style else next(free)
        for c in curves
    ]


def curve_traces(curve: Curve, style: ArmStyle, floor: float, theme: str) -> list[Spec]:
    """Its band, if any, and itself. `floor` is the lower end of a log axis, 0 on a linear one."""
    colour = style.colour(theme)
    y = on_log(curve.y) if floor else curve.y
    shared: Spec = {
        "x": curve.x,
        "y": y,
        "name": curve.trace,
        "hovertemplate": _(OF_PLACE, curve=curve.label, x="%{x}", y="%{y:.3g}") + "<extra></extra>",
        **(zeros_of(curve.y, curve.label) if floor else called(curve.label)),
    }
    if curve.mode == "steps":
        return [shared | {"type": "bar", "marker": {"color": colour}}]
    if curve.mode == "dots":
        return [shared | _dots(curve, style, colour) | error_bars(curve, colour, width=0)]
    thin = curve.mode == "theory"
    points = dots(y, size=6, few=0 if thin else FEW)
    look: Spec = {"symbol": style.symbol, "color": colour}
    line = {"color": colour, "dash": style.dash, "width": 1 if thin else 2.5}
    more = points | {"line": line, "marker": look | points.get("marker", {})}
    return [*_band(curve, floor, colour), shared | {"type": "scatter"} | more]


def error_bars(curve: Curve, colour: str, **more: object) -> Spec:
    """From the least to the largest seed, upright; nothing where there is one seed."""
    if curve.low is None or curve.high is None:
        return {}
    ends = {"array": curve.high - curve.y, "arrayminus": curve.y - curve.low}
    look = {"type": "data", "symmetric": False, "color": colour}
    return {"error_y": look | ends | more}


def lane_of(
    curve: Curve, x: Sequence[object], style: ArmStyle, theme: str, label: str = ""
) -> Lane:
    """The exact zeros of a curve at the places `x`; `label` names the lane at its right end."""
    places = [x[k] for k in np.flatnonzero(is_zero(curve.y)).tolist()]
    colour, ink = style.colour(theme), style.text(theme)
    return Lane(curve.trace, curve.label, places, colour, style.symbol, label=label, ink=ink)


def _dots(curve: Curve, style: ArmStyle, colour: str) -> Spec:
    size, opacity = (9, 1.0) if len(curve.x) <= CROWD else (6, 0.75)
    look = {"size": size, "color": colour, "symbol": style.symbol, "opacity": opacity}
    return {"type": "scatter", "mode": "markers", "marker": look}


def _band(curve: Curve, floor: float, colour: str) -> list[Spec]:
    """Nothing where all seeds are the same."""
    if curve.low is None or curve.high is None or np.array_equal(curve.low, curve.high):
        return []
    return log_band(curve.x, curve.low, curve.high, curve.trace, colour, floor, curve.label)
