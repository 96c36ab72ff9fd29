"""Which samples of a data set are shown: of its training part, and as they were measured."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from skipviz.data import downloads, shipped
from skipviz.data.catalogue import DataInfo
from skipviz.data.split import TEST_SHARE, Array, Split, drawn
from skipviz.data.summary import side
from skipviz.types import Shape


@dataclass(frozen=True)
class Samples:
    """The training part of a data set, as it is drawn: x (samples, ..), y (samples, ..)."""

    about: DataInfo
    x: Array
    y: Array
    counts: tuple[int, int]
    """Samples of the whole training part, of which `x` may be some, and of the test part."""

    @property
    def classes(self) -> int:
        """How many classes the labels have; 0 where they are quantities."""
        return self.about.outputs if self.about.task == "classification" else 0


PIXELS: dict[str, Callable[[], tuple[Array, Array]]] = {
    **dict.fromkeys(("digits", "digits_images", "digits_rows", "digits_pixels"), shipped.digits),
    **dict.fromkeys(("mnist", "mnist_images"), downloads.mnist),
    "cifar10": downloads.cifar10,
}
"""Images whose pixels are drawn as they were before they were standardised."""


def tested(about: DataInfo, split: Split, which: Sequence[int]) -> Array:
    """(len(which), ..) samples of the test part, as they are drawn."""
    if about.name not in PIXELS:
        return split.test_x[which]
    x, _ = PIXELS[about.name]()
    train, test = drawn(len(x))
    order = np.concatenate([test, train])  # whatever the share, the test part comes first
    images: Array = x[order[which]].reshape(len(which), *_drawn_shape(about))
    return images


def of_pixels(about: DataInfo, test_share: float = TEST_SHARE) -> Samples:
    """The most typical image of each class, its pixels before they were standardised."""
    x, y = PIXELS[about.name]()
    train, test = drawn(len(x), test_share)
    chosen = train[_typical(x[train], y[train], about.outputs)]
    images = x[chosen].reshape(len(chosen), *_drawn_shape(about))
    return Samples(about, images, y[chosen], (len(train), len(test)))


def of_split(about: DataInfo, split: Split) -> Samples:
    """All of the training part; of several targets the first."""
    y = split.train_y[:, 0] if len(about.targets) > 1 else split.train_y
    return Samples(about, split.train_x, y, (len(split.train_x), len(split.test_x)))


def spread(samples: Samples, most: int, each: int) -> NDArray[np.int64]:
    """Indices of samples sorted by class, so many of each, or evenly along the quantity."""
    if samples.classes:
        labels = samples.y.ravel()
        found = [np.flatnonzero(labels == k)[:each] for k in range(samples.classes)]
        return np.concatenate(found)[:most]
    order = np.argsort(samples.y.ravel(), kind="stable")
    return order[np.linspace(0, len(order) - 1, min(most, len(order))).astype(np.int64)]


def _drawn_shape(about: DataInfo) -> Shape:
    """A square image, but for pixels that come one by one: those are drawn in a row."""
    pixels = side(about.name)
    in_a_row = about.name == "digits_pixels"
    return about.input_shape if pixels is None or in_a_row else (1, pixels, pixels)


def _typical(x: Array, labels: Array, classes: int) -> NDArray[np.int64]:
    """Of every class the sample nearest to its mean."""
    found = []
    for of_class in (np.flatnonzero(labels == k) for k in range(classes)):
        pixels = x[of_class].reshape(len(of_class), -1).astype(np.float32)
        if len(pixels):
            found.append(of_class[((pixels - pixels.mean(0)) ** 2).sum(1).argmin()])
    return np.array(found)
