"""Data of one's own: a CSV or NPZ file, or points drawn by hand. Bounded, and never unpickled."""

import csv
import io
import zipfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import prod

import numpy as np
from numpy.typing import NDArray

from skipviz.data.catalogue import OWN, DataInfo, Task
from skipviz.data.faults import MOST_FAULTS, DataError
from skipviz.data.split import Array, Split, divided, standardised

MAX_BYTES = 10 * 2**20  # of a file, and eight times that once unpacked
MAX_ROWS = 20_000
MAX_COLUMNS = 1_000
MAX_CLASSES = 100
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
    table, names, first = _table(content)
    width = len(table[0])
    if not -width <= target < width or width < 2:
        raise DataError(f"A table needs a column of labels and one of numbers; it has {width}.")
    target %= width
    x = _numbers(table, [c for c in range(width) if c != target], names, first)
    return _own(x, [row[target].strip() for row in table], title)


def from_npz(content: bytes, title: str = "Own data") -> OwnData:
    """Arrays `x` (samples, 1 to 3 axes) and `y` (samples,) from numpy.savez."""
    arrays = _arrays(content)
    x, y = arrays["x"], arrays["y"]
    if not 2 <= x.ndim <= 4 or y.ndim != 1:
        raise DataError(f"x needs 2 to 4 axes and y 1; they have {x.ndim} and {y.ndim}.")
    if len(x) != len(y):
        raise DataError(f"x has {len(x)} samples and y has {len(y)}.")
    _check_size(len(x), prod(x.shape[1:]))
    bad = np.argwhere(~np.isfinite(x))
    if len(bad):
        place = ", ".join(map(str, bad[0]))
        raise DataError(f"x[{place}] is not a finite number; {len(bad)} entries are not.")
    if y.dtype.kind == "f" and not np.isfinite(y).all():
        raise DataError(f"y[{np.flatnonzero(~np.isfinite(y))[0]}] is not a finite number.")
    return _own(x.astype(np.float64), [str(label) for label in y], title)


def from_points(points: Sequence[tuple[float, float, int]], title: str = "Own points") -> OwnData:
    """Points of a plane drawn by hand: (x, y, class)."""
    x = np.array([point[:2] for point in points], dtype=np.float64).reshape(-1, 2)
    if not np.isfinite(x).all():
        raise DataError("A point has a coordinate that is not a finite number.")
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
    values = [_number(label) for label in labels]
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


def _table(content: bytes) -> tuple[list[list[str]], list[str], int]:
    """Rows of fields of equal number, the columns' names, and the line of the first row."""
    lines = list(csv.reader(io.StringIO(_text(content)), dialect=_dialect(content)))
    while lines and not any(field.strip() for field in lines[-1]):
        lines.pop()
    if not lines:
        raise DataError("The file is empty.")
    headed = all(_number(field) is None for field in lines[0])
    names = lines[0] if headed else [str(c + 1) for c in range(len(lines[0]))]
    table = lines[1:] if headed else lines
    _check_size(len(table), len(names))
    ragged = [
        f"Row {row} has {len(fields)} columns, the first one {len(names)}."
        for row, fields in enumerate(table, start=1 + headed)
        if len(fields) != len(names)
    ]
    if ragged:
        raise DataError(ragged)
    return table, [name.strip() for name in names], 1 + headed


def _numbers(
    table: list[list[str]], columns: list[int], names: list[str], first: int
) -> NDArray[np.float64]:
    faults = []
    x = np.zeros((len(table), len(columns)))
    for row, fields in enumerate(table):
        for place, column in enumerate(columns):
            value = _number(fields[column])
            if value is None:
                held = fields[column].strip()[:40]
                what = f"{held!r} is not a finite number" if held else "is empty"
                faults.append(f"Row {row + first}, column {names[column]!r}: {what}.")
            else:
                x[row, place] = value
        if len(faults) >= MOST_FAULTS:
            break
    if faults:
        raise DataError(faults)
    return x


def _number(field: str) -> float | None:
    try:
        value = float(field)
    except ValueError:
        return None
    return value if np.isfinite(value) else None


def _text(content: bytes) -> str:
    if len(content) > MAX_BYTES:
        raise DataError(f"The file is larger than {MAX_BYTES // 2**20} MB.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = content[: error.start].count(b"\n") + 1
        raise DataError(f"Row {row} holds a character that is not UTF-8.") from None


def _dialect(content: bytes) -> type[csv.Dialect]:
    line = content.split(b"\n", 1)[0]
    delimiter = max(b",;\t", key=lambda mark: line.count(bytes([mark])))

    class Found(csv.excel):
        pass

    Found.delimiter = chr(delimiter)
    return Found


def _arrays(content: bytes) -> dict[str, Array]:
    if len(content) > MAX_BYTES:
        raise DataError(f"The file is larger than {MAX_BYTES // 2**20} MB.")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > 8 * MAX_BYTES:
                raise DataError(f"The file unpacks to more than {8 * MAX_BYTES // 2**20} MB.")
        with np.load(io.BytesIO(content), allow_pickle=False) as file:
            missing = [name for name in ("x", "y") if name not in file.files]
            if missing:
                raise DataError(f"The file has no array {missing[0]!r}; it has {file.files}.")
            arrays = {name: file[name] for name in ("x", "y")}
    except (zipfile.BadZipFile, ValueError, EOFError, OSError) as error:
        if isinstance(error, DataError):
            raise
        raise DataError("The file is no NPZ file of plain arrays (numpy.savez).") from None
    if arrays["x"].dtype.kind not in "fiub" or arrays["y"].dtype.kind not in "fiubU":
        raise DataError("x must hold numbers, and y numbers or words.")
    return arrays


def _check_size(rows: int, columns: int) -> None:
    if rows < FEWEST_ROWS:
        raise DataError(f"There are {rows} rows; at least {FEWEST_ROWS} are needed.")
    if rows > MAX_ROWS or columns > MAX_COLUMNS:
        raise DataError(
            f"There are {rows} rows of {columns} numbers; "
            f"at most {MAX_ROWS} rows of {MAX_COLUMNS} can be used."
        )
