"""Charts as plotly figures: lines, bars and heat maps."""

from itertools import cycle

import numpy as np

from skipviz.charts import Bars, Curve, Figure, Guide, Heat, Lines
from skipviz.figures.style import (
    ArmStyle,
    Array,
    Spec,
    arm_style,
    axis,
    band,
    decade_ticks,
    ink,
    layout,
    log_axis,
    positive_range,
)
from skipviz.figures.zeros import (
    Lane,
    dots,
    log_band,
    log_colours_of,
    on_log,
    size_texts,
    with_strip,
    zeros_of,
)
from skipviz.training.zeros import is_zero

_FREE = (
    ArmStyle("#AA4499", "#DE8CCB", "longdash", "star"),
    ArmStyle("#B8860B", "#E8C15A", "dashdot", "triangle-down"),
    ArmStyle("#4A5264", "#B9C0CE", "dot", "cross"),
    ArmStyle("#882255", "#D0708F", "longdashdot", "pentagon"),
    ArmStyle("#44AA99", "#7FD6C8", "solid", "hexagon"),
)
"""For curves that are no arm: hues of Tol's and Okabe and Ito's sets not used for arms."""
_LEGEND = {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom", "xanchor": "left"}
_MARGIN = {"l": 64, "r": 14, "t": 34, "b": 44}
_OTHER_AXIS = {"x": "y", "y": "x"}


def chart_spec(figure: Figure, theme: str = "light") -> Spec:
    """A chart as plain data; a legend above names the curves."""
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
    upright = axis(theme, figure.y_title)
    if figure.log_y:
        upright = log_axis(theme, figure.y_title, *positive_range(values))
    floor = 10.0 ** upright["range"][0] if figure.log_y else 0.0
    styles = _styles(figure.curves)
    traces = [
        trace
        for curve, style in zip(figure.curves, styles, strict=True)
        for trace in _curve(curve, style, theme, floor)
    ]
    look = layout(
        theme,
        margin=_MARGIN,
        showlegend=True,
        legend=_LEGEND,
        xaxis=axis(theme, figure.x_title),
        yaxis=upright,
        **_guides(figure.guides, theme),
    )
    return with_strip({"data": traces, "layout": look}, _lanes(figure, theme), theme)


def _all(curve: Curve) -> Array:
    bands = [band for band in (curve.low, curve.high) if band is not None]
    return np.concatenate([curve.y, *bands])


def _curve(curve: Curve, style: ArmStyle, theme: str, floor: float) -> list[Spec]:
    """`floor` is the lower end of a log axis, 0 on a linear one."""
    colour = style.colour(theme)
    shown = on_log(curve.y) if floor else curve.y
    points: Spec = {"mode": "markers"} if curve.dots else dots(shown, size=6)
    look: Spec = {
        "size": 6,
        "symbol": style.symbol,
        "color": colour,
        "opacity": 0.75 if curve.dots else 1,
    }
    line = {
        "type": "scatter",
        "x": curve.x,
        "y": shown,
        "name": curve.label,
        "line": {"color": colour, "dash": style.dash, "width": 2.5},
        "hovertemplate": f"{curve.label}, %{{x}}: %{{y:.3g}}<extra></extra>",
        **points,
        "marker": look | points.get("marker", {}),
        **(zeros_of(curve.y) if floor else {}),
    }
    return [*_band(curve, colour, floor), line]


def _band(curve: Curve, colour: str, floor: float) -> list[Spec]:
    if curve.low is None or curve.high is None:
        return []
    if not floor:
        return band(curve.x, curve.low, curve.high, curve.label, colour)
    return log_band(curve.x, curve.low, curve.high, curve.label, colour, floor)


def _lanes(figure: Lines | Bars, theme: str) -> list[Lane]:
    """The exact zeros of every curve or series on a log axis."""
    if not figure.log_y:
        return []
    curves = figure.series if isinstance(figure, Bars) else figure.curves
    return [
        Lane(
            curve.label,
            curve.label,
            [x for x, zero in zip(_places(figure, curve), is_zero(curve.y), strict=True) if zero],
            style.colour(theme),
            style.symbol,
        )
        for curve, style in zip(curves, _styles(curves), strict=True)
    ]


def _places(figure: Lines | Bars, curve: Curve) -> list[object]:
    return list(figure.categories) if isinstance(figure, Bars) else curve.x.tolist()


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
        _bar(series, style, figure, theme)
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
    return with_strip({"data": traces, "layout": look}, _lanes(figure, theme), theme)


def _bar(series: Curve, style: ArmStyle, figure: Bars, theme: str) -> Spec:
    bar: Spec = {
        "type": "bar",
        "x": list(figure.categories),
        "y": on_log(series.y) if figure.log_y else series.y,
        "name": series.label,
        "marker": {"color": style.colour(theme)},
        "hovertemplate": f"%{{x}}, {series.label}: %{{y:.3g}}<extra></extra>",
        **(zeros_of(series.y) if figure.log_y else {}),
    }
    if series.low is not None and series.high is not None:
        bar["error_y"] = {
            "type": "data", "symmetric": False, "array": series.high - series.y,
            "arrayminus": series.y - series.low, "color": ink(theme), "thickness": 1.2,
        }  # fmt: skip
    return bar


def _heat(figure: Heat, theme: str) -> Spec:
    rows, columns = figure.values.shape
    low, high = positive_range(figure.values.ravel())
    ticks = decade_ticks(int(np.floor(np.log10(low))), int(np.ceil(np.log10(high))), most=6)
    heat = {
        "type": "heatmap",
        "x": np.arange(figure.x_first, figure.x_first + columns),
        "y": np.arange(1, rows + 1),
        "name": figure.y_title,
        "text": size_texts(figure.values),
        "hovertemplate": f"{figure.y_title} %{{y}}, {figure.x_title} %{{x}}: %{{text}}"
        "<extra></extra>",
        **log_colours_of(figure.values, low, high, ticks),
    }
    look = layout(
        theme,
        xaxis=axis(theme, figure.x_title, showgrid=False),
        yaxis=axis(theme, figure.y_title, showgrid=False, dtick=1 if rows < 12 else None),
    )
    return {"data": [heat], "layout": look}
