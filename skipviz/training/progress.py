"""Training on the way to something else: how far it is, a few dozen times. No torch."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from skipviz.training.frame import Array

if TYPE_CHECKING:
    from skipviz.settings import Settings
    from skipviz.training.trainer import Trainer

REPORTS = 60


@dataclass(frozen=True)
class Progress:
    """After `step` of `steps` updates: loss and score on the batch, each (arms,), first seed."""

    step: int
    steps: int
    losses: Array
    scores: Array

    @property
    def share(self) -> float:
        """0 at the start, 1 at the end."""
        return self.step / max(self.steps, 1)


def trained(trainer: "Trainer") -> Iterator[Progress]:
    """Train to the end, or until every arm has failed, and say how it goes."""
    every = max(1, trainer.settings.steps // REPORTS)
    while not trainer.finished:
        frame = trainer.step()
        if frame.step % every == 0 or trainer.finished:
            losses, scores = (np.asarray(values)[:, 0] for values in (frame.loss, frame.accuracy))
            yield Progress(frame.step, trainer.settings.steps, losses, scores)


def unwatched(settings: "Settings", **fields: object) -> "Settings":
    """The same training with nothing measured on the way that does not have to be.

    `fields` are changed as well.
    """
    rarely = {"probes": "lean", "evaluate_every": 100_000, "snapshot_every": 100_000}
    return type(settings).model_validate(dict(settings) | rarely | fields)
