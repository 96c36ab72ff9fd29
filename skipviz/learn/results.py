"""What a measurement yields: plain data that any page can draw. No torch, no plotly."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Curve:
    """One line, or points where `dots`. `low` and `high` are a band around it.

    `style` is the name of an arm, in whose colour it is drawn, or "" for the next free one.
    """

    label: str
    x: Array
    y: Array
    style: str = ""
    low: Array | None = None
    high: Array | None = None
    dots: bool = False


@dataclass(frozen=True)
class Guide:
    """A thin line across the chart at one value of x or y, with what it stands for."""

    axis: str
    at: float
    label: str


@dataclass(frozen=True)
class Lines:
    """Curves on shared axes; on a log axis exact zeros are in a strip below it."""

    curves: tuple[Curve, ...]
    x_title: str
    y_title: str
    log_y: bool = False
    guides: tuple[Guide, ...] = ()


@dataclass(frozen=True)
class Bars:
    """Groups of bars: a series has one value per category, and an error bar where known."""

    categories: tuple[str, ...]
    series: tuple[Curve, ...]
    y_title: str
    x_title: str = ""
    log_y: bool = False
    guides: tuple[Guide, ...] = ()


@dataclass(frozen=True)
class Heat:
    """Values from 0 (rows, columns), rows numbered from 1 upwards, on a log colour scale."""

    values: Array
    x_title: str
    y_title: str
    x_first: int = 1


Figure = Lines | Bars | Heat


@dataclass(frozen=True)
class Number:
    """A measured number with its name, as it is shown."""

    label: str
    text: str


@dataclass(frozen=True)
class Table:
    """Rows of text under a head."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Result:
    """What was measured so far: a sentence first, then numbers, then a figure.

    `formulas` are LaTeX with the numbers in them. `note` says how it was measured.
    `values` are the same numbers for programs.
    """

    verdict: str
    note: str = ""
    figure: Figure | None = None
    numbers: tuple[Number, ...] = ()
    formulas: tuple[str, ...] = ()
    table: Table | None = None
    values: tuple[tuple[str, float], ...] = ()


def curve(label: str, y: Array, style: str = "", x: Array | None = None) -> Curve:
    """A curve of the median of (seeds, values), in a band from minimum to maximum."""
    seeds = np.atleast_2d(np.asarray(y, dtype=np.float64))
    steps = np.arange(1, seeds.shape[1] + 1, dtype=np.float64) if x is None else x
    if len(seeds) == 1:
        return Curve(label, steps, seeds[0], style)
    return Curve(label, steps, np.median(seeds, 0), style, seeds.min(0), seeds.max(0))


def spread(values: Sequence[float] | Array, digits: int = 3) -> str:
    """Median and range over seeds, as curves have them: 0.967 [0.964, 0.969]; one stands alone."""
    found = np.asarray(values, dtype=np.float64)
    median, low, high = (
        f"{value:.{digits}g}".replace("-", "−")
        for value in (np.median(found), found.min(), found.max())
    )
    return median if len(found) == 1 else f"{median} [{low}, {high}]"
