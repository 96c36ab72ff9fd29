"""Training all networks of a part side by side, so that their curves grow together."""

from collections.abc import Iterator, Mapping
from typing import Literal

import numpy as np

from skipviz import data
from skipviz.charts import Axis, Bar, LabelledBars, Lines, Mark, Panel
from skipviz.data.catalogue import guessing_text
from skipviz.engine.experiments.findings import Findings
from skipviz.engine.training.trainer import Trainer
from skipviz.experiments.parts import Part, Training, Variant
from skipviz.language import N_, _
from skipviz.runs.run import Run
from skipviz.runs.verdict import finding
from skipviz.runs.verdict.judging import Outcome
from skipviz.text import listed_apart, sentences
from skipviz.types import Array

REPORT_EVERY = 10  # steps
SMOOTHED = 9  # batches whose mean loss is one point of a curve


class TrainedVariant:
    """A network in training."""

    def __init__(self, variant: Variant, part: Part) -> None:
        settings = part.settings.model_copy(
            update={
                "arms": (variant.arm,),
                "seeds": part.seeds,
                "probes": "minimal",
                "snapshot_every": max(part.settings.steps, 1),
                "evaluate_every": max(part.settings.steps, 1),
                "device": "cpu",
            }
        )
        self.variant = variant
        self.trainer = Trainer(variant.network, settings)
        self.run = Run(variant.network, settings)

    def step(self) -> None:
        """One step, unless every seed has failed."""
        if not self.trainer.finished:
            self.run.extend([self.trainer.step()])

    def losses(self) -> Array:
        """(seeds, steps) training loss of the batches."""
        seeds = range(self.run.settings.seeds)
        return np.stack([self.run.loss(self.variant.arm, seed=seed) for seed in seeds])


def train_all(part: Part) -> Iterator[tuple[float, list[TrainedVariant]]]:
    """The share of the steps that is done, and all networks as they stand."""
    learned = [TrainedVariant(variant, part) for variant in part.variants]
    total = part.settings.steps + 1
    for step in range(1, total + 1):
        for trained in learned:
            trained.step()
        if step % REPORT_EVERY == 0 or step == total:
            yield step / total, learned


def training(part: Training) -> Iterator[Findings]:
    """Loss curves while it goes on; accuracies at the end."""
    for done, learned in train_all(part):
        values = reached(learned) if done == 1 else {}
        values |= relative_losses(part, values) if values else {}
        panels = [loss_panel(learned, came_to(learned) if done == 1 else "")]
        more = [accuracy_panel(part, values)] if values and part.bars else []
        yield Findings(done, [*more, *panels], values)


def reached(learned: list[TrainedVariant]) -> dict[str, Array]:
    """What training came to, (seeds,) for each: one that failed diverged and has no loss."""
    values: dict[str, Array] = {}
    for trained in learned:
        name, run, arm = trained.variant.name, trained.run, trained.variant.arm
        seeds = range(run.settings.seeds)
        failed = {failure.seed - run.settings.seed for failure in run.failures}
        values[f"{name}.diverged"] = np.full(len(seeds), len(failed) / len(seeds))
        values[f"{name}.train_loss"] = _last(run, arm, "loss", "train")
        values[f"{name}.test_accuracy"] = _last(run, arm, "accuracy", "test")
    return values


def relative_losses(part: Training, values: Mapping[str, Array]) -> dict[str, Array]:
    """Training losses over those of one of the networks, (seeds,) for each; of `reached` ones."""
    if not part.against:
        return {}
    to = values[f"{part.against}.train_loss"]
    names = [variant.name for variant in part.variants]
    return {f"{name}.relative_loss": values[f"{name}.train_loss"] / to for name in names}


def _last(run: Run, arm: str, what: str, split: str) -> Array:
    seeds = range(run.settings.seeds)
    read = run.loss if what == "loss" else run.accuracy
    rows = [read(arm, split, seed) for seed in seeds]
    at_end = len(run.evaluation_steps()) > 1
    return np.array([row[-1] if at_end else np.nan for row in rows])


def came_to(learned: list[TrainedVariant]) -> str:
    """What every network has learned, judged as the page judges any run."""
    said = (
        _(
            "{network}: {outcome}",
            network=trained.variant.label,
            outcome=_(OUTCOMES[finding(trained.run, trained.variant.arm).outcome]),
        )
        for trained in learned
    )
    return _("{said}.", said=listed_apart(said))


OUTCOMES: dict[Outcome, str] = {
    "learns": N_("learns"),
    "hardly learns": N_("hardly learns"),
    "worse": N_("ends worse than at the start"),
    "failed": N_("breaks down"),
    "early": N_("has too few steps to be judged"),
}


def loss_panel(learned: list[TrainedVariant], outcomes: str = "") -> Panel:
    """Training loss against steps; the first thing to look at where a net is said to degrade."""
    curves = []
    for trained in learned:
        smooth = _smoothed(trained.losses())
        steps = trained.run.row_steps[-smooth.shape[1] :]
        curves.append(trained.variant.curve(steps, smooth))
    settings = learned[0].run.settings
    how = _(
        "Mean of the last {batches} batches, median and span of {seeds} seeds. Learning rate "
        "{rate}, momentum {momentum}, batch {batch}.",
        batches=SMOOTHED,
        seeds=settings.seeds,
        rate=format(settings.learning_rate, "g"),
        momentum=format(settings.momentum, "g"),
        batch=settings.batch_size,
    )
    return Panel(
        "training_loss",
        _("Training loss"),
        sentences([how, outcomes] if outcomes else [how]),
        Lines(
            tuple(curves),
            Axis(_("step"), span=(0, max(settings.steps, 1))),
            Axis(_("training loss"), log=True),
        ),
    )


def _smoothed(losses: Array) -> Array:
    width = min(SMOOTHED, losses.shape[1])
    kernel = np.full(width, 1 / width)
    return np.stack([np.convolve(row, kernel, "valid") for row in losses])


def accuracy_panel(part: Training, values: Mapping[str, Array]) -> Panel:
    """Test accuracy of every network beside what is published."""
    bars = []
    for variant in part.variants:
        found = values[f"{variant.name}.test_accuracy"]
        found = np.where(np.isfinite(found), found, 0.0)
        bars.append(
            Bar(
                variant.label,
                float(np.median(found)),
                float(found.min()),
                float(found.max()),
                variant.style,
                variant.published,
            )
        )
    return Panel(
        "test_accuracy",
        _("Test accuracy"),
        _("Median and span of {seeds} seeds; a seed that diverged counts as 0.", seeds=part.seeds),
        LabelledBars(
            tuple(bars), Axis(_("test accuracy"), span=(0.0, 1.0)), (chance_mark(part, "x"),)
        ),
    )


def chance_mark(part: Part, axis: Literal["x", "y"] = "y") -> Mark:
    """The accuracy of guessing, on the axis that shows accuracies."""
    about = data.info(part.settings.data)
    return Mark(about.chance, guessing_text(about.score, about.chance), axis)
