"""Runs an experiment and says how far it is: a generator of plain data, for a worker.

for progress in run("g1", {}, thin=True): ...
"""

from collections.abc import Iterator, Mapping

import numpy as np

from skipviz.charts import Panel
from skipviz.engine.experiments.dispatch import measure
from skipviz.experiments.catalogue import load
from skipviz.experiments.running import Progress, judged
from skipviz.types import Array


def run(
    experiment_id: str, controls: Mapping[str, float], thin: bool = False
) -> Iterator[Progress]:
    """Measure every part of an experiment in turn; the last progress holds all quantities."""
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
                yield Progress(float(done), (*panels, *shown))
            values |= findings.values
        panels += shown
    measured = tuple(
        judged(quantity, values, setup)
        for quantity in experiment.quantities
        if quantity.key in values  # the thin version may leave networks out
    )
    yield Progress(1.0, tuple(panels), measured)
