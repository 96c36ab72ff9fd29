"""What every arm costs when it runs by itself."""

import statistics
from itertools import pairwise

from skipviz.arms import STANDARD_ARMS, Arm
from skipviz.engine.training.trainer import Trainer
from skipviz.network import Network
from skipviz.settings import Settings


def seconds_alone(network: Network, settings: Settings, steps: int = 20) -> dict[str, float]:
    """Median seconds of a training step of every arm when it runs by itself.

    The arms take turns, so that all meet the same machine. Evaluation is left out.
    """
    arms = settings.arms_for(network)
    trainers = {arm.name: Trainer(network, _alone(settings, arm, steps)) for arm in arms}
    ends: dict[str, list[float]] = {name: [] for name in trainers}
    for _ in range(steps):
        for name, trainer in trainers.items():
            ends[name].append(trainer.step().seconds)
    return {
        name: statistics.median(after - before for before, after in pairwise(seconds))
        for name, seconds in ends.items()
    }


def _alone(settings: Settings, arm: Arm, steps: int) -> Settings:
    own = () if arm.name in STANDARD_ARMS else (arm,)
    fields = {"arms": (arm.name,), "own_arms": own, "steps": steps, "evaluate_every": 100_000}
    return Settings.model_validate(dict(settings) | fields)
