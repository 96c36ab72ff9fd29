"""What an experiment measures, as data; `skipviz.experiments.measuring` does it.

Every part names the networks it is about. Gradients of initial weights are taken in float64 on
the first samples of the train split, unless a part says otherwise.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from skipviz.network import Network
from skipviz.settings import Settings

SEEDS = 3


@dataclass(frozen=True)
class Variant:
    """One network as one arm. `style` is how it is drawn, see `skipviz.experiments.panels`."""

    name: str
    label: str
    network: Network
    style: str = "other"
    arm: str = "skip"
    published: str = ""


@dataclass(frozen=True)
class Part:
    """Something to measure of some networks. Values are arrays over the seeds."""

    variants: tuple[Variant, ...] = ()
    settings: Settings = field(default_factory=Settings)
    seeds: int = SEEDS

    @property
    def effort(self) -> float:
        """Its share of the time an experiment takes, against 1 for the others."""
        return 1.0


@dataclass(frozen=True)
class Training(Part):
    """Trains the networks: "v.test_accuracy", "v.train_loss", "v.diverged" (share of seeds).

    `bars` draws test accuracies as bars beside what is published.
    """

    bars: bool = False

    @property
    def effort(self) -> float:
        return 20.0


@dataclass(frozen=True)
class Gradients(Part):
    """The gradient of every layer at the initial weights.

    "v.first" and "v.last": |dL/dW| of layer 1 and layer N; "v.ratio" is first over last;
    "v.growth": factor per layer on the way down, fitted to log |dL/ds_k| over the layers but the
    five at each end. `of` is what is drawn. `factors` are predictions by variant: the gradient of
    a state is this many times that of the state above it. "v.direct" is then |dL/ds_1| over
    |dL/ds_N|, and "v.error" how far, relatively, any layer is off.
    """

    of: Literal["weight", "state"] = "weight"
    samples: int = 64
    factors: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class PathCounts(Part):
    """Counts the paths of networks made of blocks of one layer; exact, so the same for any seed.

    "v.paths", "v.mean" length, "v.off" (largest difference to the binomial coefficients),
    "v.after_deletion" (share of the paths left without the block in the middle), and for every
    span in `spans`, say (19, 35), the share "v.19_35" of paths of such a length.
    """

    spans: tuple[tuple[int, int], ...] = ()
