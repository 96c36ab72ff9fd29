"""What is measured, as plain data for a chart: curves, bars or a heat map. No plotly.

`style` of a curve or bar is that of an arm ("skip", "plain", "gradient_only", "forward_only") or
"other" and "another", which stand for further networks.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]
Mode = Literal["line", "dots", "theory", "steps"]


@dataclass(frozen=True)
class Curve:
    """y over x, between `low` and `high` of the seeds where there are several.

    "theory" is a formula's line, drawn thin; "steps" are values at whole numbers, as columns.
    """

    name: str
    label: str
    x: Array
    y: Array
    low: Array | None = None
    high: Array | None = None
    style: str = "other"
    mode: Mode = "line"


@dataclass(frozen=True)
class Bar:
    """One value with the span of its seeds, and what the paper gives, in words."""

    name: str
    label: str
    value: float
    low: float
    high: float
    style: str = "other"
    published: str = ""


@dataclass(frozen=True)
class Axis:
    """An axis: its title, whether it is logarithmic, and a fixed span if it has one."""

    title: str
    log: bool = False
    span: tuple[float, float] | None = None


@dataclass(frozen=True)
class Mark:
    """A level worth knowing, such as chance."""

    level: float
    label: str


@dataclass(frozen=True)
class Panel:
    """A chart of curves."""

    name: str
    title: str
    note: str
    x: Axis
    y: Axis
    curves: Sequence[Curve] = ()
    mark: Mark | None = None


@dataclass(frozen=True)
class BarPanel:
    """A chart of bars, one per network."""

    name: str
    title: str
    note: str
    x: Axis
    bars: Sequence[Bar] = ()
    mark: Mark | None = None


@dataclass(frozen=True)
class HeatPanel:
    """Values of rows y at columns x, on a log scale of colours; 0 is told apart."""

    name: str
    title: str
    note: str
    x: Axis
    y: Axis
    columns: Array
    rows: Array
    values: Array


AnyPanel = Panel | BarPanel | HeatPanel


def over_seeds(
    name: str, label: str, x: ArrayLike, values: Array, style: str, mode: Mode = "line"
) -> Curve:
    """The median of (seeds, points) in the band from the smallest to the largest seed.

    A seed that failed has NaN, and so has the median from there on.
    """
    low, high = np.min(values, axis=0), np.max(values, axis=0)
    median = np.median(values, axis=0)
    return Curve(name, label, np.asarray(x, np.float64), median, low, high, style, mode)
