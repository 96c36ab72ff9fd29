"""Loading data sets into arrays on one scale, with a fixed split."""

import functools
from collections.abc import Callable

import numpy as np

from skipviz.data import downloads, shipped
from skipviz.data.catalogue import info
from skipviz.data.sonnets import sonnets
from skipviz.data.split import Array, Split, divided, reshaped, standardised
from skipviz.data.toys import TOYS
from skipviz.data.vowels import vowels

DENOISE = 0.7  # deviation of the noise on standardised digits


def load(name: str) -> Split:
    """The arrays of a data set; the same name always gives the same numbers.

    DataError when they have to be downloaded and cannot be.
    """
    shape = info(name).input_shape
    split = LOADERS[name]()
    return reshaped(split, shape)


@functools.cache
def _digits() -> Split:
    """Kept: parsing the file takes longer than the first step of a training."""
    return standardised(divided(*shipped.digits()))


def _denoising() -> Split:
    """Digits with noise, and the digits without it as targets (samples, 1, 8, 8)."""
    x = shipped.digits()[0].reshape(-1, 1, 8, 8)
    clean = standardised(divided(x, x), whole=True)
    random = np.random.default_rng(0)
    train, test = (
        part + random.normal(0, DENOISE, part.shape).astype(np.float32)
        for part in (clean.train_x, clean.test_x)
    )
    return Split(train, clean.train_y, test, clean.test_y)


def _columns(make: Callable[[], tuple[Array, Array]]) -> Callable[[], Split]:
    """Every column on a scale of its own: they measure different things."""
    return lambda: standardised(divided(*make()))


def _alike(make: Callable[[], tuple[Array, Array]]) -> Callable[[], Split]:
    """All entries on one scale: pixels and samples of a wave keep their proportions."""
    return lambda: standardised(divided(*make()), whole=True)


LOADERS: dict[str, Callable[[], Split]] = {
    **dict.fromkeys(("digits", "digits_images", "digits_rows", "digits_pixels"), _digits),
    "digits_denoising": _denoising,
    **{make.__name__: _columns(make) for make in TOYS},
    "breast_cancer": _columns(shipped.breast_cancer),
    "wine": _columns(shipped.wine),
    "sonnets": sonnets,
    "vowels": _alike(vowels),
    **dict.fromkeys(("mnist", "mnist_images"), _alike(downloads.mnist)),
    "cifar10": _alike(downloads.cifar10),
}
"""How each set of the catalogue is loaded."""
