"""The charts of the guided experiments: curves, bars beside published figures, heat maps."""

from itertools import pairwise
from typing import Any

import numpy as np

from skipviz.experiments.panels import (
    AnyPanel,
    Array,
    Axis,
    Bar,
    BarPanel,
    Curve,
    HeatPanel,
    Mark,
    Panel,
)
from skipviz.figures.style import (
    ArmStyle,
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

ROW = 46  # pixels per bar, with its label above it
LABEL_GAP = 0.07  # of the height, between two labels at the right edge
_ANOTHER = ArmStyle("#B0487F", "#E08BB8", "longdashdot", "star")


def experiment_spec(panel: AnyPanel, theme: str = "light") -> Spec:
    """A chart of an experiment as plain data."""
    if isinstance(panel, BarPanel):
        return _bars(panel, theme)
    return _heat(panel, theme) if isinstance(panel, HeatPanel) else _curves(panel, theme)


def experiment_height(panel: AnyPanel) -> int:
    """Pixels it wants."""
    return 84 + ROW * len(panel.bars) if isinstance(panel, BarPanel) else 340


def style_of(name: str) -> ArmStyle:
    """The style of an arm, or of another network beside them."""
    return _ANOTHER if name == "another" else arm_style(name)


def _curves(panel: Panel, theme: str) -> Spec:
    values = [c.y for c in panel.curves] + [c.low for c in panel.curves if c.low is not None]
    upright = _upright(panel.y, np.concatenate([*values, np.empty(0)]), theme)
    floor = 10.0 ** upright["range"][0] if panel.y.log else 0.0
    traces = [trace for curve in panel.curves for trace in _curve(curve, floor, theme)]
    labels = _labels(panel, upright, theme)
    look = layout(
        theme,
        margin={"l": 64, "r": 118 if labels else 16, "t": 8, "b": 44},
        xaxis=_along(panel.x, panel, theme),
        yaxis=upright,
        annotations=[*labels, *_mark_name(panel.mark, "y")],
        shapes=_mark(panel.mark, "y", theme),
    )
    lanes = [_lane(curve, theme) for curve in panel.curves] if panel.y.log else []
    return with_strip({"data": traces, "layout": look}, lanes, theme)


def _upright(scale: Axis, values: Array, theme: str) -> Spec:
    if scale.log:
        return log_axis(theme, scale.title, *positive_range(values, decades=1))
    known = values[np.isfinite(values)]
    low, high = scale.span or (min(0.0, known.min(initial=0.0)), known.max(initial=1e-9))
    room = 0.04 * (high - low)
    return axis(theme, scale.title, range=[low - room, high + room])


def _along(scale: Axis, panel: Panel, theme: str) -> Spec:
    places = np.unique(np.concatenate([*(c.x for c in panel.curves), np.empty(0)]))
    if scale.log and len(places):
        ends = [float(np.log10(places[0])) - 0.05, float(np.log10(places[-1])) + 0.05]
        ticks = {"tickvals": places, "ticktext": [f"{place:g}" for place in places]}
        return axis(theme, scale.title, type="log", range=ends, **ticks)
    low, high = scale.span or (places.min(initial=0), places.max(initial=1))
    return axis(theme, scale.title, range=[low - 0.02 * (high - low), high + 0.02 * (high - low)])


def _curve(curve: Curve, floor: float, theme: str) -> list[Spec]:
    """`floor` is the lower end of a log axis, 0 on a linear one."""
    style = style_of(curve.style)
    colour = style.colour(theme)
    shared: Spec = {"x": curve.x, "name": curve.name, "hovertemplate": _hover(curve)}
    shared |= zeros_of(curve.y) if floor else {}
    y = on_log(curve.y) if floor else curve.y
    if curve.mode == "steps":
        return [{"type": "bar", "y": y, "marker": {"color": colour}, **shared}]
    line = {"color": colour, "dash": style.dash, "width": 2.5}
    if curve.mode == "theory":
        line = {"color": ink(theme), "dash": "solid", "width": 1}
    main = {"type": "scatter", "y": y, "line": line, **dots(y, size=6, few=0), **shared}
    if curve.mode == "dots":
        main |= {
            "mode": "markers",
            "marker": {"size": 9, "color": colour, "symbol": style.symbol},
        }
    if curve.low is None or curve.high is None or np.array_equal(curve.low, curve.high):
        return [main]
    if curve.mode == "dots":
        spread = {"array": curve.high - curve.y, "arrayminus": curve.y - curve.low}
        return [main | {"error_y": {"symmetric": False, "width": 0, "color": colour, **spread}}]
    return [*_band(curve, floor, colour), main]


def _hover(curve: Curve) -> str:
    return f"{curve.label}, %{{x}}: %{{y:.3g}}<extra></extra>"


def _band(curve: Curve, floor: float, colour: str) -> list[Spec]:
    assert curve.low is not None
    assert curve.high is not None
    if not floor:
        return band(curve.x, curve.low, curve.high, curve.name, colour)
    return log_band(curve.x, curve.low, curve.high, curve.name, colour, floor)


def _lane(curve: Curve, theme: str) -> Lane:
    """The exact zeros of a curve on a log axis."""
    style, places = style_of(curve.style), curve.x[is_zero(curve.y)]
    colour = ink(theme) if curve.mode == "theory" else style.colour(theme)
    return Lane(curve.name, curve.label, places, colour, style.symbol, label=curve.label)


def _labels(panel: Panel, upright: Spec, theme: str) -> list[Spec]:
    """The names of the curves at their right ends, moved apart where they would overlap."""
    bottom, top = upright["range"]
    named = [c for c in panel.curves if c.mode not in ("theory", "steps") and _is_drawn(c, panel)]
    places = [(_end(curve, panel.y.log) - bottom) / (top - bottom) for curve in named]
    return [
        _label(curve, place, theme)
        for curve, place in zip(named, _apart(np.array(places)), strict=True)
    ]


def _is_drawn(curve: Curve, panel: Panel) -> bool:
    """A curve of nothing but exact zeros is named beside their lane."""
    return not (panel.y.log and len(curve.y) and is_zero(curve.y).all())


def _end(curve: Curve, log: bool) -> float:
    """Where a curve was last seen, on the axis."""
    known = on_log(curve.y) if log else curve.y
    known = known[np.isfinite(known)]
    if not len(known):
        return -np.inf
    return float(np.log10(known[-1]) if log else known[-1])


def _apart(places: Array) -> Array:
    """The same places within the chart, each at least a gap above the next lower one."""
    moved = np.clip(places, 0.0, 1.0)
    order = np.argsort(moved, kind="stable")
    for lower, upper in pairwise(order):
        moved[upper] = max(moved[upper], moved[lower] + LABEL_GAP)
    return moved - max(0.0, float(moved.max(initial=0.0)) - 1.0)


def _label(curve: Curve, place: float, theme: str) -> Spec:
    failed = not np.isfinite(curve.y[-1:]).all()
    return {
        "text": f"<b>{curve.label}</b>" + (" ✕" if failed else ""),
        "xref": "paper", "yref": "paper", "x": 1.01, "y": place, "xanchor": "left",
        "yanchor": "middle", "showarrow": False,
        "font": {"color": style_of(curve.style).colour(theme), "size": 12},
    }  # fmt: skip


def _mark(mark: Mark | None, along: str, theme: str) -> list[Spec]:
    if mark is None:
        return []
    fixed, free = ("x", "y") if along == "x" else ("y", "x")
    line: dict[str, Any] = {"color": ink(theme), "width": 1, "dash": "dot"}
    ends = {f"{fixed}0": mark.level, f"{fixed}1": mark.level, f"{free}0": 0, f"{free}1": 1}
    shared = {"type": "line", "layer": "below", "opacity": 0.6, "line": line}
    return [shared | {f"{free}ref": "paper", **ends}]


def _mark_name(mark: Mark | None, along: str) -> list[Spec]:
    """Beside its line: at the foot of an upright one, at the right end of a level one."""
    if mark is None:
        return []
    shared: Spec = {"text": mark.label, "showarrow": False, "font": {"size": 11}, "opacity": 0.8}
    if along == "x":
        place = {"x": mark.level, "y": 0, "yref": "paper", "xanchor": "left", "xshift": 3}
        return [shared | place | {"yanchor": "bottom"}]
    place = {"y": mark.level, "x": 1, "xref": "paper", "xanchor": "right", "yanchor": "bottom"}
    return [shared | place]


def _bars(panel: BarPanel, theme: str) -> Spec:
    """Every bar under its label, so that a phone has room for both."""
    places = list(range(len(panel.bars)))
    trace = {
        "type": "bar",
        "orientation": "h",
        "x": [bar.value for bar in panel.bars],
        "y": places,
        "width": 0.42,
        "name": panel.name,
        "marker": {"color": [style_of(bar.style).colour(theme) for bar in panel.bars]},
        "error_x": {
            "symmetric": False, "color": ink(theme), "thickness": 1.5, "width": 4,
            "array": [bar.high - bar.value for bar in panel.bars],
            "arrayminus": [bar.value - bar.low for bar in panel.bars],
        },
        "text": [bar.label for bar in panel.bars],
        "textposition": "none",
        "hovertemplate": "%{text}: %{x:.3f}<extra></extra>",
    }  # fmt: skip
    span = panel.x.span or (0, 1)
    notes = [n for k, bar in enumerate(panel.bars) for n in _bar_notes(k, bar, span, theme)]
    look = layout(
        theme,
        margin={"l": 12, "r": 16, "t": 4, "b": 44},
        xaxis=axis(theme, panel.x.title, range=list(span)),
        yaxis=axis(
            theme, "", range=[len(places) - 0.35, -0.75], showticklabels=False, showgrid=False
        ),
        annotations=[*notes, *_mark_name(panel.mark, "x")],
        shapes=_mark(panel.mark, "x", theme),
    )
    return {"data": [trace], "layout": look}


def _bar_notes(place: int, bar: Bar, span: tuple[float, float], theme: str) -> list[Spec]:
    shared: Spec = {"y": place - 0.42, "yref": "y", "showarrow": False, "yanchor": "middle"}
    colour = style_of(bar.style).colour(theme)
    name = {"text": f"<b>{bar.label}</b>", "font": {"color": colour, "size": 12}}
    left = shared | name | {"x": span[0], "xanchor": "left"}
    right = shared | {
        "text": bar.published, "x": span[1], "xanchor": "right", "font": {"size": 11},
        "opacity": 0.75,
    }  # fmt: skip
    return [left, right] if bar.published else [left]


def _heat(panel: HeatPanel, theme: str) -> Spec:
    low, high = positive_range(panel.values)
    ticks = decade_ticks(int(np.ceil(np.log10(low))), int(np.floor(np.log10(high))), most=5)
    trace = {
        "type": "heatmap", "x": panel.columns, "y": panel.rows, "name": panel.name,
        "text": size_texts(panel.values),
        "hovertemplate": f"{panel.y.title} %{{y}}, {panel.x.title} %{{x}}: %{{text}}"
        "<extra></extra>",
        **log_colours_of(panel.values, low, high, ticks),
    }  # fmt: skip
    look = layout(
        theme,
        xaxis=axis(theme, panel.x.title, showgrid=False),
        yaxis=axis(theme, panel.y.title, showgrid=False, dtick=1),
    )
    return {"data": [trace], "layout": look}
