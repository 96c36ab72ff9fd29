"""Results of the Learn page as plotly figures: lines, bars and heat maps."""

from itertools import cycle

import numpy as np

from skipviz.figures.style import (
    ArmStyle,
    Array,
    Spec,
    arm_style,
    axis,
    band,
    colour_scale,
    decade_ticks,
    ink,
    layout,
    log_axis,
    positive_range,
)
from skipviz.learn.results import Bars, Curve, Figure, Guide, Heat, Lines

_FREE = (
    ArmStyle("#AA4499", "#DE8CCB", "longdash"),
    ArmStyle("#B8860B", "#E8C15A", "dashdot"),
    ArmStyle("#4A5264", "#B9C0CE", "dot"),
    ArmStyle("#882255", "#D0708F", "longdashdot"),
    ArmStyle("#44AA99", "#7FD6C8", "solid"),
)
"""For curves that are no arm: hues of Tol's and Okabe and Ito's sets not used for arms."""
_LEGEND = {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom", "xanchor": "left"}
_MARGIN = {"l": 64, "r": 14, "t": 34, "b": 44}
_OTHER_AXIS = {"x": "y", "y": "x"}
_DOTS_UP_TO = 12  # values; beyond that a line alone is clearer


def learn_spec(figure: Figure, theme: str = "light") -> Spec:
    """A figure of a result as plain data; a legend above names the curves."""
    match figure:
        case Lines():
            return _lines(figure, theme)
        case Bars():
            return _bars(figure, theme)
        case Heat():
            return _heat(figure, theme)


def _styles(curves: tuple[Curve, ...]) -> list[ArmStyle]:
    free = cycle(_FREE)
    return [arm_style(curve.style) if curve.style else next(free) for curve in curves]


def _lines(figure: Lines, theme: str) -> Spec:
    values = np.concatenate([_all(curve) for curve in figure.curves])
    low, high = positive_range(values)
    bottom = 10.0 ** np.floor(np.log10(low))
    styles = _styles(figure.curves)
    traces = [
        trace
        for curve, style in zip(figure.curves, styles, strict=True)
        for trace in _curve(curve, style, theme, bottom if figure.log_y else None)
    ]
    upright = (
        log_axis(theme, figure.y_title, low, high) if figure.log_y else axis(theme, figure.y_title)
    )
    look = layout(
        theme,
        margin=_MARGIN,
        showlegend=True,
        legend=_LEGEND,
        xaxis=axis(theme, figure.x_title),
        yaxis=upright,
        **_guides(figure.guides, theme),
    )
    return {"data": traces, "layout": look}


def _all(curve: Curve) -> Array:
    bands = [band for band in (curve.low, curve.high) if band is not None]
    return np.concatenate([curve.y, *bands])


def _curve(curve: Curve, style: ArmStyle, theme: str, low: float | None) -> list[Spec]:
    """`low` is the bottom of a log axis, None on a linear one."""
    colour = style.colour(theme)
    shown = curve.y if low is None else np.where(curve.y > 0, curve.y, np.nan)
    with_dots = "lines+markers" if len(curve.x) <= _DOTS_UP_TO else "lines"
    line = {
        "type": "scatter",
        "x": curve.x,
        "y": shown,
        "name": curve.label,
        "mode": "markers" if curve.dots else with_dots,
        "line": {"color": colour, "dash": style.dash, "width": 2.5},
        "marker": {"size": 6, "color": colour, "opacity": 0.75 if curve.dots else 1},
        "hovertemplate": f"{curve.label}, %{{x}}: %{{y:.3g}}<extra></extra>",
    }
    zeros = curve.x[curve.y == 0] if low is not None else np.empty(0)
    return [*_band(curve, colour), line, *_zeros(curve.label, zeros, low, colour)]


def _band(curve: Curve, colour: str) -> list[Spec]:
    if curve.low is None or curve.high is None:
        return []
    return band(curve.x, curve.low, curve.high, curve.label, colour)


def _zeros(label: str, at: Array, low: float | None, colour: str) -> list[Spec]:
    if not len(at):
        return []
    return [
        {
            "type": "scatter",
            "x": at,
            "y": np.full(len(at), low),
            "name": f"{label}: exactly 0",
            "mode": "markers",
            "marker": {"symbol": "circle-open", "size": 9, "color": colour, "line": {"width": 2}},
            "hovertemplate": f"{label}, %{{x}}: exactly 0<extra></extra>",
        }
    ]


def _guides(guides: tuple[Guide, ...], theme: str) -> Spec:
    return {
        "shapes": [_guide_line(guide, theme) for guide in guides],
        "annotations": [_guide_label(guide, guide is not guides[-1]) for guide in guides],
    }


def _guide_line(guide: Guide, theme: str) -> Spec:
    along, across = guide.axis, _OTHER_AXIS[guide.axis]
    return {
        "type": "line",
        "layer": "below",
        "opacity": 0.7,
        "line": {"color": ink(theme), "width": 1, "dash": "dot"},
        f"{along}0": guide.at,
        f"{along}1": guide.at,
        f"{across}0": 0,
        f"{across}1": 1,
        f"{along}ref": along,
        f"{across}ref": "paper",
    }


def _guide_label(guide: Guide, another_follows: bool) -> Spec:
    """Upright guides are named beside their top; away from the next one, so that both fit."""
    place: Spec = {"x": 1, "xanchor": "right", "yanchor": "bottom"}
    if guide.axis == "x":
        place = {"y": 1, "xanchor": "right" if another_follows else "left", "yanchor": "top"}
    return {
        "text": guide.label,
        "showarrow": False,
        "font": {"size": 11},
        guide.axis: guide.at,
        f"{guide.axis}ref": guide.axis,
        f"{_OTHER_AXIS[guide.axis]}ref": "paper",
    } | place


def _bars(figure: Bars, theme: str) -> Spec:
    traces = [
        _bar(series, style, figure.categories, theme)
        for series, style in zip(figure.series, _styles(figure.series), strict=True)
    ]
    low, high = positive_range(np.concatenate([s.y for s in figure.series]))
    upright = axis(theme, figure.y_title, rangemode="tozero")
    if figure.log_y:
        upright = log_axis(theme, figure.y_title, low, high)
    look = layout(
        theme,
        margin=_MARGIN,
        showlegend=len(figure.series) > 1,
        legend=_LEGEND,
        barmode="group",
        bargap=0.25,
        xaxis=axis(theme, figure.x_title, type="category", showgrid=False),
        yaxis=upright,
        **_guides(figure.guides, theme),
    )
    return {"data": traces, "layout": look}


def _bar(series: Curve, style: ArmStyle, categories: tuple[str, ...], theme: str) -> Spec:
    bar: Spec = {
        "type": "bar",
        "x": list(categories),
        "y": series.y,
        "name": series.label,
        "marker": {"color": style.colour(theme)},
        "hovertemplate": f"%{{x}}, {series.label}: %{{y:.3g}}<extra></extra>",
    }
    if series.low is not None and series.high is not None:
        bar["error_y"] = {
            "type": "data", "symmetric": False, "array": series.high - series.y,
            "arrayminus": series.y - series.low, "color": ink(theme), "thickness": 1.2,
        }  # fmt: skip
    return bar


def _heat(figure: Heat, theme: str) -> Spec:
    """Exact zeros have no logarithm and stay empty."""
    with np.errstate(divide="ignore"):
        logs = np.log10(figure.values)
    low, high = positive_range(figure.values.ravel())
    ticks = decade_ticks(int(np.floor(np.log10(low))), int(np.ceil(np.log10(high))), most=6)
    heat = {
        "type": "heatmap",
        "x": np.arange(figure.x_first, figure.x_first + logs.shape[1]),
        "y": np.arange(1, len(logs) + 1),
        "z": np.where(np.isfinite(logs), logs, np.nan).astype(np.float32),
        "name": figure.y_title,
        "colorscale": colour_scale(),
        "colorbar": {
            "tickvals": np.log10(ticks["tickvals"]), "ticktext": ticks["ticktext"],
            "thickness": 10, "outlinewidth": 0,
        },
        "hovertemplate": f"{figure.y_title} %{{y}}, {figure.x_title} %{{x}}<extra></extra>",
    }  # fmt: skip
    look = layout(
        theme,
        xaxis=axis(theme, figure.x_title, showgrid=False),
        yaxis=axis(theme, figure.y_title, showgrid=False, dtick=1 if len(logs) < 12 else None),
    )
    return {"data": [heat], "layout": look}
