"""What an experiment measures, as data; `skipviz.engine.experiments` does it.

Every part names the networks it is about. Gradients of initial weights are taken in float64 on
the first batch of a training with the same seed, unless a part says otherwise.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from numpy.typing import ArrayLike

from skipviz.charts import Curve, Mode, over_seeds
from skipviz.network import Network
from skipviz.settings import Settings

SEEDS = 3


@dataclass(frozen=True)
class Variant:
    """One network as one arm. `style` is how it is drawn, see `skipviz.charts`."""

    name: str
    label: str
    network: Network
    style: str = "other"
    arm: str = "skip"
    published: str = ""

    def curve(self, x: ArrayLike, values: ArrayLike, mode: Mode = "line") -> Curve:
        """What was measured of it at `x`; `values` are (seeds, points)."""
        return over_seeds(self.label, values, self.style, x, mode, self.name)


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

    `bars` draws test accuracies as bars beside what is published. "v.relative_loss" is the
    training loss over that of the network named by `against`.
    """

    bars: bool = False
    against: str = ""

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


@dataclass(frozen=True)
class SinglePaths(Part):
    """The gradient by path length, see `skipviz.paths`: "v.estimated" and "v.exact" are the mean
    lengths by count times mean norm of a single path (Veit et al. 2016) and by the exact norm of
    the sum over a length; "v.cancellation" is the sum of those norms over the norm of their sum.

    `samples` single paths are drawn of every length.
    """

    samples: int = 20


@dataclass(frozen=True)
class Deletion(Part):
    """Trains, then deletes single blocks, or layers where there are no skips, without training on.

    "v.test_accuracy" before, "v.one" the mean after deleting any one, "v.worst" after the worst.
    `several` are the numbers of blocks deleted together at random, ten draws each.
    """

    several: tuple[int, ...] = (1, 2, 4, 6, 8, 10, 14)

    @property
    def effort(self) -> float:
        return 20.0


@dataclass(frozen=True)
class Shattering(Part):
    """dy/dx of networks of one input and one output at `points` places of [-2, 2].

    Autocorrelation over the places, with batch statistics taken there and held constant:
    "v.lag5", and "v.half": the first lag at which it is below one half (or the largest drawn).
    """

    points: int = 256
    lags: int = 40


@dataclass(frozen=True)
class Cosines(Part):
    """Mean cosine, over pairs of inputs, of the gradients of one output direction at state 1.

    Of `inputs` Gaussian inputs, against the number of blocks, with batch statistics held constant.
    `by_depth` holds the networks of every variant. "v.factor" is the factor of the cosine per
    block and "v.power" the power of the number of blocks, fitted to its log.
    """

    by_depth: Mapping[str, Mapping[int, Network]] = field(default_factory=dict)
    inputs: int = 128


@dataclass(frozen=True)
class OverDepth(Part):
    """|dL/ds_1| over |dL/ds_N| at the initial weights against the number of layers between.

    `by_depth` holds the networks of every variant, whose own one is the deepest. Mean field theory
    (skipviz.theory) is drawn as a line. "v.at_32" is the ratio at depth 32, "v.deepest" that of the
    deepest network. "v.r2_depth" and "v.r2_root" say how well its log is linear in the depth and in
    its square root, "v.r2_lead" is R² in the log of the depth (a power law) less R² in the depth
    (an exponential). "v.off" is the largest distance to theory in log (natural), of the median over
    the seeds.
    """

    by_depth: Mapping[str, Mapping[int, Network]] = field(default_factory=dict)
    samples: int = 32


@dataclass(frozen=True)
class LastFeedForward(Part):
    """|dL/dW_2| of feed-forward blocks at the initial weights against the number of blocks.

    "v.at_6" is that of the last block of six, "v.slope" the power of the number of blocks by which
    it goes, "v.tilt" the ratio of the last block to the first in the deepest network. "v.grown" is
    the RMS of the state behind its last block over that before its first.
    """

    by_depth: Mapping[str, Mapping[int, Network]] = field(default_factory=dict)
    samples: int = 8


@dataclass(frozen=True)
class SkipClaim(Part):
    """Many random nets with one skip p -> q, each with it, without, and with its gradient only.

    Per sample and layer, against the net without: "gradient_only.above", the largest relative
    difference in layers p + 1 .. N; "gradient_only.increment", how far the difference in layers
    1 .. p is from dL/ds_q J_k, relatively; "gradient_only.criterion", the share of cases in which
    the norm at p grows exactly where R > -1/2; "gradient_only.falls" and "skip.falls", the share
    in which |dL/ds_1| is smaller; "skip.above", the median ratio over layers p + 1 .. N.
    The nets are divided into `seeds` groups.
    """

    nets: int = 100
    samples: int = 4


@dataclass(frozen=True)
class OverTime(Part):
    """|dL/ds_k^t| of networks with a feedback skip q -> p, at the initial weights, on the first
    samples of the train split.

    "v.factor": per time step backwards at state q, fitted to the log over all steps but the last;
    "v.first": the largest difference that the skip makes to a state of the first time step.
    The last network is drawn as layers against time.
    """

    samples: int = 64
