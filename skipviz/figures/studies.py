"""Studies: one quantity across one factor, a curve or a row of squares per value of another.

Measured runs are points on a curve, in a band from the least to the greatest seed; what mean
field theory predicts is a thin dotted line, or a heat map of its own on the scale of the other.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from skipviz.figures.style import (
    CIVIDIS,
    Spec,
    axis,
    decade_ticks,
    ink,
    layout,
    log_axis,
    positive_range,
)
from skipviz.studies.results import QUANTITY_LABELS
from skipviz.studies.study import Quantity
from skipviz.studies.summary import GRADIENTS, Cell, Table

# Okabe and Ito (2008); the bare chain has the colour of "without", so no other curve has it
_LIGHT = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#8A5FB0", "#56B4E9", "#7A8191")
_DARK = ("#56B4E9", "#F5C04A", "#2CC79B", "#E79AC4", "#B892DA", "#8FD0F5", "#A6ADBB")
_BARE = {"light": "#D55E00", "dark": "#F0803C"}
_SYMBOLS = ("circle", "square", "diamond", "triangle-up", "cross", "x", "star")
_LOG_FACTORS = frozenset({"width", "learning_rate", "branch_scale"})
WRITTEN_UP_TO = 40  # squares of a heat map that hold their number
FACTOR_LABELS = {
    "data": "data", "depth": "depth (layers)", "width": "width (units)",
    "activation": "activation", "init": "initial weights", "norm": "normalisation",
    "order": "order", "pattern": "skips", "join": "where skips join", "kind": "kind of skip",
    "branch_scale": "branch scale", "learning_rate": "learning rate", "arm": "arm",
    "source": "skip from layer p", "target": "skip to layer q",
}  # fmt: skip


def study_curves_spec(
    cells: Table, quantity: Quantity, across: str, by: str, theme: str = "light"
) -> Spec:
    """A curve per row of the table. A mean of exactly zero is an open marker at the bottom."""
    upright = _upright(cells, quantity, theme)
    traces: list[Spec] = []
    for place, (value, row) in enumerate(cells.items()):
        curve = _Curve(row, _look(place, by, value, theme), _floor(upright, quantity))
        traces += [*curve.band(), *curve.theory(), curve.measured()]
    if any(trace["name"] == _THEORY for trace in traces):
        traces.append(_key_of_theory(theme))
    legend = {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom", "font": {"size": 12}}
    legend["traceorder"] = "normal"
    look = layout(
        theme,
        margin={"l": 72, "r": 16, "t": 56, "b": 48},
        xaxis=_flat(cells, across, theme),
        yaxis=upright,
        legend=legend,
        showlegend=True,
        meta={"step": _runs(cells)},
    )
    return {"data": traces, "layout": look}


def study_heatmap_spec(
    cells: Table,
    quantity: Quantity,
    across: str,
    by: str,
    theme: str = "light",
    predicted: bool = False,
) -> Spec:
    """A square per value of both factors, or with `predicted` what theory says of it.

    Both are on one scale. Squares without a run stay empty; a gradient of exactly zero has the
    darkest colour.
    """
    columns = list(dict.fromkeys(column for row in cells.values() for column in row))
    columns = sorted(columns, key=float) if _numbers(columns) else columns
    low, high = _span(cells, quantity)
    values = [[_of(row.get(column), predicted) for column in columns] for row in cells.values()]
    heat = {
        "type": "heatmap",
        "name": _THEORY if predicted else "measured",
        "x": [value_label(across, column) for column in columns],
        "y": [value_label(by, value) for value in cells],
        "z": [[_placed(value, quantity, low) for value in row] for row in values],
        "text": [[_number(value) for value in row] for row in values],
        "hovertemplate": f"{_LETTERS.get(by, by)} %{{y}}, {_LETTERS.get(across, across)} %{{x}}: "
        "%{text}<extra></extra>",
        "xgap": 1,
        "ygap": 1,
        "coloraxis": "coloraxis",
    }
    if len(columns) * len(cells) <= WRITTEN_UP_TO:
        heat |= {"texttemplate": "%{text}", "textfont": {"size": 12}}
    quiet = {"type": "category", "showgrid": False}
    look = layout(
        theme,
        margin={"l": 88, "r": 12, "t": 8, "b": 48},
        xaxis=axis(theme, FACTOR_LABELS[across], **quiet),
        yaxis=axis(theme, FACTOR_LABELS[by], **quiet),
        coloraxis=_colours(quantity, low, high),
        meta={"step": _runs(cells)},
    )
    return {"data": [heat], "layout": look}


def value_label(factor: str, value: object) -> str:
    """A value of a factor as people read it."""
    if isinstance(value, float):
        return f"{value:g}"
    return "no skips" if (factor, value) == ("pattern", "none") else str(value)


_THEORY = "theory"
_LETTERS = {"source": "p =", "target": "q ="}


@dataclass(frozen=True)
class _Look:
    name: str
    colour: str
    dash: str
    symbol: str


def _look(place: int, factor: str, value: object, theme: str) -> _Look:
    """Told apart by colour and symbol; the bare chain looks as "without" does everywhere."""
    colours = _DARK if theme == "dark" else _LIGHT
    bare = (factor, value) in {("pattern", "none"), ("arm", "plain")}
    return _Look(
        value_label(factor, value),
        _BARE["dark" if theme == "dark" else "light"] if bare else colours[place % len(colours)],
        "dash" if bare else "solid",
        _SYMBOLS[place % len(_SYMBOLS)],
    )


class _Curve:
    """The traces of one row; `floor` is where exact zeros are shown."""

    def __init__(self, row: Mapping[Any, Cell], look: _Look, floor: float) -> None:
        self._x, self._cells, self._look, self._floor = list(row), list(row.values()), look, floor

    def measured(self) -> Spec:
        """The means."""
        zero = [cell.mean == 0 for cell in self._cells]
        return {
            "type": "scatter",
            "x": self._x,
            "y": self._shown(cell.mean for cell in self._cells),
            "name": self._look.name,
            "mode": "lines+markers",
            "line": {"color": self._look.colour, "dash": self._look.dash, "width": 2.2},
            "marker": {
                "size": 8,
                "symbol": [self._look.symbol + ("-open" if none else "") for none in zero],
                "color": self._look.colour,
            },
            "text": [_hover(cell) for cell in self._cells],
            "hovertemplate": f"{self._look.name}, %{{x}}: %{{text}}<extra></extra>",
        }

    def band(self) -> list[Spec]:
        """From the least to the greatest seed."""
        if all(cell.low == cell.high for cell in self._cells):
            return []
        lower, upper = (self._edge(getattr(c, end) for c in self._cells) for end in ("low", "high"))
        red, green, blue = (int(self._look.colour[i : i + 2], 16) for i in (1, 3, 5))
        fill = {"fill": "tonexty", "fillcolor": f"rgba({red},{green},{blue},0.16)"}
        return [lower, upper | fill]

    def theory(self) -> list[Spec]:
        """The prediction, where there is one."""
        if not any(math.isfinite(cell.predicted) for cell in self._cells):
            return []
        thin = {"color": self._look.colour, "dash": "dot", "width": 1.6}
        hover = f"{self._look.name}, theory, %{{x}}: %{{y:.3g}}<extra></extra>"
        predicted = self._shown(cell.predicted for cell in self._cells)
        return [self._line(predicted, _THEORY, line=thin, hovertemplate=hover)]

    def _edge(self, values: Iterable[float]) -> Spec:
        return self._line(self._shown(values), "seeds", line={"width": 0}, hoverinfo="skip")

    def _line(self, y: list[float | None], name: str, **more: Any) -> Spec:
        shared = {"type": "scatter", "x": self._x, "y": y, "name": name, "mode": "lines"}
        return shared | {"showlegend": False} | more

    def _shown(self, values: Iterable[float]) -> list[float | None]:
        return [max(value, self._floor) if math.isfinite(value) else None for value in values]


def _hover(cell: Cell) -> str:
    seeds = "1 run" if cell.runs == 1 else f"{cell.runs} runs"
    if cell.low == cell.high:
        return f"{_number(cell.mean)} ({seeds})"
    return f"{_number(cell.mean)} ({seeds}, {_number(cell.low)} to {_number(cell.high)})"


def _number(value: float) -> str:
    """Short enough for a square: 0.013, 7e−25."""
    if not math.isfinite(value):
        return ""
    text = f"{value:.2g}" if value else "0"
    return text.replace("e-0", "e-").replace("e+0", "e").replace("e+", "e").replace("-", "−")


def _key_of_theory(theme: str) -> Spec:
    """One entry of the legend for all dotted lines."""
    thin = {"color": ink(theme), "dash": "dot", "width": 1.6}
    return {
        "type": "scatter", "x": [None], "y": [None], "name": "theory", "mode": "lines",
        "line": thin, "showlegend": True,
    }  # fmt: skip


def _values(cells: Table, quantity: Quantity) -> list[float]:
    found = [cell for row in cells.values() for cell in row.values()]
    ends = [value for cell in found for value in (cell.low, cell.mean, cell.high)]
    return ends + [cell.predicted for cell in found if quantity == "ratio"]


def _span(cells: Table, quantity: Quantity) -> tuple[float, float]:
    values = np.array(_values(cells, quantity), dtype=np.float64)
    if quantity in GRADIENTS:
        return positive_range(values)
    if quantity == "test_score":
        return 0.0, 1.0
    known = values[np.isfinite(values)]
    return 0.0, float(known.max(initial=1e-3))


def _upright(cells: Table, quantity: Quantity, theme: str) -> Spec:
    low, high = _span(cells, quantity)
    if quantity in GRADIENTS:
        return log_axis(theme, QUANTITY_LABELS[quantity], low, high)
    return axis(theme, QUANTITY_LABELS[quantity], range=[-0.02 * high, 1.04 * high])


def _floor(upright: Spec, quantity: Quantity) -> float:
    return float(10 ** upright["range"][0]) if quantity in GRADIENTS else -math.inf


def _flat(cells: Table, across: str, theme: str) -> Spec:
    values = list(dict.fromkeys(value for row in cells.values() for value in row))
    flat = axis(theme, FACTOR_LABELS[across])
    if not _numbers(values):
        return flat | {"type": "category"}
    if across in _LOG_FACTORS and all(float(value) > 0 for value in values):
        ticks = {"tickvals": values, "ticktext": [value_label(across, v) for v in values]}
        return flat | {"type": "log"} | ticks
    return flat


def _numbers(values: Sequence[object]) -> bool:
    return all(isinstance(value, int | float) for value in values)


def _of(cell: Cell | None, predicted: bool) -> float:
    if cell is None:
        return math.nan
    return cell.predicted if predicted else cell.mean


def _placed(value: float, quantity: Quantity, low: float) -> float | None:
    """On the colour scale: gradients by their logarithm."""
    if not math.isfinite(value):
        return None
    return math.log10(max(value, low)) if quantity in GRADIENTS else value


def _colours(quantity: Quantity, low: float, high: float) -> Spec:
    scale = [[i / (len(CIVIDIS) - 1), colour] for i, colour in enumerate(CIVIDIS)]
    bar: Spec = {"thickness": 10, "outlinewidth": 0, "len": 1.0}
    if quantity in GRADIENTS:
        low, high = math.log10(low), math.log10(high)
        ticks = decade_ticks(math.ceil(low), math.floor(high), most=6)
        bar |= ticks | {"tickvals": [math.log10(tick) for tick in ticks["tickvals"]]}
    return {"cmin": low, "cmax": high, "colorscale": scale, "colorbar": bar}


def _runs(cells: Table) -> int:
    return sum(cell.runs for row in cells.values() for cell in row.values())
