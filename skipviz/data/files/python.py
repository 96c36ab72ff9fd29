"""Data of a program as data to train on: data frames, arrays, data sets of torch and Hugging Face.

Each is known by what it can do, not by its package: none is imported here.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

import numpy as np

from skipviz.data.errors import DataError
from skipviz.data.files.arrays import Arrays, of_arrays
from skipviz.data.files.reading import FileRead, Reading, ReadStep
from skipviz.data.files.sheet import Held, Sheet, unique_names, with_decimal
from skipviz.data.files.tables import sheet_read
from skipviz.data.files.text import MAX_COLUMNS, MAX_ROWS
from skipviz.data.split import Array
from skipviz.language import N_, _, _n

_ACCEPTED = N_(
    "a data frame, (x, y) of arrays or tensors, a torch Dataset of pairs, or a data set of "
    "Hugging Face"
)


def python_read(
    data: Any, target: str | int | Sequence[str | int] | None, title: str, reading: Reading
) -> Iterator[ReadStep | FileRead]:
    """What is read of it, after the steps on the way there. DataError where it is none of these."""
    columns = _columns(data)
    if columns is not None:
        reading = _with_target(reading, target, list(columns))
        yield from sheet_read(_sheet(columns, reading), title, reading)
        return
    if target is not None:
        raise DataError(
            _("Only tables have columns to choose as a target. Give x and y as a pair.")
        )
    yield from of_arrays(Arrays(*_pair(data)), title, reading)


def _columns(data: Any) -> Mapping[str, Sequence[Any]] | None:
    """Of a table, by their names; None where it is no table."""
    if isinstance(data, Mapping):
        return {str(name): _listed(values) for name, values in data.items()}
    if hasattr(data, "column_names") and hasattr(data, "features"):  # Hugging Face
        plain = data.with_format(None) if hasattr(data, "with_format") else data
        found = {str(name): list(plain[name]) for name in plain.column_names}
        return {name: _named(data.features.get(name), cells) for name, cells in found.items()}
    if hasattr(data, "columns") and hasattr(data, "to_dict"):  # pandas, polars
        names = [str(name) for name in data.columns]
        return {
            unique: _listed(data.iloc[:, k] if hasattr(data, "iloc") else data[names[k]])
            for k, unique in enumerate(unique_names(names))
        }
    return None


def _named(feature: Any, cells: list[Any]) -> list[Any]:
    """Class numbers of Hugging Face by their names."""
    names = getattr(feature, "names", None)
    if not names:
        return cells
    return [
        names[cell] if isinstance(cell, int) and 0 <= cell < len(names) else cell for cell in cells
    ]


def _sheet(columns: Mapping[str, Sequence[Any]], reading: Reading) -> Sheet:
    """As if it had been a file: a cell is what Python writes for it."""
    lengths = {len(cells) for cells in columns.values()}
    if len(lengths) > 1:
        raise DataError(
            _("Columns have {rows} rows. Give all as many.", rows=str(sorted(lengths)[:5]))
        )
    rows = next(iter(lengths), 0)
    if rows > MAX_ROWS or len(columns) > MAX_COLUMNS + 1:
        raise DataError(
            _(
                "There are {rows} rows of {columns} columns; at most {most_rows} rows of {most} "
                "can be used. Give a sample of them: frame.sample({most_rows}).",
                rows=rows,
                columns=len(columns),
                most_rows=MAX_ROWS,
                most=MAX_COLUMNS,
            )
        )
    held = tuple(
        Held(name, [_cell(name, each) for each in cells]) for name, cells in columns.items()
    )
    sheet = Sheet(held, range(rows), rows)
    return with_decimal(sheet, reading.model_copy(update={"decimal": "."}))


def _cell(name: str, value: Any) -> str:
    """What stands for a value in a table; NaN and None are gaps."""
    if value is None or value != value:
        return ""
    if isinstance(value, bool | np.bool_):
        return str(int(value))
    if isinstance(value, int | float | str | np.generic):
        return str(value.item() if isinstance(value, np.generic) else value).strip()
    if hasattr(value, "isoformat"):
        return str(value.isoformat())[:19]
    raise DataError(
        _(
            "Column {column} holds {kind}, and a cell is a number or a word. Give such samples as "
            "arrays: (x, y).",
            column=repr(name),
            kind=type(value).__name__,
        )
    )


def _with_target(reading: Reading, target: Any, names: list[str]) -> Reading:
    """Columns to predict by their names or places."""
    if target is None:
        return reading
    asked = [target] if isinstance(target, str | int) else list(target)
    unknown = [name for name in asked if isinstance(name, str) and name not in names]
    if unknown:
        shown = ", ".join(map(repr, names[:10]))
        raise DataError(
            _("There is no column {column}; there are {list}.", column=repr(unknown[0]), list=shown)
        )
    places = tuple(names.index(name) if isinstance(name, str) else name for name in asked)
    return reading.model_copy(update={"target": places})


def _pair(data: Any) -> tuple[Array, Array]:
    """x and y of arrays, tensors, or a data set of pairs."""
    if isinstance(data, tuple | list) and len(data) == 2:
        x, y = data
    elif hasattr(data, "tensors"):  # a TensorDataset
        x, y = data.tensors if len(data.tensors) == 2 else (None, None)
    elif hasattr(data, "__getitem__") and hasattr(data, "__len__"):
        x, y = _stacked(data)
    else:
        raise DataError(
            _(
                "Data of the type {kind} cannot be read. Give {accepted}.",
                kind=type(data).__name__,
                accepted=_(_ACCEPTED),
            )
        )
    if x is None or y is None:
        raise DataError(_("A TensorDataset needs two tensors, x and y. Give (x, y)."))
    arrays = _array(x), _array(y)
    for name, array in zip("xy", arrays, strict=True):
        if array.dtype.kind not in "fiub" and not (name == "y" and array.dtype.kind == "U"):
            raise DataError(
                _(
                    "{name} is of {kind}, which is no number. Give an array of numbers, all "
                    "samples of one shape.",
                    name=name,
                    kind=str(array.dtype),
                )
            )
    if arrays[0].ndim and arrays[1].ndim and len(arrays[0]) != len(arrays[1]):
        raise DataError(
            _n(
                "x has {count} sample and y has {labels}. Give one label for each.",
                "x has {count} samples and y has {labels}. Give one label for each.",
                len(arrays[0]),
                labels=len(arrays[1]),
            )
        )
    return arrays


def _stacked(data: Any) -> tuple[Array, Array]:
    """Of a torch Dataset, whose samples are pairs (x, y)."""
    if len(data) > MAX_ROWS:
        raise DataError(
            _(
                "There are {count} samples; at most {most} can be used. Give a part: "
                "torch.utils.data.Subset.",
                count=f"{len(data):,}",
                most=f"{MAX_ROWS:,}",
            )
        )
    pairs = list(islice((data[k] for k in range(len(data))), MAX_ROWS))
    if any(not isinstance(pair, tuple | list) or len(pair) != 2 for pair in pairs):
        raise DataError(_("Samples of a data set have to be pairs (x, y). Give (x, y) of arrays."))
    xs, ys = ([_array(pair[k]) for pair in pairs] for k in (0, 1))
    for name, parts in (("x", xs), ("y", ys)):
        shapes = {part.shape for part in parts}
        if len(shapes) > 1:
            raise DataError(
                _(
                    "Samples of {name} have {count} different shapes. Bring them to one.",
                    name=name,
                    count=len(shapes),
                )
            )
    return np.stack(xs) if xs else np.zeros((0, 1)), np.stack(ys) if ys else np.zeros(0)


def _array(values: Any) -> Array:
    """Of a tensor too, wherever it lies; words as text."""
    if hasattr(values, "detach"):
        values = values.detach().cpu().numpy()
    try:
        array = np.asarray(values)
    except (ValueError, TypeError):
        raise DataError(_("Samples differ in their shape. Bring all to one.")) from None
    words = array.dtype == object and all(
        isinstance(each, str) for each in array.ravel()[:MAX_ROWS]
    )
    return array.astype(str) if words else array


def _listed(values: Any) -> list[Any]:
    """A column as plain values."""
    for way in ("tolist", "to_list"):
        if hasattr(values, way):
            return list(getattr(values, way)())
    return list(values)
