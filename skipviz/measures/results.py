"""What a measurement for Learn yields. No torch, no plotly."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from skipviz.charts import Bars, Heat, Lines, Number, Table
from skipviz.text import with_minus
from skipviz.types import Array


@dataclass(frozen=True)
class Result:
    """What was measured so far: a sentence first, then numbers, then a figure.

    `formulas` are LaTeX with the numbers in them. `note` says how it was measured.
    `values` are the same numbers for programs.
    """

    verdict: str
    note: str = ""
    figure: Lines | Bars | Heat | None = None
    numbers: tuple[Number, ...] = ()
    formulas: tuple[str, ...] = ()
    table: Table | None = None
    values: tuple[tuple[str, float], ...] = ()


def spread(values: Sequence[float] | Array, digits: int = 3) -> str:
    """Median and range over seeds, as curves have them: 0.967 [0.964, 0.969]; one stands alone."""
    found = np.asarray(values, dtype=np.float64)
    median, low, high = (
        with_minus(f"{value:.{digits}g}") for value in (np.median(found), found.min(), found.max())
    )
    return median if len(found) == 1 else f"{median} [{low}, {high}]"
