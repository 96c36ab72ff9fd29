"""Data of one's own: a CSV or NPZ file, or points drawn by hand. Bounded, and never unpickled."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import prod

import numpy as np
from numpy.typing import NDArray

from skipviz.data.catalogue import OWN, DataInfo, Task
from skipviz.data.errors import MOST_ERRORS, DataError
from skipviz.data.npz import arrays_of
from skipviz.data.split import TEST_SHARE, Array, Split, divided, divided_anew, noisy, standardised
from skipviz.data.table import (
    MAX_COLUMNS,
    MAX_ROWS,
    MAX_SIZE,
    number,
    parsed,
    rows_of,
    why_no_number,
)

MAX_CLASSES = 100
MAX_LABEL = 100  # characters
MAX_NUMBERED = 20  # different whole numbers that are classes, not quantities
FEWEST_ROWS = 8


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
        return standardised(anew, whole=len(self.info.input_shape) > 1)


def from_csv(content: bytes, title: str = "Own data", target: int = -1) -> OwnData:
    """Numbers with a label in the column `target` (the last one unless said otherwise).

    A first line that holds no number is taken as names of the columns; fields are separated by
    comma, semicolon or tab. Labels that are words, or at most 20 different whole numbers, are
    classes, "1.0" the same one as "1"; others are targets of a regression, with no word among
    them. DataError names row and column of every error.
    """
    table, names, first = rows_of(content)
    _check_size(len(table), len(names))
    width = len(names)
    if not -width <= target < width or width < 2:
        raise DataError(f"A table needs a column of labels and one of numbers; it has {width}.")
    target %= width
    x = _numbers(table, [c for c in range(width) if c != target], names, first)
    labels = [row[target].strip() for row in table]
    return _own(x, labels, title, lambda k: f"Row {k + first}, column {names[target]!r}")


def from_npz(content: bytes, title: str = "Own data") -> OwnData:
    """Arrays `x` (samples, 1 to 3 axes) and `y` (samples,) from numpy.savez."""
    x, y = arrays_of(content)
    if not 2 <= x.ndim <= 4 or y.ndim != 1:
        raise DataError(f"x needs 2 to 4 axes and y 1; they have {x.ndim} and {y.ndim}.")
    if len(x) != len(y):
        raise DataError(f"x has {len(x)} samples and y has {len(y)}.")
    _check_size(len(x), prod(x.shape[1:]))
    _check_numbers("x", x)
    if y.dtype.kind != "U":
        _check_numbers("y", y)
    try:
        labels = [str(label).strip() for label in y]
    except (SystemError, ValueError):  # numpy hands on code points beyond those there are
        raise DataError("The words of y are no text.") from None
    return _own(x.astype(np.float64), labels, title, lambda k: f"y[{k}]")


def from_points(points: Sequence[tuple[float, float, int]], title: str = "Own points") -> OwnData:
    """Points of a plane drawn by hand: (x, y, class)."""
    x = np.array([point[:2] for point in points], dtype=np.float64).reshape(-1, 2)
    _check_numbers("points", x)
    _check_size(len(x), 2)
    labels = [f"class {int(point[2])}" for point in points]
    return _own(x, labels, title, lambda k: f"Point {k + 1}")


def _own(
    x: NDArray[np.float64], labels: Sequence[str], title: str, place: Callable[[int], str]
) -> OwnData:
    """`place` says where the label of a sample stands, for what is wrong with it."""
    y, classes, task = _labels(labels, place)
    outputs = len(classes) if task == "classification" else 1
    chance = np.bincount(y).max() / len(y) if task == "classification" else 0.0
    shape = x.shape[1:]
    info = DataInfo(
        OWN, title, shape, outputs, float(chance), "your own data", "Own", task=task,
        classes=classes,
    )  # fmt: skip
    return OwnData(info, standardised(divided(x, y), whole=len(shape) > 1))


def _labels(
    labels: Sequence[str], place: Callable[[int], str]
) -> tuple[Array, tuple[str, ...], Task]:
    """Class numbers or targets, the names of the classes, and which of the two it is."""
    values = {label: number(label) for label in set(labels)}
    numbers = {value for value in values.values() if value is not None}
    targets = len(numbers) > MAX_NUMBERED or any(value != int(value) for value in numbers)
    wrong = {label: _label_error(label, targets) for label in values}
    errors = [f"{place(k)}: {wrong[label]}." for k, label in enumerate(labels) if wrong[label]]
    if errors:
        raise DataError(errors)
    if targets and len(numbers) == 1:
        raise DataError(f"Targets need different values; all of them are {numbers.pop():g}.")
    if targets:
        return np.array([values[label] for label in labels], dtype=np.float64), (), "regression"
    return _classes(labels, whole=None not in values.values())


def _classes(labels: Sequence[str], whole: bool) -> tuple[Array, tuple[str, ...], Task]:
    """A class for every word; for every whole number, however it is written, where all are."""
    named = [str(_whole(label)) for label in labels] if whole else labels
    different = sorted(set(named), key=int) if whole else sorted(set(named))
    if not 2 <= len(different) <= MAX_CLASSES:
        count = len(different)
        raise DataError(f"Labels need 2 to {MAX_CLASSES} different values; they have {count}.")
    numbers = {name: place for place, name in enumerate(different)}
    return np.array([numbers[name] for name in named]), tuple(different), "classification"


def _label_error(label: str, targets: bool) -> str:
    """Why a label cannot be used, "" if it can; words can unless the labels are `targets`."""
    if len(label) > MAX_LABEL:
        return f"has {len(label)} characters; a label has at most {MAX_LABEL}"
    a_word = bool(label) and parsed(label) is None
    return "" if number(label) is not None or (a_word and not targets) else why_no_number(label)


def _whole(label: str) -> int:
    """The whole number a label holds, exact also beyond 2**53 where no float is."""
    try:
        return int(label)
    except ValueError:
        return int(float(label))


def _numbers(
    table: list[list[str]], columns: list[int], names: list[str], first: int
) -> NDArray[np.float64]:
    errors = []
    x = np.zeros((len(table), len(columns)))
    for row, fields in enumerate(table):
        for place, column in enumerate(columns):
            value = number(fields[column])
            if value is None:
                what = why_no_number(fields[column].strip())
                errors.append(f"Row {row + first}, column {names[column]!r}: {what}.")
            else:
                x[row, place] = value
        if len(errors) >= MOST_ERRORS:
            break
    if errors:
        raise DataError(errors)
    return x


def _check_numbers(name: str, values: Array) -> None:
    bad = np.argwhere(~(np.abs(values.astype(np.float64)) <= MAX_SIZE))  # NaN is not
    if len(bad):
        place = ", ".join(map(str, bad[0]))
        message = f"{name}[{place}] is not a finite number up to 1e30; {len(bad)} entries are not."
        raise DataError(message)


def _check_size(rows: int, columns: int) -> None:
    if rows < FEWEST_ROWS:
        raise DataError(f"There are {rows} rows; at least {FEWEST_ROWS} are needed.")
    if columns < 1:
        raise DataError("The rows hold no numbers.")
    if rows > MAX_ROWS or columns > MAX_COLUMNS:
        raise DataError(
            f"There are {rows} rows of {columns} numbers; "
            f"at most {MAX_ROWS} rows of {MAX_COLUMNS} can be used."
        )
