"""A square per value of two factors, measured or predicted."""

import math
from collections.abc import Sequence

from skipviz.figures.log_colours import block_colours, log_meta, log_ticks, zero_level
from skipviz.figures.studies.shared import (
    FACTOR_LABELS,
    THEORY,
    are_numbers,
    count_runs,
    number_text,
    span,
    value_label,
)
from skipviz.figures.style import Spec, axis, colour_scale, decade_ticks, layout
from skipviz.language import N_, _
from skipviz.runs.zeros import ZERO, is_zero
from skipviz.studies.study import OF_GRADIENT, Quantity
from skipviz.studies.summary import Cell, Table

WRITTEN_UP_TO = 40  # squares of a heat map that hold their number
SIDE_BY_SIDE = 7  # of them in a row; beyond that the numbers would lie over each other
_FACTORS = {
    "data": N_("data"),
    "depth": N_("depth"),
    "width": N_("width"),
    "activation": N_("activation"),
    "init": N_("init"),
    "norm": N_("norm"),
    "order": N_("order"),
    "pattern": N_("pattern"),
    "join": N_("join"),
    "kind": N_("kind"),
    "branch_scale": N_("branch_scale"),
    "learning_rate": N_("learning_rate"),
    "arm": N_("arm"),
    "source": "p =",
    "target": "q =",
}
"""What is said of a square where a mouse stands: short names of factors."""


def study_heatmap_spec(
    cells: Table,
    quantity: Quantity,
    across: str,
    by: str,
    theme: str = "light",
    predicted: bool = False,
) -> Spec:
    """A square per value of both factors, or with `predicted` what theory says of it.

    Both are on one scale. Squares without a run stay empty; a gradient of exactly 0 has a colour
    of its own.
    """
    columns = list(dict.fromkeys(column for row in cells.values() for column in row))
    columns = sorted(columns, key=float) if are_numbers(columns) else columns
    low, high = span(cells, quantity)
    values = [[_of(row.get(column), predicted) for column in columns] for row in cells.values()]
    heat = {
        "type": "heatmap",
        "name": _(THEORY) if predicted else _("measured"),
        "x": [value_label(across, column) for column in columns],
        "y": [value_label(by, value) for value in cells],
        "z": [[_placed(value, quantity, low, high) for value in row] for row in values],
        "text": [[number_text(value) for value in row] for row in values],
        "hovertext": [[_said(value, quantity) for value in row] for row in values],
        "hovertemplate": _(
            "{row} {y}, {column} {x}: {said}",
            row=_(_FACTORS[by]),
            y="%{y}",
            column=_(_FACTORS[across]),
            x="%{x}",
            said="%{hovertext}",
        )
        + "<extra></extra>",
        "xgap": 1,
        "ygap": 1,
        "coloraxis": "coloraxis",
        **_meta(quantity, low, high),
    }
    if len(columns) <= SIDE_BY_SIDE and len(columns) * len(cells) <= WRITTEN_UP_TO:
        heat |= {"texttemplate": "%{text}", "textfont": {"size": 12}}
    quiet = {"type": "category", "showgrid": False}
    look = layout(
        theme,
        margin={"l": 64, "r": 12, "t": 8, "b": 48},
        xaxis=axis(theme, _(FACTOR_LABELS[across]), **quiet),
        yaxis=axis(theme, _(FACTOR_LABELS[by]), **quiet) | _downwards(list(cells)),
        coloraxis=_colours(cells, quantity, low, high),
        meta={"step": count_runs(cells)},
    )
    return {"data": [heat], "layout": look}


def _downwards(values: Sequence[object]) -> Spec:
    """Numbers grow upwards; words are read from the top."""
    turned = {} if are_numbers(values) else {"autorange": "reversed"}
    return {"automargin": True} | turned


def _of(cell: Cell | None, predicted: bool) -> float:
    if cell is None:
        return math.nan
    return cell.predicted if predicted else cell.mean


def _said(value: float, quantity: Quantity) -> str:
    return _(ZERO) if quantity in OF_GRADIENT and value == 0 else number_text(value)


def _placed(value: float, quantity: Quantity, low: float, high: float) -> float | None:
    """On the colour scale: gradients by their logarithm, exact zeros below all others."""
    if not math.isfinite(value):
        return None
    if quantity not in OF_GRADIENT:
        return value
    return math.log10(value) if value > 0 else zero_level(low, high)


def _meta(quantity: Quantity, low: float, high: float) -> Spec:
    return {"meta": log_meta(low, high)} if quantity in OF_GRADIENT else {}


def _colours(cells: Table, quantity: Quantity, low: float, high: float) -> Spec:
    if quantity not in OF_GRADIENT:
        bar: Spec = {"thickness": 10, "outlinewidth": 0, "len": 1.0}
        return {"cmin": low, "cmax": high, "colorscale": colour_scale(), "colorbar": bar}
    bottom, top = math.log10(low), math.log10(high)
    ticks = decade_ticks(math.ceil(bottom), math.floor(top), most=6)
    found = [cell for row in cells.values() for cell in row.values()]
    values = [value for cell in found for value in (cell.mean, cell.predicted)]
    return block_colours(bottom, top, log_ticks(values, ticks), bool(is_zero(values).any()))
