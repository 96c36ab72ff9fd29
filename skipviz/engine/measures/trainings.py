"""Several networks trained side by side, each with the same settings and seeds."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from skipviz.charts import Axis, Lines, Table, over_seeds
from skipviz.engine.measures.minimal import minimal
from skipviz.engine.training.trainer import Trainer
from skipviz.language import _
from skipviz.measures.cases import Case
from skipviz.measures.results import Result, spread
from skipviz.runs.frame import Evaluation
from skipviz.settings import Settings
from skipviz.text import listed
from skipviz.types import Array

EVERY = 10  # steps between two evaluations, which are the points of the curves


@dataclass
class Trained:
    """What has been measured of a case: whole splits at `steps`, over seeds, and its seconds.

    `broke_down`: every seed became NaN or infinite before the end.
    """

    steps: list[int] = field(default_factory=list)
    evaluations: list[Evaluation] = field(default_factory=list)
    seconds: float = 0.0
    broke_down: bool = False

    def series(self, name: str) -> Array:
        """(seeds, evaluations); an arm that broke down counts as infinite loss."""
        values = np.stack([getattr(found, name)[0] for found in self.evaluations], axis=1)
        return np.asarray(np.nan_to_num(values, nan=np.inf if "loss" in name else 0.0))

    def last(self, name: str) -> Array:
        """(seeds,)"""
        reached = self.series(name)[:, -1]
        worst = np.inf if "loss" in name else 0.0
        return np.full_like(reached, worst) if self.broke_down else reached


Found = dict[str, Trained]


def losses(cases: Sequence[Case], settings: Settings) -> Iterator[Result]:
    """Training loss on the whole split over steps, and what was reached; the last is complete."""
    for found in side_by_side(cases, settings):
        yield loss_result(cases, found, settings)


def side_by_side(cases: Sequence[Case], settings: Settings, every: int = EVERY) -> Iterator[Found]:
    """All cases step by step in turns; what is known after every evaluation."""
    alone = minimal(settings, arms=("skip",), evaluate_every=every)
    trainers = {case.label: Trainer(case.network, alone) for case in cases}
    found = {label: Trained() for label in trainers}
    for step in range(settings.steps + 1):
        for label, trainer in trainers.items():
            if trainer.finished:
                found[label].broke_down = True
            else:
                _take(found[label], trainer)
        if step % every == 0 or step == settings.steps:
            yield found


def loss_result(cases: Sequence[Case], found: Found, settings: Settings) -> Result:
    """The curves and a table; the verdict names the training losses."""
    curves = [
        over_seeds(c.label, _shown(found[c.label]), c.style, np.array(found[c.label].steps, float))
        for c in cases
    ]
    step = found[cases[0].label].steps[-1]
    parts = [
        _(
            "{name} {loss}",
            name=case.label,
            loss=format(np.median(found[case.label].last("train_loss")), ".2g"),
        )
        for case in cases
    ]
    return Result(
        verdict=_("Training loss after {step} steps: {losses}.", step=step, losses=listed(parts)),
        note=_(
            "Loss on the whole train split; median of {seeds} seeds, band from minimum to maximum. "
            "{optimizer}, learning rate {rate}.",
            seeds=settings.seeds,
            optimizer=settings.optimizer.upper(),
            rate=format(settings.learning_rate, "g"),
        ),
        figure=Lines(tuple(curves), Axis(_("step")), Axis(_("training loss"), log=True)),
        table=reached(found),
        values=tuple((c.label, float(np.median(found[c.label].last("train_loss")))) for c in cases),
    )


def reached(found: Found) -> Table:
    """Median and range over seeds."""
    rows = [
        (
            label,
            spread(trained.last("train_loss"), 2),
            spread(trained.last("train_accuracy")),
            spread(trained.last("test_accuracy")),
        )
        for label, trained in found.items()
    ]
    return Table(("", _("training loss"), _("train accuracy"), _("test accuracy")), tuple(rows))


def _take(trained: Trained, trainer: Trainer) -> None:
    frame = trainer.step()
    trained.seconds = frame.seconds
    if frame.evaluation is not None:
        trained.steps.append(frame.step)
        trained.evaluations.append(frame.evaluation)


def _shown(trained: Trained) -> Array:
    """Finite, so that it can be drawn."""
    found = trained.series("train_loss")
    return np.where(np.isfinite(found), found, np.nan)
