"""Training on the way to something else, which says how far it is a few dozen times."""

from collections.abc import Iterator

import numpy as np

from skipviz.engine.training.trainer import Trainer
from skipviz.request import Progress
from skipviz.settings import Settings

REPORTS = 60


def trained(trainer: Trainer) -> Iterator[Progress]:
    """Train to the end, or until every arm has failed, and say how it goes."""
    every = max(1, trainer.last // REPORTS)
    while not trainer.finished:
        frame = trainer.step()
        if frame.step % every == 0 or trainer.finished:
            losses, scores = (np.asarray(values)[:, 0] for values in (frame.loss, frame.accuracy))
            yield Progress(frame.step, trainer.last, losses, scores)


def unwatched(settings: Settings, **fields: object) -> Settings:
    """The same training with nothing measured on the way that does not have to be.

    `fields` are changed as well.
    """
    rarely = {"probes": "minimal", "evaluate_every": 100_000, "snapshot_every": 100_000}
    return type(settings).model_validate(dict(settings) | rarely | fields)
