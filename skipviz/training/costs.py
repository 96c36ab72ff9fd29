"""What every arm costs: counted, its share of the measured run, and measured alone."""

import statistics
from dataclasses import dataclass
from itertools import pairwise

from skipviz.arms import STANDARD_ARMS, Arm
from skipviz.network import Network
from skipviz.settings import Settings
from skipviz.training.run import Run


@dataclass(frozen=True)
class ArmCost:
    """`parameters` and `macs` (of one sample, forward) leave out skips the arm does not use.

    `seconds_per_step` is the arm's share of the measured time of a step of the run, evaluations
    included: all arms run as one stack, so every arm has an equal share.
    """

    parameters: int
    macs: int
    seconds_per_step: float


def arm_costs(run: Run) -> dict[str, ArmCost]:
    """The costs of every arm of a run."""
    info = run.info
    seconds = run.seconds()
    share = float(seconds[-1]) / run.steps / len(run.arms) if len(seconds) else float("nan")
    costs = {}
    for arm in run.settings.arms_for(run.network):
        used = arm.used_part(run.network)
        parameters = used.count_parameters(info.input_shape, info.outputs)
        macs = used.count_macs(info.input_shape, info.outputs)
        costs[arm.name] = ArmCost(parameters, macs, share)
    return costs


def seconds_alone(network: Network, settings: Settings, steps: int = 20) -> dict[str, float]:
    """Median seconds of a training step of every arm when it runs by itself.

    The arms take turns, so that all meet the same machine. Evaluation is left out.
    """
    from skipviz.training.trainer import Trainer

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
