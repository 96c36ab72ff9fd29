"""Arrays of a data set, divided once and for all and put to one scale."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
TEST_SHARE = 0.25


@dataclass(frozen=True)
class Split:
    """x (samples, *input_shape) and y (samples, ..).

    x is float32, or int64 where it holds token numbers; y is int64 classes or float32 targets.
    Quantities have mean 0 and deviation 1 on the train part, inputs and targets alike.
    """

    train_x: Array
    train_y: Array
    test_x: Array
    test_y: Array

    @property
    def bytes(self) -> int:
        """Memory that the arrays take."""
        return sum(part.nbytes for part in (self.train_x, self.train_y, self.test_x, self.test_y))


def divided(x: Array, y: Array, test_share: float = TEST_SHARE) -> Split:
    """A share for the test, drawn with seed 0; types are made those of a `Split`.

    The draw is that of scikit-learn's train_test_split(test_size=test_share, random_state=0), so
    that a larger test part holds all of a smaller one.
    """
    return parted(x, y, *drawn(len(x), test_share))


def parted(x: Array, y: Array, train: NDArray[np.int64], test: NDArray[np.int64]) -> Split:
    """These samples to train on and those to test; types are made those of a `Split`."""
    return Split(_typed(x[train]), _typed(y[train]), _typed(x[test]), _typed(y[test]))


def drawn(
    samples: int, test_share: float = TEST_SHARE
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Which of so many samples are to train on and which to test, in the order of the split."""
    order = np.random.RandomState(0).permutation(samples)
    tests = _tests(samples, test_share)
    return order[tests:], order[:tests]


def divided_anew(split: Split, test_share: float) -> Split:
    """The same samples with another share for the test: what `divided` makes of them at once."""
    x = np.concatenate([split.test_x, split.train_x])
    y = np.concatenate([split.test_y, split.train_y])
    tests = _tests(len(x), test_share)
    return Split(x[tests:], y[tests:], x[:tests], y[:tests])


def noisy(x: Array, noise: float) -> Array:
    """x (samples, features) with normal noise, its deviation `noise` times that of each feature.

    The draw is always the same, so that more noise moves every sample further the same way.
    """
    random = np.random.default_rng(1)
    moved: Array = x + noise * x.std(0) * random.standard_normal(x.shape)
    return moved


def _tests(samples: int, test_share: float) -> int:
    """At least one sample is left to train on."""
    return min(int(np.ceil(test_share * samples)), samples - 1)


def standardised(split: Split, whole: bool = False, positions: bool = False) -> Split:
    """x (and y, where it is a quantity) scaled by the train part: each entry, or all alike.

    Of several targets (samples, k) each has a scale of its own, unless they are `positions` of one
    thing.
    """
    train_x, test_x = _scaled(split.train_x, split.test_x, whole)
    train_y, test_y = split.train_y, split.test_y
    if train_y.dtype == np.float32:
        train_y, test_y = _scaled(train_y, test_y, whole=train_y.ndim != 2 or positions)
    return Split(train_x, train_y, test_x, test_y)


def reshaped(split: Split, shape: tuple[int, ...]) -> Split:
    """The same inputs in another shape."""
    train_x, test_x = (x.reshape(len(x), *shape) for x in (split.train_x, split.test_x))
    return Split(train_x, split.train_y, test_x, split.test_y)


def _typed(values: Array) -> Array:
    return values.astype(np.int64 if values.dtype.kind in "iub" else np.float32)


def _scaled(train: Array, test: Array, whole: bool) -> tuple[Array, Array]:
    axis = None if whole else 0
    mean = train.mean(axis, dtype=np.float64)
    deviation = train.std(axis, dtype=np.float64)
    deviation = np.where(deviation > 0, deviation, 1.0)  # what never changes stays at zero
    scaled = ((part.astype(np.float64) - mean) / deviation for part in (train, test))
    first, second = (part.astype(np.float32) for part in scaled)
    return first, second
