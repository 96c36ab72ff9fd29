"""A table as data to train on: cells to numbers and classes, gaps dropped or filled."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from skipviz.data.errors import DataError
from skipviz.data.files.cells import parsed
from skipviz.data.files.reading import Choice, FileRead, Reading, ReadStep
from skipviz.data.files.roles import MAX_CATEGORIES, Roles, roles_of
from skipviz.data.files.sentence import Made, left_out_text, sentence_of_table
from skipviz.data.files.sheet import MAX_NAME, MOST_NAMED, Held, Sheet, sheet_of
from skipviz.data.files.text import MAX_COLUMNS, Rows, rows_of
from skipviz.data.own import (
    FEWEST_ROWS,
    Labels,
    OwnData,
    Told,
    classes_of,
    own_data,
    targets_of,
)
from skipviz.data.split import Array, drawn
from skipviz.language import N_, _, _n

STRAYS = N_("Correct the file, or let such cells count as gaps.")
_CHOICES = (
    Choice("header", ((True, _("names of the columns")), (False, _("data")))),
    Choice(
        "separator",
        ((",", _("comma")), (";", _("semicolon")), ("\t", _("tab")), ("|", _("bar"))),
    ),
    Choice("decimal", ((".", _("dot")), (",", _("comma")))),
    Choice(
        "encoding",
        (
            ("utf-8", "UTF-8"), ("utf-16", "UTF-16"), ("gb18030", "GB 18030"),
            ("cp1252", "Windows-1252"), ("latin-1", "Latin-1"),
        ),
    ),
)  # fmt: skip
_TASK = Choice("task", (("classification", _("classes")), ("regression", _("numbers"))))
_GAPS = Choice("gaps", (("drop", _("drop these rows")), ("fill", _("fill them"))))
_WORDS = Choice("words", (("categories", _("as categories")), ("leave_out", _("leave out"))))
_STRAYS = Choice("strays", (("refuse", _("are errors")), ("gaps", _("count as gaps"))))


def table_read(content: bytes, title: str, reading: Reading) -> Iterator[ReadStep | FileRead]:
    """What is read of a CSV, after the steps on the way there."""
    yield ReadStep(_("Taking the rows apart"), 0.05)
    rows, sheet, taken = None, None, reading
    try:
        rows = rows_of(content, reading)
        taken = _of_text(taken, rows)
        yield ReadStep(_n("Reading {count} row", "Reading {count} rows", len(rows.others)), 0.4)
        sheet = sheet_of(rows, reading)
    except DataError as error:
        yield FileRead(taken, choices=(*_CHOICES, _STRAYS), errors=error.errors)
        return
    yield from sheet_read(sheet, title, taken, _CHOICES, rows)


def sheet_read(
    sheet: Sheet,
    title: str,
    reading: Reading,
    choices: tuple[Choice, ...] = (),
    rows: Rows | None = None,
) -> Iterator[ReadStep | FileRead]:
    """What is read of columns, from a file or not."""
    columns = tuple(column.about for column in sheet.columns)
    looking = _n("Looking at {count} column", "Looking at {count} columns", len(columns))
    yield ReadStep(looking, 0.7)
    taken = reading.model_copy(update={"header": sheet.named, "decimal": sheet.decimal})
    target: tuple[int, ...] = ()
    own: OwnData | None = None
    errors: tuple[str, ...] = ()
    try:
        _check_rows(sheet)
        roles = roles_of(sheet, reading)
        taken, target = _of_roles(taken, roles), roles.target
        own = _own(sheet, roles, reading, title, rows)
    except DataError as error:
        errors = error.errors
    yield FileRead(taken, columns, (*_of_cells(sheet, target), *choices), own, errors)


def _of_text(reading: Reading, rows: Rows) -> Reading:
    found = {"encoding": rows.encoding, "separator": rows.separator}
    return reading.model_copy(update=found)


def _of_roles(reading: Reading, roles: Roles) -> Reading:
    found = {"target": roles.target, "left_out": tuple(roles.left_out), "task": roles.task}
    return reading.model_copy(update=found)


def _of_cells(sheet: Sheet, target: tuple[int, ...]) -> tuple[Choice, ...]:
    """What the cells of the columns that are read leave open."""
    read = [column for k, column in enumerate(sheet.columns) if k not in target]
    gaps = any(column.gaps.any() and column.kind != "empty" for column in read)
    words = any(column.kind == "words" for column in read)
    strays = sheet.ragged or any(len(column.strays) for column in sheet.columns)
    found = ((True, _TASK), (gaps, _GAPS), (words, _WORDS), (strays, _STRAYS))
    return tuple(choice for open_, choice in found if open_)


def _own(sheet: Sheet, roles: Roles, reading: Reading, title: str, rows: Rows | None) -> OwnData:
    """DataError says why nothing can be trained on it."""
    _check_strays(sheet, roles, reading)
    kept = _kept(sheet, roles, reading)
    if len(kept) < FEWEST_ROWS:
        raise DataError(_too_few(sheet, roles, reading, len(kept)))
    labels = _labels(sheet, roles, kept)
    if not roles.features:
        raise DataError(
            _(
                "No column is left to predict {target} from; left out: {list}. Choose another "
                "target, or read some of them.",
                target=repr(sheet.columns[roles.target[0]].name),
                list=left_out_text(sheet, roles),
            )
        )
    names, x, found = _features(sheet, roles, kept)
    if len(names) > MAX_COLUMNS:
        raise DataError(
            _(
                "There are {count} numbers in a row with its categories; at most {most} can be "
                "used. Leave columns out.",
                count=len(names),
                most=MAX_COLUMNS,
            )
        )
    said = sentence_of_table(sheet, roles, labels, len(kept), found, rows)
    return own_data(x, labels, Told(title, tuple(names), "rows", said))


def _check_rows(sheet: Sheet) -> None:
    """Before anything is said of columns, which are all empty then."""
    if not len(sheet.rows):
        raise DataError(
            _(
                "There are no rows, only the names of the columns; at least {fewest} rows are "
                "needed. Bring some.",
                fewest=FEWEST_ROWS,
            )
        )


def _check_strays(sheet: Sheet, roles: Roles, reading: Reading) -> None:
    """Cells that are no number are named, unless they count as gaps."""
    if reading.strays == "gaps":
        return
    found = [(int(row), k) for k in roles.features for row in sheet.columns[k].strays]
    for k in roles.target:
        column = sheet.columns[k]
        words = roles.task == "classification"
        found += [(int(row), k) for row in column.strays if not (words and _is_word(column, row))]
    if found:
        errors = [
            _(
                "{place}: {why}.",
                place=sheet.place(row, sheet.columns[k]),
                why=sheet.columns[k].why(row),
            )
            for row, k in sorted(found)[:MOST_NAMED]
        ]
        raise DataError([*errors, _(STRAYS)])


def _is_word(column: Held, row: int) -> bool:
    return parsed(column.cells[row], column.decimal) is None


def _kept(sheet: Sheet, roles: Roles, reading: Reading) -> NDArray[np.int64]:
    """The rows that are used: those with a label, and without gaps unless these are filled."""
    gaps = np.zeros(len(sheet.rows), dtype=bool)
    for k in roles.target:
        gaps |= _unlabelled(sheet.columns[k], roles)
    for k in roles.features if reading.gaps == "drop" else ():
        gaps |= sheet.columns[k].gaps
    return np.flatnonzero(~gaps)


def _unlabelled(column: Held, roles: Roles) -> NDArray[np.bool_]:
    """Where there is no label; a word among numbers is a class."""
    if roles.task == "regression":
        return ~np.isfinite(column.numbers)
    gaps = column.empty.copy()
    for row in column.strays:
        gaps[row] |= not _is_word(column, row)
    return gaps


def _too_few(sheet: Sheet, roles: Roles, reading: Reading, kept: int) -> str:
    rows = len(sheet.rows)
    if rows < FEWEST_ROWS:
        return _n(
            "There is {count} row; at least {fewest} are needed. Bring more.",
            "There are {count} rows; at least {fewest} are needed. Bring more.",
            rows,
            fewest=FEWEST_ROWS,
        )
    fill = any(sheet.columns[k].gaps.any() for k in roles.features) and reading.gaps == "drop"
    template = N_(
        "Of {rows} rows {kept} are left without gaps; at least {fewest} are needed. Leave out "
        "columns that have many."
    )
    if fill:
        template = N_(
            "Of {rows} rows {kept} are left without gaps; at least {fewest} are needed. Fill the "
            "gaps, or leave out columns that have many."
        )
    return _(template, rows=f"{rows:,}", kept=f"{kept:,}", fewest=FEWEST_ROWS)


def _labels(sheet: Sheet, roles: Roles, kept: NDArray[np.int64]) -> Labels:
    columns = [sheet.columns[k] for k in roles.target]
    names = [column.name for column in columns]
    if roles.task == "regression":
        return targets_of(np.column_stack([column.numbers[kept] for column in columns]), names)
    (column,) = columns
    words = [column.cells[row] for row in kept]
    if column.decimal == ",":
        words = [
            word.replace(",", ".") if parsed(word, ",") is not None else word for word in words
        ]
    found = classes_of(words, lambda k: sheet.place(int(kept[k]), column))
    return replace(found, names=(column.name,))


def _features(sheet: Sheet, roles: Roles, kept: NDArray[np.int64]) -> tuple[list[str], Array, Made]:
    """Names and numbers (rows, features) of what is read, and what was made of them.

    Gaps get the mean of the column, or its most common word, over the rows that are trained on.
    """
    names: list[str] = []
    made: list[Array] = []
    filled, counts = 0, {}
    train, __ = drawn(len(kept))
    for column in (sheet.columns[k] for k in roles.features):
        gaps = column.gaps[kept]
        filled += int(gaps.sum())
        if column.kind == "numbers":
            names.append(column.name)
            made.append(_filled_numbers(column.numbers[kept], gaps, train))
        else:
            words = np.array([column.cells[row] for row in kept])
            categories, hot = _categories(column, words, gaps, train)
            counts[column.name] = len(categories)
            names += [f"{column.name} = {category[:MAX_NAME]}" for category in categories]
            made += hot
        if len(names) > MAX_COLUMNS:
            break
    return names, np.column_stack(made), Made(filled, counts)


def _filled_numbers(
    numbers: NDArray[np.float64], gaps: NDArray[np.bool_], train: NDArray[np.int64]
) -> Array:
    if not gaps.any():
        return numbers
    known = numbers[train][~gaps[train]]
    mean = known.mean() if len(known) else numbers[~gaps].mean() if (~gaps).any() else 0.0
    return np.where(gaps, mean, numbers)


def _categories(
    column: Held, words: Array, gaps: NDArray[np.bool_], train: NDArray[np.int64]
) -> tuple[list[str], list[Array]]:
    """The words there are, and of each where it stands (1) and where not (0)."""
    if column.different > MAX_CATEGORIES:
        raise DataError(
            _(
                "Column {column} holds {count} different words; at most {most} can be categories. "
                "Leave it out.",
                column=repr(column.name),
                count=f"{column.different:,}",
                most=MAX_CATEGORIES,
            )
        )
    known = words[train][~gaps[train]]
    if gaps.any():
        found, counts = np.unique(known if len(known) else words[~gaps], return_counts=True)
        words = np.where(gaps, found[counts.argmax()] if len(found) else "", words)
    categories = [str(word) for word in np.unique(words)]
    return categories, [(words == category).astype(np.float64) for category in categories]
