"""A quantity across one factor, a curve per value of another, with seeds and theory."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from skipviz.figures.studies.shared import (
    FACTOR_LABELS,
    THEORY,
    are_numbers,
    count_runs,
    number_text,
    span,
    value_label,
)
from skipviz.figures.style import LEGEND, Spec, axis, ink, layout, log_axis
from skipviz.figures.zeros import Lane, log_band, with_strip, zeros_of
from skipviz.studies.results import QUANTITY_LABELS
from skipviz.studies.study import OF_GRADIENT, Quantity
from skipviz.studies.summary import Cell, Table
from skipviz.studies.trials import Value
from skipviz.training.zeros import ZERO

# Okabe and Ito (2008); the bare chain has the colour of "without", so no other curve has it
_LIGHT = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#8A5FB0", "#56B4E9", "#7A8191")
_DARK = ("#56B4E9", "#F5C04A", "#2CC79B", "#E79AC4", "#B892DA", "#8FD0F5", "#A6ADBB")
_BARE = {"light": "#D55E00", "dark": "#F0803C"}
_BARE_VALUES = {("pattern", "none"), ("arm", "plain")}
_CROSS = "x"
_SYMBOLS = ("circle", "square", "diamond", "triangle-up", "cross", "star", "hexagon")
_LOG_FACTORS = frozenset({"width", "learning_rate", "branch_scale"})


def study_curves_spec(
    cells: Table,
    quantity: Quantity,
    across: str,
    by: str,
    theme: str = "light",
    along: Sequence[Value] = (),
) -> Spec:
    """A curve per row of the table. Means of exactly 0 are in a strip below, a lane per curve.

    `along` are the values to come on the flat axis, so that it stays as it is while they come.
    """
    upright = _upright(cells, quantity, theme)
    traces: list[Spec] = []
    looks = _looks(by, list(cells), theme)
    floor = _floor(upright, quantity)
    curves = [_Curve(row, look, floor) for look, row in zip(looks, cells.values(), strict=True)]
    for curve in curves:
        traces += [*curve.band(), *curve.theory(), curve.measured()]
    if any(trace["name"] == THEORY for trace in traces):
        traces.append(_key_of_theory(theme))
    figure = layout(
        theme,
        margin={"l": 72, "r": 16, "t": 34, "b": 48},
        xaxis=_flat(cells, across, theme, along),
        yaxis=upright,
        legend=LEGEND | {"font": {"size": 12}, "traceorder": "normal"},
        showlegend=True,
        meta={"step": count_runs(cells)},
    )
    lanes = [curve.lane() for curve in curves] if quantity in OF_GRADIENT else []
    return with_strip({"data": traces, "layout": figure}, lanes, theme)


@dataclass(frozen=True)
class _Look:
    name: str
    colour: str
    dash: str
    symbol: str


def _looks(factor: str, values: Sequence[object], theme: str) -> list[_Look]:
    """Told apart by colour and symbol; the bare chain looks as "without" does everywhere."""
    bare = [value for value in values if (factor, value) in _BARE_VALUES]
    others = [value for value in values if value not in bare]
    colours = _DARK if theme == "dark" else _LIGHT
    orange = _BARE["dark" if theme == "dark" else "light"]
    looks: dict[object, _Look] = {
        v: _Look(value_label(factor, v), orange, "dash", _CROSS) for v in bare
    }
    for place, value in enumerate(others):
        colour, symbol = colours[place % len(colours)], _SYMBOLS[place % len(_SYMBOLS)]
        looks[value] = _Look(value_label(factor, value), colour, "solid", symbol)
    return [looks[value] for value in values]


class _Curve:
    """The traces of one row; `floor` is the lower end of a log axis, -inf on a linear one."""

    def __init__(self, row: Mapping[Any, Cell], look: _Look, floor: float) -> None:
        self._x, self._cells, self._look, self._floor = list(row), list(row.values()), look, floor

    def measured(self) -> Spec:
        """The means."""
        means = [cell.mean for cell in self._cells]
        return {
            "type": "scatter",
            "x": self._x,
            "y": self._shown(means),
            "name": self._look.name,
            "mode": "lines+markers",
            "line": {"color": self._look.colour, "dash": self._look.dash, "width": 2.2},
            "marker": {"size": 8, "symbol": self._look.symbol, "color": self._look.colour},
            "text": [_hover(cell) for cell in self._cells],
            "hovertemplate": f"{self._look.name}, %{{x}}: %{{text}}<extra></extra>",
            **self._gaps(means),
        }

    def lane(self) -> Lane:
        """The means that are exactly 0."""
        zeros = {x: cell for x, cell in zip(self._x, self._cells, strict=True) if cell.mean == 0}
        look, said = self._look, [_hover(cell) for cell in zeros.values()]
        return Lane(look.name, look.name, list(zeros), look.colour, look.symbol, said)

    def band(self) -> list[Spec]:
        """From the least to the greatest seed."""
        if all(cell.low == cell.high for cell in self._cells):
            return []
        low, high = (np.array([getattr(c, end) for c in self._cells]) for end in ("low", "high"))
        look = self._look
        return log_band(self._x, low, high, look.name, look.colour, self._floor)

    def theory(self) -> list[Spec]:
        """The prediction, where there is one."""
        if not any(math.isfinite(cell.predicted) for cell in self._cells):
            return []
        thin = {"color": self._look.colour, "dash": "dot", "width": 1.6}
        hover = f"{self._look.name}, theory, %{{x}}: %{{y:.3g}}<extra></extra>"
        predicted = self._shown(cell.predicted for cell in self._cells)
        return [self._line(predicted, THEORY, line=thin, hovertemplate=hover)]

    def _gaps(self, values: Sequence[float]) -> Spec:
        return zeros_of(np.array(values, dtype=np.float64)) if self._floor > 0 else {}

    def _line(self, y: list[float | None], name: str, **more: Any) -> Spec:
        shared = {"type": "scatter", "x": self._x, "y": y, "name": name, "mode": "lines"}
        return shared | {"showlegend": False} | more

    def _shown(self, values: Iterable[float]) -> list[float | None]:
        log = self._floor > 0
        return [v if math.isfinite(v) and (v > 0 or not log) else None for v in values]


def _hover(cell: Cell) -> str:
    seeds = "1 run" if cell.runs == 1 else f"{cell.runs} runs"
    if cell.mean == 0 < cell.high:
        return f"{ZERO} in some of {seeds}, at most {number_text(cell.high)}"
    if cell.mean == 0:
        return f"{ZERO} ({seeds})"
    if cell.low == cell.high:
        return f"{number_text(cell.mean)} ({seeds})"
    return (
        f"{number_text(cell.mean)} ({seeds}, {number_text(cell.low)} to {number_text(cell.high)})"
    )


def _key_of_theory(theme: str) -> Spec:
    """One entry of the legend for all dotted lines."""
    thin = {"color": ink(theme), "dash": "dot", "width": 1.6}
    return {
        "type": "scatter", "x": [None], "y": [None], "name": "theory", "mode": "lines",
        "line": thin, "showlegend": True,
    }  # fmt: skip


def _upright(cells: Table, quantity: Quantity, theme: str) -> Spec:
    low, high = span(cells, quantity)
    if quantity in OF_GRADIENT:
        return log_axis(theme, QUANTITY_LABELS[quantity], low, high)
    return axis(theme, QUANTITY_LABELS[quantity], range=[-0.02 * high, 1.04 * high])


def _floor(upright: Spec, quantity: Quantity) -> float:
    return float(10 ** upright["range"][0]) if quantity in OF_GRADIENT else -math.inf


def _flat(cells: Table, across: str, theme: str, along: Sequence[Value]) -> Spec:
    values = list(dict.fromkeys([*along, *(value for row in cells.values() for value in row)]))
    flat = axis(theme, FACTOR_LABELS[across])
    if not are_numbers(values):
        return flat | {"type": "category", "categoryarray": values, "categoryorder": "array"}
    numbers = [float(value) for value in values]
    if across in _LOG_FACTORS and min(numbers, default=0.0) > 0:
        ticks = {"tickvals": values, "ticktext": [value_label(across, v) for v in values]}
        return flat | {"type": "log"} | ticks | _reaching([math.log10(n) for n in numbers])
    return flat | _reaching(numbers)


def _reaching(places: Sequence[float]) -> Spec:
    """A range around all places; none where there are none."""
    if not places:
        return {}
    pad = 0.05 * (max(places) - min(places)) or 0.5
    return {"range": [min(places) - pad, max(places) + pad]}
