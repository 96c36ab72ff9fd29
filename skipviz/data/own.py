"""Data of one's own: a CSV or NPZ file, or points drawn by hand. Bounded, and never unpickled."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import prod

import numpy as np
from numpy.typing import NDArray

from skipviz.data.catalogue import OWN, DataInfo, Task
from skipviz.data.faults import MOST_FAULTS, DataError
from skipviz.data.npz import arrays_of
from skipviz.data.split import Array, Split, divided, standardised
from skipviz.data.table import MAX_COLUMNS, MAX_ROWS, MAX_SIZE, fault, number, rows_of

MAX_CLASSES = 100
MAX_LABEL = 100  # characters
FEWEST_ROWS = 8


@dataclass(frozen=True, eq=False)
class OwnData:
    """A data set that is not in the catalogue: what is known of it, and its arrays.

    Two are equal only if they are the same object: arrays are not compared entry by entry.
    """

    info: DataInfo
    split: Split


def from_csv(content: bytes, title: str = "Own data", target: int = -1) -> OwnData:
    """Numbers with a label in the column `target` (the last one unless said otherwise).

    A first line that holds no number is taken as names of the columns; fields are separated by
    comma, semicolon or tab. Labels that are words, or at most 20 different whole numbers, are
    classes; others are targets of a regression. DataError names row and column of every fault.
    """
    table, names, first = rows_of(content)
    _check_size(len(table), len(names))
    width = len(names)
    if not -width <= target < width or width < 2:
        raise DataError(f"A table needs a column of labels and one of numbers; it has {width}.")
    target %= width
    x = _numbers(table, [c for c in range(width) if c != target], names, first)
    return _own(x, [row[target].strip() for row in table], title)


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
    return _own(x.astype(np.float64), [str(label) for label in y], title)


def from_points(points: Sequence[tuple[float, float, int]], title: str = "Own points") -> OwnData:
    """Points of a plane drawn by hand: (x, y, class)."""
    x = np.array([point[:2] for point in points], dtype=np.float64).reshape(-1, 2)
    _check_numbers("points", x)
    _check_size(len(x), 2)
    return _own(x, [f"class {int(point[2])}" for point in points], title)


def _own(x: NDArray[np.float64], labels: Sequence[str], title: str) -> OwnData:
    y, classes, task = _labels(labels)
    outputs = len(classes) if task == "classification" else 1
    chance = max(Counter(labels).values()) / len(labels) if task == "classification" else 0.0
    shape = x.shape[1:]
    info = DataInfo(
        OWN, title, shape, outputs, chance, "your own data", "Own", task=task, classes=classes
    )
    return OwnData(info, standardised(divided(x, y), whole=len(shape) > 1))


def _labels(labels: Sequence[str]) -> tuple[Array, tuple[str, ...], Task]:
    """Class numbers or targets, the names of the classes, and which of the two it is."""
    longest = max(map(len, labels))
    if longest > MAX_LABEL:
        raise DataError(f"A label has {longest} characters; at most {MAX_LABEL} can be used.")
    values = [number(label) for label in labels]
    numeric = [value for value in values if value is not None]
    different = sorted(set(labels))
    whole = len(numeric) == len(labels) and all(value == int(value) for value in numeric)
    if len(numeric) == len(labels) and not (whole and len(set(numeric)) <= 20):
        return np.array(numeric, dtype=np.float64), (), "regression"
    if whole:
        different = sorted(different, key=float)
    if not 2 <= len(different) <= MAX_CLASSES:
        count = len(different)
        raise DataError(f"Labels need 2 to {MAX_CLASSES} different values; they have {count}.")
    numbers = {label: place for place, label in enumerate(different)}
    return np.array([numbers[label] for label in labels]), tuple(different), "classification"


def _numbers(
    table: list[list[str]], columns: list[int], names: list[str], first: int
) -> NDArray[np.float64]:
    faults = []
    x = np.zeros((len(table), len(columns)))
    for row, fields in enumerate(table):
        for place, column in enumerate(columns):
            value = number(fields[column])
            if value is None:
                what = fault(fields[column].strip())
                faults.append(f"Row {row + first}, column {names[column]!r}: {what}.")
            else:
                x[row, place] = value
        if len(faults) >= MOST_FAULTS:
            break
    if faults:
        raise DataError(faults)
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
