"""Charts (`skipviz.charts`) as plotly figures: curves, bars and heat maps."""

from typing import Literal, assert_never

import numpy as np

from skipviz.charts import Axis, Bar, Bars, Chart, Curve, Heat, LabelledBars, Lines, Mark
from skipviz.figures.curves import curve_traces, error_bars, lane_of, styles_of
from skipviz.figures.log_colours import log_colours_of, size_texts
from skipviz.figures.style import (
    LABEL_GAP,
    LEGEND,
    ArmStyle,
    Spec,
    apart,
    arm_style,
    as_before,
    axis,
    called,
    decade_ticks,
    ink,
    layout,
    level_name,
    line_at,
    log_axis,
    positive_range,
    room_beside,
)
from skipviz.figures.zeros import OF_PLACE, on_log, with_strip, zeros_of
from skipviz.language import _, again_within
from skipviz.runs.zeros import is_zero
from skipviz.text import in_two_lines
from skipviz.types import Array

Names = Literal["legend", "ends"]
HEIGHT = 330  # pixels
BESIDE = 14  # letters of a name that there is room for beside a chart, on a phone too
ROW = 46  # pixels per lying bar, with its label above it
_BELOW_LEGEND = {"l": 64, "t": 34, "b": 44}


def chart_spec(chart: Chart, theme: str = "light", names: Names = "legend") -> Spec:
    """A chart as plain data, in the language of this context, wherever it was made.

    Curves are named in a legend above, or at their right ends.
    """
    match again_within(chart):
        case Lines() as lines:
            return _lines(lines, theme, names)
        case Bars() as bars:
            return _bars(bars, theme)
        case LabelledBars() as bars:
            return _labelled_bars(bars, theme)
        case Heat() as heat:
            return _heat(heat, theme)
        case other:
            assert_never(other)


def chart_height(chart: Chart) -> int:
    """Pixels it wants."""
    return 84 + ROW * len(chart.bars) if isinstance(chart, LabelledBars) else HEIGHT


def _lines(chart: Lines, theme: str, names: Names) -> Spec:
    upright = _upright(chart, theme)
    floor = 10.0 ** upright["range"][0] if chart.y.log else 0.0
    styles = styles_of(chart.curves)
    drawn = list(zip(chart.curves, styles, strict=True))
    beside = _level_names(chart.marks, chart.y.log)
    margin = _BELOW_LEGEND | {"r": room_beside(beside, 14)}
    above = {"margin": margin, "showlegend": True, "legend": LEGEND}
    if names == "ends":
        beside = _end_labels(chart, styles, beside, upright["range"], theme)
    at_end = {"margin": {"l": 64, "r": 118 if beside else 16, "t": 8, "b": 44}}
    look = layout(
        theme,
        xaxis=_along(chart, theme),
        yaxis=upright,
        **_marked(chart.marks, beside, theme),
        **(at_end if names == "ends" else above),
    )
    lanes = [
        lane_of(curve, curve.x.tolist(), style, theme, curve.label if names == "ends" else "")
        for curve, style in drawn
        if chart.y.log
    ]
    traces = [trace for curve, style in drawn for trace in curve_traces(curve, style, floor, theme)]
    return with_strip({"data": traces, "layout": look}, lanes, theme)


def _upright(chart: Lines, theme: str) -> Spec:
    values = _seen(chart.curves, chart.marks)
    if chart.y.log:
        return log_axis(theme, chart.y.title, *positive_range(values, decades=1))
    return axis(theme, chart.y.title, range=_range(chart.y, values, 0.04))


def _seen(curves: tuple[Curve, ...], marks: tuple[Mark, ...]) -> Array:
    """All values upright: of curves, of their bands and of marks."""
    levels = np.array([mark.at for mark in marks if mark.axis == "y"], np.float64)
    found = [each for c in curves for each in (c.y, c.low, c.high) if each is not None]
    return np.concatenate([levels, *found])


def _along(chart: Lines, theme: str) -> Spec:
    scale, found = chart.x, [curve.x for curve in chart.curves]
    places = np.unique(np.concatenate([*found, np.empty(0)]))
    if scale.log and len(places):
        ends = [float(np.log10(places[0])) - 0.05, float(np.log10(places[-1])) + 0.05]
        ticks = {"tickvals": places, "ticktext": [f"{place:g}" for place in places]}
        return axis(theme, scale.title, type="log", range=ends, **ticks)
    return axis(theme, scale.title, range=_range(scale, places, 0.02))


def _range(scale: Axis, values: Array, room: float) -> list[float]:
    """The fixed span of a linear axis, or what holds all values, and so much room around it."""
    known = values[np.isfinite(values)]
    known = np.append(known, 0.0) if scale.from_zero or not len(known) else known
    low, high = scale.span or (float(known.min()), float(known.max()))
    around = room * (high - low) or 0.5
    return [low - around, high + around]


def _end_labels(
    chart: Lines, styles: list[ArmStyle], levels: list[Spec], span: list[float], theme: str
) -> list[Spec]:
    """The names of the curves at their right ends, moved apart where they would overlap, and
    those of levels among them.

    Theory and columns have none; nothing but exact zeros is named beside its lane.
    """
    named = [
        (curve, _end_label(curve, chart.y.log, style.text(theme)))
        for curve, style in zip(chart.curves, styles, strict=True)
        if curve.mode not in ("theory", "steps") and not _only_lane(curve, chart.y.log)
    ]
    labels, (bottom, top) = [*(label for __, label in named), *levels], span
    lines = 1.4 if any("<br>" in label["text"] for label in labels) else 1
    heights = np.clip([(label["y"] - bottom) / (top - bottom) for label in labels], 0.0, 1.0)
    along = [_mean(curve, chart.y.log) for curve, __ in named] + [name["y"] for name in levels]
    places = apart(as_before(heights.tolist(), along), lines * LABEL_GAP)
    return [
        label | {"yref": "paper", "y": place} for label, place in zip(labels, places, strict=True)
    ]


def _only_lane(curve: Curve, log: bool) -> bool:
    return log and len(curve.y) > 0 and bool(is_zero(curve.y).all())


def _on_axis(curve: Curve, log: bool) -> Array:
    """Where a curve is seen, on the axis."""
    known = on_log(curve.y) if log else curve.y
    known = known[np.isfinite(known)]
    return np.log10(known) if log else known


def _end(curve: Curve, log: bool) -> float:
    seen = _on_axis(curve, log)
    return float(seen[-1]) if len(seen) else -np.inf


def _mean(curve: Curve, log: bool) -> float:
    seen = _on_axis(curve, log)
    return float(seen.mean()) if len(seen) else -np.inf


def _end_label(curve: Curve, log: bool, colour: str) -> Spec:
    failed = not np.isfinite(curve.y[-1:]).all()
    return {
        "text": f"<b>{in_two_lines(curve.label, BESIDE)}</b>" + (" ✕" if failed else ""),
        "xref": "paper", "x": 1.01, "y": _end(curve, log), "xanchor": "left",
        "yanchor": "middle", "align": "left", "showarrow": False,
        "font": {"color": colour, "size": 12},
    }  # fmt: skip


def _mark_line(mark: Mark, theme: str) -> Spec:
    return line_at(mark.axis, mark.at, ink(theme), dash="dot") | {"layer": "below"}


def _level_names(marks: tuple[Mark, ...], log: bool) -> list[Spec]:
    """On a log axis plotly takes the exponent of an annotation, but the value of a line."""
    levels = [mark for mark in marks if mark.axis == "y"]
    return [level_name(m.label, float(np.log10(m.at)) if log else m.at) for m in levels]


def _marked(marks: tuple[Mark, ...], beside: list[Spec], theme: str) -> Spec:
    """Lines; what stands beside the chart, and names of upright lines away from the next one."""
    names = [
        _upright_name(mark, y=1, xanchor="left" if mark is marks[-1] else "right", yanchor="top")
        for mark in marks
        if mark.axis == "x"
    ]
    return {"annotations": [*beside, *names], "shapes": [_mark_line(m, theme) for m in marks]}


def _upright_name(mark: Mark, **place: object) -> Spec:
    return {
        "text": mark.label, "xref": "x", "x": mark.at, "yref": "paper", "showarrow": False,
        "font": {"size": 11}, **place,
    }  # fmt: skip


def _bars(chart: Bars, theme: str) -> Spec:
    styles = styles_of(chart.series)
    drawn = list(zip(chart.series, styles, strict=True))
    values = np.concatenate([series.y for series in chart.series])
    upright = axis(theme, chart.y.title, rangemode="tozero")
    if chart.y.log:
        upright = log_axis(theme, chart.y.title, *positive_range(values))
    levels = _level_names(chart.marks, chart.y.log)
    look = layout(
        theme,
        margin=_BELOW_LEGEND | {"r": room_beside(levels, 14)},
        showlegend=len(chart.series) > 1,
        legend=LEGEND,
        barmode="group",
        bargap=0.25,
        xaxis=axis(theme, chart.x.title, type="category", showgrid=False),
        yaxis=upright,
        **_marked(chart.marks, levels, theme),
    )
    lanes = [lane_of(c, chart.categories, style, theme) for c, style in drawn if chart.y.log]
    traces = [_bar(series, style, chart, theme) for series, style in drawn]
    return with_strip({"data": traces, "layout": look}, lanes, theme)


def _bar(series: Curve, style: ArmStyle, chart: Bars, theme: str) -> Spec:
    return {
        "type": "bar",
        "x": list(chart.categories),
        "y": on_log(series.y) if chart.y.log else series.y,
        "name": series.trace,
        "marker": {"color": style.colour(theme)},
        "hovertemplate": _(OF_PLACE, curve="%{x}", x=series.label, y="%{y:.3g}")
        + "<extra></extra>",
        **(zeros_of(series.y, series.label) if chart.y.log else called(series.label)),
        **error_bars(series, ink(theme), thickness=1.2),
    }


def _labelled_bars(chart: LabelledBars, theme: str) -> Spec:
    places = list(range(len(chart.bars)))
    trace = {
        "type": "bar", "orientation": "h", "width": 0.42, "name": chart.x.title,
        "x": [bar.value for bar in chart.bars], "y": places,
        "marker": {"color": [arm_style(bar.style).colour(theme) for bar in chart.bars]},
        "error_x": {
            "symmetric": False, "color": ink(theme), "thickness": 1.5, "width": 4,
            "array": [bar.high - bar.value for bar in chart.bars],
            "arrayminus": [bar.value - bar.low for bar in chart.bars],
        },
        "text": [bar.label for bar in chart.bars], "textposition": "none",
        "hovertemplate": "%{text}: %{x:.3f}<extra></extra>",
    }  # fmt: skip
    span = chart.x.span or (0.0, 1.0)
    notes = [note for k, bar in enumerate(chart.bars) for note in _bar_notes(k, bar, span, theme)]
    foot: Spec = {"y": 0, "xanchor": "left", "xshift": 3, "yanchor": "bottom"}
    look = layout(
        theme,
        margin={"l": 12, "r": 16, "t": 4, "b": 44},
        xaxis=axis(theme, chart.x.title, range=list(span)),
        yaxis=axis(
            theme, "", range=[len(places) - 0.35, -0.75], showticklabels=False, showgrid=False
        ),
        annotations=[*notes, *(_upright_name(mark, **foot) for mark in chart.marks)],
        shapes=[_mark_line(mark, theme) for mark in chart.marks],
    )
    return {"data": [trace], "layout": look}


def _bar_notes(place: int, bar: Bar, span: tuple[float, float], theme: str) -> list[Spec]:
    shared: Spec = {"y": place - 0.42, "yref": "y", "showarrow": False, "yanchor": "middle"}
    font = {"color": arm_style(bar.style).text(theme), "size": 12}
    left = {"text": f"<b>{bar.label}</b>", "font": font, "x": span[0], "xanchor": "left"}
    right = {"text": bar.published, "font": {"size": 11}, "x": span[1], "xanchor": "right"}
    said = [left, right | {"opacity": 0.75}] if bar.published else [left]
    return [shared | each for each in said]


def _heat(chart: Heat, theme: str) -> Spec:
    rows, columns = chart.values.shape
    low, high = positive_range(chart.values)
    ticks = decade_ticks(int(np.ceil(np.log10(low))), int(np.floor(np.log10(high))), most=6)
    heat = {
        "type": "heatmap",
        "x": np.arange(1, columns + 1),
        "y": np.arange(1, rows + 1),
        "name": chart.y.title,
        "text": size_texts(chart.values),
        "hovertemplate": _(
            "{row} {y}, {column} {x}: {said}",
            row=chart.y.title,
            y="%{y}",
            column=chart.x.title,
            x="%{x}",
            said="%{text}",
        )
        + "<extra></extra>",
        **log_colours_of(chart.values, low, high, ticks),
    }
    look = layout(
        theme,
        xaxis=axis(theme, chart.x.title, showgrid=False, dtick=1 if columns < 12 else None),
        yaxis=axis(theme, chart.y.title, showgrid=False, dtick=1 if rows < 12 else None),
    )
    return {"data": [heat], "layout": look}
