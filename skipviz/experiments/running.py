"""A run of an experiment: the request, how far it is, and whether quantities are as expected."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from skipviz.charts import Panel
from skipviz.experiments.experiment import Quantity, Setup
from skipviz.request import Request
from skipviz.types import Array


@dataclass(frozen=True)
class Measured:
    """A quantity over the seeds. `inside` is None where no band is known for these controls."""

    quantity: Quantity
    values: tuple[float, ...]
    inside: bool | None

    @property
    def median(self) -> float:
        """Over the seeds, as in the charts; NaN where one of them failed."""
        return float(np.median(self.values))


@dataclass(frozen=True)
class Progress:
    """How an experiment stands: the share done, charts so far, and quantities once known."""

    done: float
    panels: tuple[Panel, ...] = ()
    measured: tuple[Measured, ...] = ()

    @property
    def finished(self) -> bool:
        """Everything is measured."""
        return self.done >= 1

    @property
    def inside(self) -> bool | None:
        """Whether all quantities are where they are expected; None where that is not known."""
        known = [one.inside for one in self.measured]
        return None if None in known or not known else all(known)


@dataclass(frozen=True)
class ExperimentRun(Request[Progress]):
    """An experiment with its controls set, in its thin version or in full."""

    experiment: str
    controls: Mapping[str, float]
    thin: bool = False


def judged(quantity: Quantity, values: Mapping[str, Array], setup: Setup) -> Measured:
    """A quantity with the verdict: is its median inside the band?"""
    found = values[quantity.key]
    if quantity.over:
        found = found / values[quantity.over]
    known = quantity.always or setup.default
    low, high = quantity.band(setup.thin)
    inside = bool(low <= np.median(found) <= high) if known else None
    return Measured(quantity, tuple(map(float, found)), inside)
