"""What every arm costs: counted, and its share of the measured run."""

from dataclasses import dataclass

from skipviz.network import Network, ResolvedNetwork
from skipviz.runs.recording import Recording
from skipviz.settings import Settings

_FLOAT32 = 4  # bytes


@dataclass(frozen=True)
class ArmCost:
    """`parameters` and `macs` (of one sample, forward) leave out skips the arm does not use.

    `seconds_per_step` is the arm's share of the measured time of a step of the run, evaluations
    included: all arms run as one stack, so every arm has an equal share.
    """

    parameters: int
    macs: int
    seconds_per_step: float


def weight_bytes(network: ResolvedNetwork, settings: Settings) -> int:
    """What the trained weights of all arms and seeds take in float32."""
    replicas = len(settings.arms_for(network.network)) * settings.seeds
    return _FLOAT32 * replicas * network.counts.parameters


def arm_costs(run: Recording, network: Network) -> dict[str, ArmCost]:
    """The costs of every arm of a run of a network."""
    seconds = run.seconds()
    share = float(seconds[-1]) / run.steps / len(run.arms) if len(seconds) else float("nan")
    costs = {}
    for arm in run.settings.arms_for(network):
        counts = run.info.resolve(arm.used_part(network)).counts
        costs[arm.name] = ArmCost(counts.parameters, counts.macs, share)
    return costs
