"""What the sections of Learn measure: a request for each, answered with `Result`s.

`skipviz.engine.measures` computes them, in a worker process.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from skipviz.data import OwnData
from skipviz.measures.cases import Case, Pair
from skipviz.measures.results import Result
from skipviz.network import Network
from skipviz.request import Request
from skipviz.settings import Settings
from skipviz.types import Ends

# ---- first weights


@dataclass(frozen=True)
class StartGradients(Request[Result]):
    """The gradient of the states per layer of every case, and its factor per layer."""

    cases: Sequence[Case]
    batch: int = 64


@dataclass(frozen=True)
class GradientAsSum(Request[Result]):
    """The two sides of the equation of He et al. 2016, in every case."""

    cases: Sequence[Case]


@dataclass(frozen=True)
class GradientShares(Request[Result]):
    """The signed share of every way down to the source of a skip."""

    network: Network
    data: str


@dataclass(frozen=True)
class CancellingBranch(Request[Result]):
    """A skip around a linear branch with J = -c I, for c from 0 to 1."""


@dataclass(frozen=True)
class SkipCriterion(Request[Result]):
    """The criterion R against what a skip does to the gradient, in random networks."""


@dataclass(frozen=True)
class SkipAndWeights(Request[Result]):
    """What a skip changes in the gradients of the weights of linear layers."""


# ---- the network at hand


@dataclass(frozen=True)
class SkipAtHand(Request[Result]):
    """Of the skip with these ends in the reader's own network, at its first weights."""

    network: Network
    data: str | OwnData
    seed: int
    ends: Ends


@dataclass(frozen=True)
class SkipForward(SkipAtHand):
    """What the skip adds to the signal."""


@dataclass(frozen=True)
class SkipBackward(SkipAtHand):
    """What the skip adds to the gradient."""


@dataclass(frozen=True)
class SkipAgainstNone(SkipAtHand):
    """How far the gradient of each layer is from the one without the skip."""


@dataclass(frozen=True)
class SkipAngles(SkipAtHand):
    """R and the cosine at every skip of the network, this one in words."""


# ---- while training


@dataclass(frozen=True)
class TrainingLosses(Request[Result]):
    """The training loss of every case over steps."""

    cases: Sequence[Case]
    settings: Settings


@dataclass(frozen=True)
class LossesByRate(Request[Result]):
    """The training loss that every case reaches at every learning rate."""

    cases: Sequence[Case]
    settings: Settings
    rates: Sequence[float]


@dataclass(frozen=True)
class BranchSizes(Request[Result]):
    """How large what a branch adds is, beside what comes past it."""

    network: Network
    settings: Settings


@dataclass(frozen=True)
class IdentityTask(Request[Result]):
    """The loss for the target y = x in so many blocks, by several ways to train."""

    blocks: Sequence[int]
    ways: Sequence[Settings]


@dataclass(frozen=True)
class LinearProbes(Request[Result]):
    """How well the label can be read from every state, before training and after."""

    network: Network
    settings: Settings


@dataclass(frozen=True)
class StepsToLoss(Request[Result]):
    """Steps until the training loss is below `target`, pair by pair."""

    pairs: Sequence[Pair]
    settings: Settings
    target: float


@dataclass(frozen=True)
class GeneralisationGap(Request[Result]):
    """The gap between train and test score, pair by pair."""

    pairs: Sequence[Pair]
    settings: Settings


@dataclass(frozen=True)
class UpdateSmoothness(Request[Result]):
    """What successive gradients have in common."""

    network: Network
    settings: Settings


@dataclass(frozen=True)
class LossBasins(Request[Result]):
    """The low part of a slice of the loss, its minima, and where it curves down."""

    network: Network
    settings: Settings


# ---- feedback


@dataclass(frozen=True)
class LossAfterSteps(Request[Result]):
    """The gradient of a feedback skip where the loss is taken after 1, 2, .. time steps."""


@dataclass(frozen=True)
class GradientOverTime(Request[Result]):
    """The gradient of the states, layers by time steps."""

    network: Network


@dataclass(frozen=True)
class FeedbackGains(Request[Result]):
    """The gradient over time, for feedback weights of these sizes."""

    values: Sequence[float]


@dataclass(frozen=True)
class FixedPoint(Request[Result]):
    """The gradient at the fixed point of a loop against that of the unrolled loop."""


# ---- shapes and cost


@dataclass(frozen=True)
class ShapeFixes(Request[Result]):
    """What does not fit in a network, and the fixes offered, each tried out."""

    network: Network
    input_shape: tuple[int, ...]
    outputs: int


@dataclass(frozen=True)
class SkipCost(Request[Result]):
    """Parameters and MACs of a network, with its skips and without them."""

    network: Network
    input_shape: tuple[int, ...]
    outputs: int


@dataclass(frozen=True)
class CountedCost(Request[Result]):
    """Parameters, MACs and memory of every case; the first is without skips."""

    cases: Sequence[Case]


@dataclass(frozen=True)
class StepTimes(Request[Result]):
    """How long a training step of every case takes."""

    cases: Sequence[Case]
    settings: Settings


@dataclass(frozen=True)
class PublishedSizes(Request[Result]):
    """Parameters and MACs of these presets, beside the published ones."""

    names: Sequence[str]


# ---- checks of misconceptions


@dataclass(frozen=True)
class TrainingChecks(Request[Result]):
    """Of what is said on training."""


@dataclass(frozen=True)
class SizeChecks(Request[Result]):
    """Of what is said on the size of gradients."""


@dataclass(frozen=True)
class FormulaChecks(Request[Result]):
    """Of what is said on the formulas."""


@dataclass(frozen=True)
class PathChecks(Request[Result]):
    """Of what is said on paths and gates."""


OfFirstWeights = (
    StartGradients
    | GradientAsSum
    | GradientShares
    | CancellingBranch
    | SkipCriterion
    | SkipAndWeights
)
OfSkipAtHand = SkipForward | SkipBackward | SkipAgainstNone | SkipAngles
OfTraining = TrainingLosses | LossesByRate | IdentityTask | BranchSizes
OfClaim = StepsToLoss | GeneralisationGap | UpdateSmoothness | LinearProbes | LossBasins
OfFeedback = LossAfterSteps | GradientOverTime | FeedbackGains | FixedPoint
OfShapesAndCost = ShapeFixes | SkipCost | CountedCost | StepTimes | PublishedSizes
OfMisconception = TrainingChecks | SizeChecks | FormulaChecks | PathChecks
Measurement = (
    OfFirstWeights
    | OfSkipAtHand
    | OfTraining
    | OfClaim
    | OfFeedback
    | OfShapesAndCost
    | OfMisconception
)
