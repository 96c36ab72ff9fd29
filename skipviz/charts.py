"""What a measurement shows, as plain data: charts, numbers and tables. No torch, no plotly."""

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


def curve(label: str, y: Array, style: str = "", x: Array | None = None) -> Curve:
    """A curve of the median of (seeds, values), in a band from minimum to maximum."""
    seeds = np.atleast_2d(np.asarray(y, dtype=np.float64))
    steps = np.arange(1, seeds.shape[1] + 1, dtype=np.float64) if x is None else x
    if len(seeds) == 1:
        return Curve(label, steps, seeds[0], style)
    return Curve(label, steps, np.median(seeds, 0), style, seeds.min(0), seeds.max(0))
