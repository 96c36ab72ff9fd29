"""What was measured with something deleted. Numpy only: the page reads it without torch."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from skipviz.types import Array, Ends


@dataclass(frozen=True, eq=False)
class Trained:
    """The weights of every arm after training, one replica each, by name, in the model's layout.

    Two are equal only if they are the same object: arrays are not compared entry by entry.
    """

    weights: Mapping[str, Mapping[str, NDArray[np.float32]]]


@dataclass(frozen=True)
class Singles:
    """One arm with nothing deleted, with each layer deleted and with each skip deleted.

    On the test split. `layers` are those that can be deleted, scores and losses (layers,); the
    same for `skips`, which only arms with skips have.
    """

    arm: str
    loss: float
    score: float
    layers: tuple[int, ...]
    layer_losses: Array
    layer_scores: Array
    skips: tuple[Ends, ...]
    skip_losses: Array
    skip_scores: Array


@dataclass(frozen=True)
class Several:
    """One arm with `counts` (sizes,) layers deleted at random: scores and losses (sizes, draws)."""

    arm: str
    counts: tuple[int, ...]
    losses: Array
    scores: Array


@dataclass(frozen=True)
class Chosen:
    """One arm with a cut of the visitor's own; NaN where the arm cannot lose it."""

    arm: str
    loss: float
    score: float
