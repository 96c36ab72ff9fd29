"""What a measurement shows, as plain data: charts, numbers and tables. No torch, no plotly.

`skipviz.figures.chart` draws them. The `style` of a curve or bar is that of an arm ("skip",
"plain", "gradient_only", "forward_only"), "other" or "another" for further networks, or "" for the
next colour that no arm has.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from skipviz.types import Array

Mode = Literal["line", "dots", "theory", "steps"]


@dataclass(frozen=True)
class Curve:
    """y over x, all of one length, between `low` and `high` of the seeds where there are several.

    "theory" is a formula's line, drawn thin; "steps" are values at whole numbers, as columns.
    `name` is that of the trace, in the CSV of a chart; the label where it is empty.
    """

    label: str
    x: Array
    y: Array
    style: str = ""
    low: Array | None = None
    high: Array | None = None
    mode: Mode = "line"
    name: str = ""

    @property
    def trace(self) -> str:
        """The name of its trace."""
        return self.name or self.label


@dataclass(frozen=True)
class Bar:
    """One value with the span of its seeds, and what the paper gives, in words."""

    label: str
    value: float
    low: float
    high: float
    style: str = "other"
    published: str = ""


@dataclass(frozen=True)
class Axis:
    """Its title, whether it is logarithmic, a fixed span if it has one, or one that holds 0."""

    title: str
    log: bool = False
    span: tuple[float, float] | None = None
    from_zero: bool = False


@dataclass(frozen=True)
class Mark:
    """A thin line across the chart at a value worth knowing, of `axis` "x" or "y"."""

    at: float
    label: str
    axis: Literal["x", "y"] = "y"


@dataclass(frozen=True)
class Lines:
    """Curves on shared axes; on a log axis exact zeros are in a strip below it."""

    curves: tuple[Curve, ...]
    x: Axis
    y: Axis
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True)
class Bars:
    """Groups of upright bars: a series has one value per category, and its range where known."""

    categories: tuple[str, ...]
    series: tuple[Curve, ...]
    y: Axis
    x: Axis = Axis("")
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True)
class LabelledBars:
    """Lying bars, each under its label, so that a phone has room for both; marks are of "x"."""

    bars: tuple[Bar, ...]
    x: Axis
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True)
class Heat:
    """Values from 0 (rows, columns), both numbered from 1, on a log scale of colours.

    Exact zeros have a colour of their own; NaN is empty.
    """

    values: Array
    x: Axis
    y: Axis


Chart = Lines | Bars | LabelledBars | Heat


@dataclass(frozen=True)
class Panel:
    """A chart under its title, with a note on how it was measured; `name` tells it from others."""

    name: str
    title: str
    note: str
    chart: Chart


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


def over_seeds(
    label: str,
    values: ArrayLike,
    style: str = "",
    x: ArrayLike | None = None,
    mode: Mode = "line",
    name: str = "",
) -> Curve:
    """The median of `values` (seeds, points), in the band from the smallest to the largest seed.

    (points,) is one seed. `x` is 1, 2, .. where it is not given. A seed that failed has NaN, and
    so has the median from there on.
    """
    seeds = np.atleast_2d(np.asarray(values, np.float64))
    places = np.arange(1.0, seeds.shape[1] + 1) if x is None else np.asarray(x, np.float64)
    several = len(seeds) > 1
    low, high = (seeds.min(0), seeds.max(0)) if several else (None, None)
    return Curve(label, places, np.median(seeds, 0), style, low, high, mode, name)
