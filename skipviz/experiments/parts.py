"""What an experiment measures, as data; `skipviz.experiments.measuring` does it.

Every part names the networks it is about. Gradients of initial weights are taken in float64 on
the first samples of the train split, unless a part says otherwise.
"""

from collections.abc import Sequence
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
    def shown(self) -> Sequence[Variant]:
        """The networks that the page offers to open in the playground."""
        return self.variants

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
    five at each end. `of` is what is drawn.
    """

    of: Literal["weight", "state"] = "weight"
    samples: int = 64
