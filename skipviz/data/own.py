"""Data of one's own: what is known of them, and their arrays. Bounded, and never unpickled."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from skipviz.data.catalogue import OWN, DataInfo, Task, entropy_of
from skipviz.data.errors import DataError
from skipviz.data.split import (
    TEST_SHARE,
    Array,
    Split,
    divided,
    divided_anew,
    noisy,
    parted,
    standardised,
)
from skipviz.language import N_, _, _n

MAX_CLASSES = 100
MAX_LABEL = 100  # characters
MAX_NUMBERED = 20  # different whole numbers that are classes, not quantities
MAX_SIZE = 1e30  # of a number; float32 ends at 3e38, and squares are taken in float64
FEWEST_ROWS = 8
OF_POINTS = N_("Own points")


@dataclass(frozen=True, eq=False)
class OwnData:
    """A data set that is not in the catalogue: what is known of it, and its arrays.

    Two are equal only if they are the same object: arrays are not compared entry by entry.
    """

    info: DataInfo
    split: Split

    def with_share(self, noise: float, test_share: float) -> Split:
        """The same samples with another share for the test; points of a plane with noise."""
        if test_share == TEST_SHARE and not (noise and self.info.planar):
            return self.split
        anew = divided_anew(self.split, test_share)
        if noise and self.info.planar:
            tests = len(anew.test_x)
            x = noisy(np.concatenate([anew.test_x, anew.train_x]), noise)
            anew = replace(anew, train_x=x[tests:], test_x=x[:tests])
        return _on_one_scale(self.info, anew)


@dataclass(frozen=True)
class Labels:
    """What is to be predicted: y (samples,) or (samples, ..), int64 classes or float64 targets.

    With `per_position` y has a class for every position of a sample, (samples, positions) or
    (samples, height, width), or a target, (samples, positions) or (samples, channels, height,
    width). `names` are those of the targets.
    """

    y: Array
    task: Task
    classes: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    per_position: bool = False

    @property
    def outputs(self) -> int:
        """How many numbers a network has to make, of every position where there are several."""
        if self.task == "classification":
            return len(self.classes)
        of_images = self.per_position and self.y.ndim == 4
        of_targets = not self.per_position and self.y.ndim == 2
        return int(self.y.shape[1]) if of_images or of_targets else 1

    @property
    def chance(self) -> float:
        """The share of the most frequent class; 0 for targets."""
        return max(self._shares, default=0.0)

    @property
    def entropy(self) -> float | None:
        """That of the shares of the classes; None for targets."""
        return entropy_of(self._shares) if self.task == "classification" else None

    @property
    def _shares(self) -> list[float]:
        """Those of the classes; none for targets."""
        if self.task == "regression":
            return []
        return [float(share) for share in np.bincount(self.y.ravel()) / self.y.size]


@dataclass(frozen=True)
class Told:
    """What is said of data: `title`, the names of their features, what a sample is called, and in a
    sentence how their file was read (`read_as`)."""

    title: str
    features: tuple[str, ...] = ()
    things: str = "samples"
    read_as: str = ""


def own_data(
    x: Array, labels: Labels, told: Told, parts: Sequence[NDArray[np.int64]] = ()
) -> OwnData:
    """x (samples, ..) and what is to be predicted, on one scale.

    `parts` are the samples to train on and those to test, where they are not drawn.
    """
    shape, y = x.shape[1:], labels.y
    info = DataInfo(
        OWN, told.title, shape, labels.outputs, labels.chance, N_("your own data"), N_("Own"),
        task=labels.task, classes=labels.classes, per_position=labels.per_position,
        things=told.things, features=told.features, targets=labels.names,
        read_as=told.read_as, entropy=labels.entropy,
    )  # fmt: skip
    split = parted(x, y, *parts) if parts else divided(x, y)
    return OwnData(info, _on_one_scale(info, split))


def _on_one_scale(info: DataInfo, split: Split) -> Split:
    return standardised(split, whole=len(info.input_shape) > 1, positions=info.per_position)


def from_points(points: Sequence[tuple[float, float, int]], title: str = OF_POINTS) -> OwnData:
    """Points of a plane drawn by hand: (x, y, class)."""
    x = np.array([point[:2] for point in points], dtype=np.float64).reshape(-1, 2)
    check_numbers("points", x)
    check_count(len(x))
    labels = classes_of(
        [f"class {int(point[2])}" for point in points], lambda k: _("Point {number}", number=k + 1)
    )
    return own_data(x, labels, Told(title))


def classes_of(words: Sequence[str], place: Callable[[int], str]) -> Labels:
    """A class for every word; for every whole number, however it is written, where all are.

    `place` says where the label of a sample stands, for what is wrong with it.
    """
    long = {word for word in set(words) if len(word) > MAX_LABEL}
    if long:
        at = next(k for k, word in enumerate(words) if word in long)
        raise DataError(
            _(
                "{place}: has {count} characters; a label has at most {most}. Choose another "
                "target, or shorter labels.",
                place=place(at),
                count=len(words[at]),
                most=MAX_LABEL,
            )
        )
    whole = {word: whole_number(word) for word in set(words)}
    if None not in whole.values():
        numbers: list[int] = sorted({value for value in whole.values() if value is not None})
        names = [str(value) for value in numbers]
        at_place = {value: k for k, value in enumerate(numbers)}
        y = [at_place[value] for word in words if (value := whole[word]) is not None]
    else:
        names = sorted(whole)
        at_word = {name: k for k, name in enumerate(names)}
        y = [at_word[word] for word in words]
    if not 2 <= len(names) <= MAX_CLASSES:
        template = _TOO_MANY_LABELS if len(names) > 2 else _TOO_FEW_LABELS
        raise DataError(_(template, most=MAX_CLASSES, count=len(names)))
    return Labels(np.array(y, dtype=np.int64), "classification", tuple(names))


_TOO_FEW_LABELS = N_(
    "Labels need 2 to {most} different values; they have {count}. Choose another target."
)
_TOO_MANY_LABELS = N_(
    "Labels need 2 to {most} different values; they have {count}. Choose another target, or "
    "numbers to predict."
)


def targets_of(y: NDArray[np.float64], names: Sequence[str] = ()) -> Labels:
    """Numbers to predict: y (samples,) or (samples, k); of one column alone (samples,)."""
    y = y[:, 0] if y.ndim == 2 and y.shape[1] == 1 else y
    for place, column in enumerate(y[:, None].T if y.ndim == 1 else y.T):
        if len(column) and column.min() == column.max():
            value = format(column[0], "g")
            if len(names) > 1:
                raise DataError(
                    _(
                        "Targets need different values; all of {target} are {value}. Choose "
                        "another target.",
                        target=repr(names[place]),
                        value=value,
                    )
                )
            raise DataError(
                _(
                    "Targets need different values; all of them are {value}. Choose another "
                    "target.",
                    value=value,
                )
            )
    return Labels(y, "regression", names=tuple(names))


def whole_number(label: str) -> int | None:
    """The whole number a label holds, exact also beyond 2**53 where no float is."""
    if "_" in label:
        return None
    try:
        return int(label)
    except ValueError:
        pass
    try:
        value = float(label)
    except ValueError:
        return None
    return int(value) if abs(value) <= MAX_SIZE and value == int(value) else None


def check_numbers(name: str, values: Array) -> None:
    """DataError where a number is not finite, or larger than can be used."""
    bad = np.argwhere(~(np.abs(values.astype(np.float64)) <= MAX_SIZE))  # NaN is not
    if len(bad):
        place = ", ".join(map(str, bad[0]))
        raise DataError(
            _n(
                "{name}[{place}] is not a finite number up to 1e30; {count} entry is not. Take "
                "this sample out, or write a number in its place.",
                "{name}[{place}] is not a finite number up to 1e30; {count} entries are not. Take "
                "these samples out, or write numbers in their place.",
                len(bad),
                name=name,
                place=place,
            )
        )


def check_count(rows: int) -> None:
    """DataError where there are too few samples."""
    if rows < FEWEST_ROWS:
        raise DataError(
            _n(
                "There is {count} row; at least {fewest} are needed. Bring more.",
                "There are {count} rows; at least {fewest} are needed. Bring more.",
                rows,
                fewest=FEWEST_ROWS,
            )
        )
