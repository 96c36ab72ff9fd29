"""Loading data sets into arrays on one scale, with a fixed split."""

import functools
from collections.abc import Callable

import numpy as np

from skipviz.data import downloads, shipped
from skipviz.data.catalogue import DataInfo, info
from skipviz.data.own import OwnData
from skipviz.data.recall import recall
from skipviz.data.sonnets import sonnets
from skipviz.data.split import TEST_SHARE, Array, Split, divided, noisy, reshaped, standardised
from skipviz.data.toys import TOYS
from skipviz.data.vowels import vowels
from skipviz.settings import Settings

_Make = Callable[[], tuple[Array, Array]]
_Loader = Callable[[float, float], Split]

DENOISE = 0.7  # deviation of the noise on standardised digits


def load(name: str, noise: float = 0.0, test_share: float = TEST_SHARE) -> Split:
    """The arrays of a data set; the same arguments always give the same numbers.

    `noise` is added to points of a plane, before they are put to one scale (`noisy`); other data
    have none. DataError when they have to be downloaded and cannot be.
    """
    shape = info(name).input_shape
    split = LOADERS[name](noise, test_share)
    return reshaped(split, shape)


def info_and_split(data: str | OwnData) -> tuple[DataInfo, Split]:
    """What is known of a data set, by name or one's own, and its arrays."""
    if isinstance(data, OwnData):
        return data.info, data.split
    return info(data), load(data)


def split_of(settings: Settings, own: OwnData | None = None) -> Split:
    """What a run with these settings is trained and tested on; `own` where they say "own"."""
    if own is not None:
        return own.with_share(settings.noise, settings.test_share)
    return load(settings.data, settings.noise, settings.test_share)


@functools.lru_cache(maxsize=4)
def _digits(test_share: float) -> Split:
    """Kept: parsing the file takes longer than the first step of a training."""
    return standardised(divided(*shipped.digits(), test_share))


def _denoising(test_share: float) -> Split:
    """Digits with noise, and the digits without it as targets (samples, 1, 8, 8)."""
    x = shipped.digits()[0].reshape(-1, 1, 8, 8)
    clean = standardised(divided(x, x, test_share), whole=True)
    random = np.random.default_rng(0)
    train, test = (
        part + random.normal(0, DENOISE, part.shape).astype(np.float32)
        for part in (clean.train_x, clean.test_x)
    )
    return Split(train, clean.train_y, test, clean.test_y)


def _noiseless(load_share: Callable[[float], Split]) -> _Loader:
    return lambda _, test_share: load_share(test_share)


def _columns(make: _Make) -> _Loader:
    """Every column on a scale of its own: they measure different things."""
    return lambda _, test_share: standardised(divided(*make(), test_share))


def _points(make: _Make) -> _Loader:
    """As columns; points of a plane are moved by noise, and keep their class or quantity."""

    def loaded(noise: float, test_share: float) -> Split:
        x, y = make()
        moved = noisy(x, noise) if noise and x.shape[1] == 2 else x
        return standardised(divided(moved, y, test_share))

    return loaded


def _alike(make: _Make) -> _Loader:
    """All entries on one scale: pixels and samples of a wave keep their proportions."""
    return lambda _, test_share: standardised(divided(*make(), test_share), whole=True)


LOADERS: dict[str, _Loader] = {
    **dict.fromkeys(
        ("digits", "digits_images", "digits_rows", "digits_pixels"), _noiseless(_digits)
    ),
    "digits_denoising": _noiseless(_denoising),
    **{make.__name__: _points(make) for make in TOYS},
    "breast_cancer": _columns(shipped.breast_cancer),
    "wine": _columns(shipped.wine),
    "sonnets": _noiseless(sonnets),
    "vowels": _alike(vowels),
    "recall": _alike(recall),
    **dict.fromkeys(("mnist", "mnist_images"), _alike(downloads.mnist)),
    "cifar10": _alike(downloads.cifar10),
}
"""How each set of the catalogue is loaded: with so much noise, and such a share for the test."""
