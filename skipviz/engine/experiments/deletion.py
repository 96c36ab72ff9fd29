"""Deleting blocks of networks just trained, with `skipviz.lesion`."""

from collections.abc import Iterator

import numpy as np

from skipviz.charts import Axis, Lines, Panel
from skipviz.engine.experiments.findings import Findings
from skipviz.engine.experiments.trained import (
    TrainedVariant,
    chance_mark,
    loss_panel,
    reached,
    train_all,
)
from skipviz.engine.lesion.ablation import weights_of
from skipviz.engine.lesion.study import TrainedArm
from skipviz.experiments.parts import Deletion
from skipviz.language import _
from skipviz.lesion.ways import Cut
from skipviz.types import Array

DRAWS = 10
TRAINED = 0.9  # of the time


def deletion(part: Deletion) -> Iterator[Findings]:
    """Train all networks, then delete."""
    learned: list[TrainedVariant] = []
    for done, learned in train_all(part):
        yield Findings(TRAINED * done, [loss_panel(learned)])
    values = reached(learned)
    singles: dict[str, Array] = {}
    several: dict[str, Array] = {}
    for trained in learned:
        name = trained.variant.name
        trained_arms = _trained_arms(trained, part)
        singles[name] = np.stack([_without_one(trained_arm) for trained_arm in trained_arms])
        several[name] = np.stack([_without_some(trained_arm, part) for trained_arm in trained_arms])
        values[f"{name}.one"] = singles[name].mean(1)
        values[f"{name}.worst"] = singles[name].min(1)
    panels = [
        _single_panel(learned, singles, part),
        _several_panel(learned, several, part),
    ]
    yield Findings(1.0, [*panels, loss_panel(learned)], values)


def _trained_arms(trained: TrainedVariant, part: Deletion) -> list[TrainedArm]:
    network, trainer = trained.variant.network, trained.trainer
    (arm,) = trainer.settings.arms_for(network)
    trainer.stack.eval()
    return [
        TrainedArm.of(network, part.settings, None, arm, weights_of(trainer.stack, replica))
        for replica in range(part.seeds)
    ]


def _deletable(trained_arm: TrainedArm) -> list[int]:
    """The last layer of every block, which takes the block with it; else every hidden layer."""
    ends = {skip.target for skip in trained_arm.network.skips}
    return [k for k in trained_arm.layers if (k in ends if ends else k > 1)]


def _without_one(trained_arm: TrainedArm) -> Array:
    cuts = [Cut(frozenset({k})) for k in _deletable(trained_arm)]
    return trained_arm.without(cuts)[1]


def _without_some(trained_arm: TrainedArm, part: Deletion) -> Array:
    """Mean over the draws for every number of blocks; NaN where there are not so many."""
    layers, random = _deletable(trained_arm), np.random.default_rng(0)
    means = []
    for count in part.several:
        if count > len(layers):
            means.append(np.nan)
            continue
        draws = [random.choice(layers, count, replace=False) for _ in range(DRAWS)]
        cuts = [Cut(frozenset(map(int, draw))) for draw in draws]
        means.append(float(trained_arm.without(cuts)[1].mean()))
    return np.array(means)


def _single_panel(
    learned: list[TrainedVariant], singles: dict[str, Array], part: Deletion
) -> Panel:
    curves = [
        v.curve(np.arange(1, singles[v.name].shape[1] + 1), singles[v.name], "dots")
        for v in (trained.variant for trained in learned)
    ]
    return Panel(
        "deleted_one",
        _("Test accuracy without one block"),
        _("No training afterwards. Median and span of the seeds."),
        Lines(
            tuple(curves),
            Axis(_("block that is deleted (1 = next to the input)")),
            Axis(_("test accuracy"), span=(0.0, 1.0)),
            (chance_mark(part),),
        ),
    )


def _several_panel(
    learned: list[TrainedVariant], several: dict[str, Array], part: Deletion
) -> Panel:
    curves = []
    for variant in (trained.variant for trained in learned):
        found = several[variant.name]
        known = np.isfinite(found).all(0)
        counts = np.array(part.several)[known]
        curves.append(variant.curve(counts, found[:, known]))
    return Panel(
        "deleted_several",
        _("Test accuracy without several blocks"),
        _("Drawn at random, mean of {draws} draws; median and span of the seeds.", draws=DRAWS),
        Lines(
            tuple(curves),
            Axis(_("blocks deleted"), from_zero=True),
            Axis(_("test accuracy"), span=(0.0, 1.0)),
            (chance_mark(part),),
        ),
    )
