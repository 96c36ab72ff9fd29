"""From runs to what is drawn: one number and its band for every value of two factors."""

import csv
import io
import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from skipviz.studies.results import Result
from skipviz.studies.study import FACTORS, OF_GRADIENT, Quantity
from skipviz.studies.trials import Value

_CSV = (
    "seed", "status", "message", "first", "last", "ratio", "predicted", "weakest", "starved",
    "train_loss", "test_loss", "test_score", "outcome", "seconds", "key",
)  # fmt: skip


@dataclass(frozen=True)
class Cell:
    """Runs that differ in the seed alone: mean, least and greatest, and what theory predicts.

    The mean of gradients is geometric, and 0 if one is exactly 0; NaN where nothing is known.
    """

    mean: float
    low: float
    high: float
    predicted: float
    runs: int


Table = dict[Value, dict[Value, Cell]]
"""Value of one factor -> value of the other -> cell, in order of appearance or of number."""


def table(
    results: Iterable[Result],
    quantity: Quantity,
    across: str,
    by: str,
    where: Mapping[str, Value] | None = None,
    order: Sequence[Value] = (),
) -> Table:
    """by -> across -> cell, of the runs whose factors are as in `where`; rows as in `order`.

    Runs without one of the two factors (the bare chain has no source) are left out.
    """
    groups: defaultdict[tuple[Value, Value], list[Result]] = defaultdict(list)
    for result in results:
        factors = result.factors
        if across in factors and by in factors and _is_there(factors, where or {}):
            groups[factors[by], factors[across]].append(result)
    return {
        row: {
            column: _cell(groups[row, column], quantity)
            for column in _ordered(c for r, c in groups if r == row)
        }
        for row in _ordered((row for row, _ in groups), order)
    }


def others(results: Sequence[Result], across: str, by: str) -> dict[str, list[Value]]:
    """The factors besides those two in which runs differ, with their values."""
    values = {
        name: _ordered(r.factors[name] for r in results if name in r.factors)
        for name in FACTORS
        if name not in {across, by}
    }
    return {name: found for name, found in values.items() if len(found) > 1}


def to_csv(results: Iterable[Result]) -> str:
    """A line per run: its factors and its numbers, without what there is per layer."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")  # both are quoted in a cell then
    writer.writerow([*FACTORS, *_CSV])
    for result in results:
        factors = (_as_text(result.factors.get(name)) for name in FACTORS)
        writer.writerow([*factors, *(_as_text(getattr(result, name)) for name in _CSV)])
    return text.getvalue()


def _as_text(value: Value | None) -> Value | None:
    """Words that a spreadsheet would take for a formula, marked as words by an apostrophe."""
    formula = isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r"))
    return f"'{value}" if formula else value


def _is_there(factors: Mapping[str, Value], where: Mapping[str, Value]) -> bool:
    """A factor a run does not have (a preset's width) excludes nothing."""
    return all(factors.get(name, value) == value for name, value in where.items())


def _ordered(values: Iterable[Value], order: Sequence[Value] = ()) -> list[Value]:
    """Each once; numbers by size, words in an order given or else as they came."""
    came = set(values := list(values))
    found = [*dict.fromkeys([*(value for value in order if value in came), *values])]
    if all(isinstance(value, int | float) for value in found):
        return sorted(found, key=float)
    return found


def _cell(results: Sequence[Result], quantity: Quantity) -> Cell:
    values = np.array([result.value(quantity) for result in results])
    known = values[np.isfinite(values)]
    predicted = [r.predicted for r in results if r.predicted is not None]
    expected = _mean(np.array(predicted), "ratio") if quantity == "ratio" else math.nan
    if not len(known):
        return Cell(math.nan, math.nan, math.nan, expected, len(results))
    mean = _mean(known, quantity)
    return Cell(mean, float(known.min()), float(known.max()), expected, len(results))


def _mean(values: "np.ndarray[tuple[int, ...], np.dtype[np.float64]]", quantity: Quantity) -> float:
    if not len(values):
        return math.nan
    if quantity not in OF_GRADIENT:
        return float(values.mean())
    with np.errstate(divide="ignore"):
        return float(np.exp(np.log(values).mean()))
