"""Runs an experiment and says how far it is: a generator of plain data, for a worker.

for news in run("g1", {}, thin=True): ...
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from skipviz.charts import Array, Panel
from skipviz.experiments.catalogue import load
from skipviz.experiments.experiment import Quantity, Setup


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
class News:
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


def run(experiment_id: str, controls: Mapping[str, float], thin: bool = False) -> Iterator[News]:
    """Measure every part of an experiment in turn; the last news hold all quantities."""
    from skipviz.experiments.measuring.dispatch import measure

    experiment = load(experiment_id)
    setup = experiment.setup(controls, thin)
    parts = experiment.parts(setup)
    efforts = np.array([part.effort for part in parts])
    before = np.concatenate([[0.0], np.cumsum(efforts)]) / efforts.sum()
    values: dict[str, Array] = {}
    panels: list[Panel] = []
    for place, part in enumerate(parts):
        shown: list[Panel] = []
        for findings in measure(part):
            shown = list(findings.panels)
            done = before[place] + findings.done * (before[place + 1] - before[place])
            if done < 1:
                yield News(float(done), (*panels, *shown))
            values |= findings.values
        panels += shown
    measured = tuple(
        judged(quantity, values, setup)
        for quantity in experiment.quantities
        if quantity.key in values  # the thin version may leave networks out
    )
    yield News(1.0, tuple(panels), measured)


def judged(quantity: Quantity, values: Mapping[str, Array], setup: Setup) -> Measured:
    """A quantity with the verdict: is its median inside the band?"""
    found = values[quantity.key]
    if quantity.over:
        found = found / values[quantity.over]
    known = quantity.always or setup.default
    low, high = quantity.band(setup.thin)
    inside = bool(low <= np.median(found) <= high) if known else None
    return Measured(quantity, tuple(map(float, found)), inside)
