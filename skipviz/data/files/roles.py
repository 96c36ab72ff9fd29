"""Which columns of a table are predicted, which are read, and which are left out and why."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from skipviz.data.catalogue import Task
from skipviz.data.errors import DataError
from skipviz.data.files.reading import Reading
from skipviz.data.files.sheet import Held, Sheet
from skipviz.data.own import MAX_CLASSES, MAX_NUMBERED
from skipviz.language import _, _n

MAX_CATEGORIES = 50  # of a column of words
_TARGETS = frozenset(
    ("target", "targets", "label", "labels", "class", "classes", "y", "outcome", "output",
     "species", "kind", "category", "survived", "diagnosis", "quality", "response")
)  # fmt: skip
_IDS = frozenset(("id", "ids", "index", "idx", "no", "nr", "row", "key", "uid", "uuid", "rowid"))


@dataclass(frozen=True)
class Roles:
    """Places of columns: to predict, to read, and left out with the reason."""

    target: tuple[int, ...]
    features: tuple[int, ...]
    left_out: dict[int, str]
    task: Task


def roles_of(sheet: Sheet, reading: Reading) -> Roles:
    """DataError where a target cannot be one."""
    columns = sheet.columns
    if len(columns) < 2:
        raise DataError(
            _(
                "A table needs a column of labels and one of numbers; it has {count}. Where the "
                "columns are parted by another mark, choose it.",
                count=len(columns),
            )
        )
    target = _places(reading.target or (_likely_target(columns),), columns)
    task = reading.task or _task(columns, target)
    words = [columns[k] for k in target if columns[k].kind != "numbers"]
    if task == "regression" and words:
        raise DataError(
            _(
                "Column {column} holds {kind}, so it is no number to predict. Choose classes, or "
                "another target.",
                column=repr(words[0].name),
                kind=_(words[0].kind),
            )
        )
    if task == "classification" and len(target) > 1:
        raise DataError(_("Classes are of one column. Choose one target, or numbers to predict."))
    chosen = None if reading.left_out is None else _places(reading.left_out, columns)
    out = {
        place: why
        for place, column in enumerate(columns)
        if place not in target
        and (why := _why_left_out(column, reading, None if chosen is None else place in chosen))
    }
    features = tuple(k for k in range(len(columns)) if k not in target and k not in out)
    return Roles(target, features, out, task)


def _likely_target(columns: Sequence[Held]) -> int:
    """The column that is called so, else the only one of words that repeat, else the last one
    that can be one."""
    can = [k for k, column in enumerate(columns) if column.different > 1 and not _is_id(column)]
    named = [
        k
        for k, column in enumerate(columns)
        if column.kind != "empty" and column.name.casefold() in _TARGETS
    ]
    words = [
        k
        for k in can
        if columns[k].kind == "words"
        and 2 * columns[k].different <= len(columns[k].cells)
        and columns[k].different <= MAX_CLASSES
    ]
    if named:
        return named[-1]
    if len(words) == 1:
        return words[0]
    can = [k for k in can if columns[k].kind != "dates"]
    return can[-1] if can else len(columns) - 1


def _places(chosen: Sequence[int], columns: Sequence[Held]) -> tuple[int, ...]:
    """Counted from 0. DataError for a column that is not there."""
    width = len(columns)
    for place in chosen:
        if not -width <= place < width:
            raise DataError(
                _n(
                    "There is no column {column} (from 0 on): there is {count} column.",
                    "There is no column {column} (from 0 on): there are {count} columns.",
                    width,
                    column=place,
                )
            )
    return tuple(dict.fromkeys(place % width for place in chosen))


def _task(columns: Sequence[Held], target: Sequence[int]) -> Task:
    """Words are classes, and so are at most 20 different whole numbers that come again."""
    column = columns[target[0]]
    if column.kind == "empty":
        raise DataError(
            _("Column {column} is empty. Choose another target.", column=repr(column.name))
        )
    if len(target) > 1:
        return "regression"
    if column.kind != "numbers":
        return "classification"
    values = column.numbers[~column.gaps]
    few = column.different <= MAX_NUMBERED and 2 * column.different <= len(values)
    few &= bool(np.all(values == np.floor(values)))
    return "classification" if few else "regression"


def _why_left_out(column: Held, reading: Reading, chosen: bool | None) -> str:
    """ "" where it is read; `chosen` by the reader, unless None."""
    if column.kind == "empty":
        return _("empty")
    if chosen is not None:
        return _asked(column, reading) if chosen else ""
    if column.different == 1:
        return _("the same in every row")
    if _is_id(column):
        return _("an id")
    if column.kind == "dates":
        return _("dates")
    if 2 * int(column.empty.sum()) > len(column.cells):
        return _n("{count} gap", "{count} gaps", int(column.empty.sum()))
    if column.kind == "words" and reading.words == "leave_out":
        return _("words")
    if column.kind == "words" and not _can_be_categories(column):
        return _n("{count} word", "{count} different words", column.different)
    return ""


def _asked(column: Held, reading: Reading) -> str:
    """The reason where the file gives one, else that it was chosen."""
    return _why_left_out(column, reading, None) or _("as chosen")


def _can_be_categories(column: Held) -> bool:
    return column.different <= MAX_CATEGORIES and 2 * column.different <= len(column.cells)


def _is_id(column: Held) -> bool:
    """Called so, and another in every row."""
    name = column.name.casefold()
    called = name in _IDS or name.endswith(("_id", " id")) or name.startswith("unnamed:")
    return called and column.different == len(column.cells)
