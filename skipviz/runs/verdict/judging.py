"""What numbers of one arm mean. Thresholds, with their reasons, stand here and nowhere else.

Everything is told from arrays alone, so that runs, studies and models that nobody drew are judged
by one rule.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np

from skipviz.language import N_
from skipviz.types import Array

Outcome = Literal["learns", "hardly learns", "worse", "failed", "early"]
State = Literal[
    "vanished",
    "vanishing",
    "fading",
    "healthy",
    "exploding",
    "failed",
    "not training",
    "none in the last layer",
    "too few weights",
    "no gradient",
    "zero in some layers",
    "cut off",
    "uneven",
]

OUTCOMES: Mapping[Outcome, str] = {
    "learns": N_("learns"),
    "hardly learns": N_("hardly learns"),
    "worse": N_("worse"),
    "failed": N_("failed"),
    "early": N_("early"),
}
STATES: Mapping[State, str] = {
    "vanished": N_("vanished"),
    "vanishing": N_("vanishing"),
    "fading": N_("fading"),
    "healthy": N_("healthy"),
    "exploding": N_("exploding"),
    "failed": N_("failed"),
    "not training": N_("not training"),
    "none in the last layer": N_("none in the last layer"),
    "too few weights": N_("too few weights"),
    "no gradient": N_("no gradient"),
    "zero in some layers": N_("zero in some layers"),
    "cut off": N_("cut off"),
    "uneven": N_("uneven"),
}
"""How they read in a table: said with `_`."""
STARVED = 1e-6
"""Of the largest layer's gradient. Updates that small are lost in float32 beside the weights."""
VANISHING = 1e-2
EXPLODING = 1e3
EARLY = 20  # steps before an arm can be said to learn
PATIENCE = 50  # steps before an arm can be said not to learn: some lie on a plateau first
LEARNT = 0.1
"""Of the way from guessing to a perfect score: well outside the scatter of a test split. As far
past the score at the start, or the loss visibly below it: initial weights can be lucky."""
LEARNT_LOSS = 0.8
"""Times the loss of guessing: with a rare class no score is a tenth of the way; a tenth of the loss
is moved by a few samples."""
BY_HEART = 0.2, 0.05  # that far on the training split, and less than that on the test split
APART = 10
"""Times less than the states' the weights' gradient has to be before both are said to differ."""
EVEN = 0.1  # every layer gets at least this share of the largest gradient
WORSE = 1.5
"""Times the training loss at the start: batches of one move that of guessing by a tenth."""
UNSETTLED = 1.2  # times the loss of the batch: batches of one model scatter by a tenth
FALLS = 0.9  # times the training loss at the start: a reader sees that it is less
HARM_LOSS = 1.2  # times the training loss of the arm without skips
HARM_FROM = 0.01  # of the loss at the start: where both are below it, both fit their data
HARM_SCORE = 0.03  # of the way from guessing to a perfect score
BESIDE_READOUT = 1e-2
"""Of the gradient of the readout's weights: layers that all get less are short of gradient."""
RARE = 0.02
"""Of the samples that guessing gets wrong: single ones decide the score, which says nothing."""
SURE = 0.5
"""Of the same way: another seed moves the score of a network that learns by a fifth and more."""


class Growth(NamedTuple):
    """Root mean squares per entry from end to end: dL/ds_1 over dL/ds_N, and s_N over s_1.

    Of the last time step where there are several.
    """

    gradient: float
    state: float


class Growths(NamedTuple):
    """`Growth` of every seed."""

    gradient: list[float]
    state: list[float]


@dataclass(frozen=True)
class Gradients:
    """|dL/dW_k| of the layers that have weights, as shares of the largest.

    `starved` layers get something, but less than a millionth of the largest; `zero` ones exactly
    0; `weakest` is the layer of the least gradient above 0 with its share, None without one.
    """

    layers: tuple[int, ...]
    shares: Array

    @property
    def starved(self) -> list[int]:
        return [k for k, share in self._items() if 0 < share < STARVED]

    @property
    def zero(self) -> list[int]:
        return [k for k, share in self._items() if share == 0]

    @property
    def weakest(self) -> tuple[int, float] | None:
        above = [(share, k) for k, share in self._items() if share > 0]
        return (min(above)[1], min(above)[0]) if above else None

    def _items(self) -> list[tuple[int, float]]:
        return list(zip(self.layers, self.shares.tolist(), strict=True))


@dataclass(frozen=True)
class Learned:
    """Losses of the whole training split, at the start and after `steps` updates, and scores.

    A score is the accuracy or R²; `chance` is that of guessing, `guessing` its loss. NaN where
    nothing was evaluated after the start. `normed`: by batch norm, which evaluates with statistics
    of the batches so far; `batch_loss` is then that of the batch at the same step. `start_score`
    is that of the training split at the start, NaN where it is not known.
    """

    steps: int
    start_loss: float
    train_loss: float
    train_score: float
    test_score: float
    chance: float
    guessing: float
    normed: bool = False
    batch_loss: float = np.nan
    start_score: float = np.nan

    @property
    def gain(self) -> float:
        """On the training split: 0 is guessing, 1 perfect."""
        return _gain(self.train_score, self.chance)

    @property
    def test_gain(self) -> float:
        """The same on the test split."""
        return _gain(self.test_score, self.chance)

    @property
    def beats_guessing(self) -> bool:
        """Whether score or loss do clearly: where one class is rare, hardly any score can."""
        return self.gain >= LEARNT or self.train_loss < LEARNT_LOSS * self.guessing

    @property
    def moved(self) -> bool:
        """Whether training has brought loss or score visibly on: initial weights may be lucky."""
        before = 0.0 if np.isnan(self.start_score) else _gain(self.start_score, self.chance)
        return self.falls or self.gain - before >= LEARNT

    @property
    def learns(self) -> bool:
        """Whether it has come clearly past guessing, and by training."""
        return self.beats_guessing and self.moved

    @property
    def unsettled(self) -> bool:
        """Whether the statistics of batch norm are not yet those of the weights: the batches, on
        statistics of their own, do better."""
        fits = self.batch_loss <= WORSE * self.start_loss
        return self.normed and fits and self.train_loss > UNSETTLED * self.batch_loss

    @property
    def falls(self) -> bool:
        """Whether the training loss is visibly less than at the start."""
        return self.train_loss < FALLS * self.start_loss

    @property
    def by_heart(self) -> bool:
        """Whether what fits the training data says hardly anything of others."""
        return not self.few and self.gain > BY_HEART[0] and self.test_gain < BY_HEART[1]

    @property
    def few(self) -> bool:
        """Whether guessing is nearly always right."""
        return 1 - self.chance < RARE


def outcome_of(learned: Learned) -> Outcome:
    """What a sound arm has learned."""
    if np.isnan(learned.train_loss) or (learned.normed and learned.steps < EARLY):
        return "early"
    if learned.unsettled:  # its loss says nothing yet, its score may
        return "learns" if learned.learns and learned.steps >= EARLY else "early"
    if not learned.train_loss <= WORSE * learned.start_loss:
        return "worse"
    if learned.learns and learned.steps >= EARLY:
        return "learns"
    return "early" if learned.steps < PATIENCE else "hardly learns"


def state_of(
    gradients: Gradients, growth: Growth, left: float, ratio: float, outcome: Outcome
) -> State:
    """What the gradients of a sound arm look like, over all its layers.

    `left` of dL/ds_N is what arrives at s_1, per entry or in all.
    """
    if len(gradients.layers) < 2:
        return "too few weights"
    if gradients.weakest is None:
        return "no gradient"
    if explodes(growth):
        return "exploding"
    if np.isinf(ratio):
        return "none in the last layer"
    if gradients.starved or ratio == 0:
        return "vanished"
    if gradients.weakest[1] < VANISHING:
        return "vanishing" if _fades(gradients, growth) else "uneven"
    if gradients.zero:
        return "zero in some layers"
    if growth.gradient < VANISHING and left < VANISHING and growth.state < VANISHING:
        return "fading"  # |dL/dW_k| goes by both, so all may get alike, and next to nothing
    return "not training" if outcome == "hardly learns" else "healthy"


def _fades(gradients: Gradients, growth: Growth) -> bool:
    """Whether little arrives at the bottom: from state to state, and in the first weights.

    Behind a mean over P positions every entry of dL/ds has a P-th, though nothing is lost.
    """
    return growth.gradient < VANISHING and bool(gradients.shares[0] < EVEN)


def explodes(growth: Growth) -> bool:
    """Whether gradient or signal grow beyond use from one end of the network to the other."""
    return any(np.isfinite(factor) and factor > EXPLODING for factor in growth)


def shares_of(norms: Array) -> Array:
    """(.., layers) norms as shares of the largest; 0 where there is no gradient at all."""
    largest = norms.max(-1, keepdims=True, initial=0)
    shares: Array = np.divide(norms, largest, out=np.zeros_like(norms), where=largest > 0)
    return shares


def are_even(shares: Array) -> bool:
    """Whether no layer gets much less than another, whatever the seed: (seeds, layers)."""
    return bool(shares.size and (shares >= EVEN).all())


def makes_worse(with_skips: Learned, without: Learned) -> bool:
    """Whether the skips do harm: to the training loss and to the test score, both clearly."""
    loss, other = with_skips.train_loss, without.train_loss
    higher = loss > HARM_LOSS * other and loss - other > HARM_FROM * without.start_loss
    lower = without.test_gain - with_skips.test_gain > HARM_SCORE
    return higher and lower and not without.few


def is_sure(with_skips: Learned, without: Learned) -> bool:
    """Whether one seed is enough to say so."""
    return without.test_gain - with_skips.test_gain > SURE


def _gain(score: float, chance: float) -> float:
    return (score - chance) / (1 - chance) if chance < 1 else float(score - chance)
