"""A quantity across one factor, a curve per value of another, with seeds and theory."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import cycle
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
from skipviz.figures.style import LEGEND, ArmStyle, Spec, arm_style, axis, ink, layout, log_axis
from skipviz.figures.zeros import OF_PLACE, Lane, log_band, with_strip, zeros_of
from skipviz.language import _, _n
from skipviz.studies.results import QUANTITY_LABELS
from skipviz.studies.study import OF_GRADIENT, Quantity
from skipviz.studies.summary import Cell, Table
from skipviz.studies.trials import Value
from skipviz.types import Array

# Okabe and Ito (2008); the bare chain has the colour of "without", so no other curve has it
_STYLES = (
    ArmStyle("#0072B2", "#56B4E9", "solid", "circle"),
    ArmStyle("#E69F00", "#F5C04A", "solid", "square"),
    ArmStyle("#009E73", "#2CC79B", "solid", "diamond"),
    ArmStyle("#CC79A7", "#E79AC4", "solid", "triangle-up"),
    ArmStyle("#8A5FB0", "#B892DA", "solid", "cross"),
    ArmStyle("#56B4E9", "#8FD0F5", "solid", "star"),
    ArmStyle("#7A8191", "#A6ADBB", "solid", "hexagon"),
)
_BARE = replace(arm_style("plain"), symbol="x")
_BARE_VALUES = {("pattern", "none"), ("arm", "plain")}
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
    floor = float(10 ** upright["range"][0]) if quantity in OF_GRADIENT else 0.0
    curves = [
        _Curve(list(row), list(row.values()), value_label(by, value), style, floor, theme)
        for (value, row), style in zip(cells.items(), _styles(by, cells), strict=True)
    ]
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


def _styles(factor: str, values: Iterable[Value]) -> list[ArmStyle]:
    """Told apart by colour and symbol; the bare chain looks as "without" does everywhere."""
    others = cycle(_STYLES)
    return [_BARE if (factor, value) in _BARE_VALUES else next(others) for value in values]


@dataclass(frozen=True)
class _Curve:
    """The traces of one row; `floor` is the lower end of a log axis, 0 on a linear one."""

    x: list[Any]
    cells: list[Cell]
    name: str
    style: ArmStyle
    floor: float
    theme: str

    @property
    def colour(self) -> str:
        return self.style.colour(self.theme)

    def measured(self) -> Spec:
        """The means."""
        means = np.array([cell.mean for cell in self.cells], np.float64)
        return self._line(means, self.name) | {
            "mode": "lines+markers",
            "line": {"color": self.colour, "dash": self.style.dash, "width": 2.2},
            "marker": {"size": 8, "symbol": self.style.symbol, "color": self.colour},
            "text": [_hover(cell) for cell in self.cells],
            "hovertemplate": _(OF_PLACE, curve=self.name, x="%{x}", y="%{text}")
            + "<extra></extra>",
            **(zeros_of(means) if self.floor else {}),
        }

    def lane(self) -> Lane:
        """The means that are exactly 0."""
        zeros = {x: cell for x, cell in zip(self.x, self.cells, strict=True) if cell.mean == 0}
        said = [_hover(cell) for cell in zeros.values()]
        return Lane(self.name, self.name, list(zeros), self.colour, self.style.symbol, said)

    def band(self) -> list[Spec]:
        """From the least to the greatest seed."""
        if all(cell.low == cell.high for cell in self.cells):
            return []
        low, high = (np.array([getattr(c, end) for c in self.cells]) for end in ("low", "high"))
        return log_band(self.x, low, high, self.name, self.colour, self.floor)

    def theory(self) -> list[Spec]:
        """The prediction, where there is one."""
        predicted = np.array([cell.predicted for cell in self.cells], np.float64)
        if not np.isfinite(predicted).any():
            return []
        said = _("{curve}, theory, {x}: {y}", curve=self.name, x="%{x}", y="%{y:.3g}")
        hover = f"{said}<extra></extra>"
        look = {"line": _dotted(self.colour), "hovertemplate": hover, "showlegend": False}
        return [self._line(predicted, THEORY) | look]

    def _line(self, values: Array, name: str) -> Spec:
        shown = np.isfinite(values) & ((values > 0) | (self.floor == 0))
        y = [float(v) if there else None for v, there in zip(values, shown, strict=True)]
        return {"type": "scatter", "x": self.x, "y": y, "name": name, "mode": "lines"}


def _dotted(colour: str) -> Spec:
    return {"color": colour, "dash": "dot", "width": 1.6}


def _hover(cell: Cell) -> str:
    runs = _n("{count} run", "{count} runs", cell.runs)
    mean, low, high = map(number_text, (cell.mean, cell.low, cell.high))
    if cell.mean == 0 < cell.high:
        return _("exactly 0 in some of {runs}, at most {high}", runs=runs, high=high)
    if cell.mean == 0:
        return _("exactly 0 ({runs})", runs=runs)
    if cell.low == cell.high:
        return _("{mean} ({runs})", mean=mean, runs=runs)
    return _("{mean} ({runs}, {low} to {high})", mean=mean, runs=runs, low=low, high=high)


def _key_of_theory(theme: str) -> Spec:
    """One entry of the legend for all dotted lines."""
    return {
        "type": "scatter", "x": [None], "y": [None], "name": _(THEORY), "mode": "lines",
        "line": _dotted(ink(theme)), "showlegend": True,
    }  # fmt: skip


def _upright(cells: Table, quantity: Quantity, theme: str) -> Spec:
    low, high = span(cells, quantity)
    room = high - low
    if quantity in OF_GRADIENT:
        return log_axis(theme, _(QUANTITY_LABELS[quantity]), low, high)
    return axis(
        theme,
        _(QUANTITY_LABELS[quantity]),
        range=[low - 0.02 * room, high + 0.04 * room],
    )


def _flat(cells: Table, across: str, theme: str, along: Sequence[Value]) -> Spec:
    values = list(dict.fromkeys([*along, *(value for row in cells.values() for value in row)]))
    flat = axis(theme, _(FACTOR_LABELS[across]))
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
