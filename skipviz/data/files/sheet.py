"""A table by its columns: their names, their cells, and what kind of thing each holds."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from skipviz.data.errors import DataError
from skipviz.data.files.cells import (
    GAPS,
    decimal_of,
    is_date,
    looks_like_number,
    number,
    parsed,
    why_no_number,
)
from skipviz.data.files.reading import Column, Decimal, Kind, Reading
from skipviz.data.files.text import Row, Rows
from skipviz.data.own import MAX_SIZE
from skipviz.language import N_, _, _n

MAX_NAME = 40  # characters of a column's name that are shown
MOSTLY = 0.9
EXACT = 2**53  # from here on floats miss whole numbers
MOST_NAMED = 19  # rows, and how to mend them
LOOKED_AT = 1_000  # rows, for what the first one is
RAGGED = N_("Correct these rows, or let what does not fit count as gaps: then they are dropped.")


@dataclass(frozen=True)
class Held:
    """A column of a table: its name, its cells without the spaces around them."""

    name: str
    cells: Sequence[str]
    decimal: Decimal = "."

    @cached_property
    def empty(self) -> NDArray[np.bool_]:
        """(rows,): where there is a gap."""
        return np.array([cell in GAPS for cell in self.cells], dtype=bool)

    @cached_property
    def values(self) -> Counter[str]:
        """How often each cell that is no gap occurs."""
        counted = Counter(self.cells)
        return Counter({cell: count for cell, count in counted.items() if cell not in GAPS})

    @cached_property
    def numbers(self) -> NDArray[np.float64]:
        """(rows,): the numbers of a column of numbers; NaN where a cell holds none."""
        read = _all_numbers(self.cells) if self.decimal == "." else None
        if read is None:
            known = {cell: number(cell, self.decimal) for cell in self.values}
            return np.array([known.get(cell) for cell in self.cells], dtype=np.float64)
        usable = np.abs(read) <= MAX_SIZE  # NaN is not
        return np.where(usable, read, np.nan)

    @cached_property
    def kind(self) -> Kind:
        """Numbers where more than half of what is no gap looks like one."""
        filled = len(self.cells) - int(self.empty.sum())
        if not filled:
            return "empty"
        if 2 * np.isfinite(self.numbers).sum() > filled:
            return "numbers"
        if 2 * self._count(looks_like_number) > filled:
            return "numbers"
        return "dates" if self._count(is_date) >= MOSTLY * filled else "words"

    @cached_property
    def strays(self) -> NDArray[np.int64]:
        """Rows whose cell is neither gap nor number, in a column of numbers."""
        if self.kind != "numbers":
            return np.zeros(0, dtype=np.int64)
        return np.flatnonzero(~self.empty & ~np.isfinite(self.numbers))

    @cached_property
    def gaps(self) -> NDArray[np.bool_]:
        """(rows,): where nothing can be read, strays counted."""
        return ~np.isfinite(self.numbers) if self.kind == "numbers" else self.empty

    @cached_property
    def different(self) -> int:
        """How many different values there are."""
        if self.kind != "numbers":
            return len(self.values)
        read = self.numbers[~self.gaps]
        exact = len(read) == 0 or np.abs(read).max() < EXACT
        return len(np.unique(read)) if exact else len(self.values)

    @property
    def about(self) -> Column:
        """What is told of it."""
        return Column(self.name, self.kind, self.different, int(self.empty.sum()))

    def why(self, row: int) -> str:
        """Why a cell is no number."""
        return why_no_number(self.cells[row], self.decimal)

    def _count(self, holds: Callable[[str], bool]) -> int:
        return sum(count for cell, count in self.values.items() if holds(cell))


@dataclass(frozen=True)
class Sheet:
    """The columns of a table, the number of each row in its file, and what was found on the way.

    `named` by the file. `ragged` rows of another length are left out, and `count` rows were there.
    """

    columns: tuple[Held, ...]
    rows: Sequence[int]
    count: int
    named: bool = True
    decimal: Decimal = "."
    ragged: int = 0

    def place(self, row: int, column: Held) -> str:
        """Where a cell stands, for what is wrong with it."""
        if self.named:
            return _("Row {row}, column {column}", row=self.rows[row], column=repr(column.name))
        return _("Row {row}, {column}", row=self.rows[row], column=column.name)


def sheet_of(rows: Rows, reading: Reading) -> Sheet:
    """The columns of a file. DataError for rows of another length."""
    width = _width(rows.first, rows.others)
    named = reading.header
    if named is None:
        named = _names_columns(rows.first[1], [row[1] for row in rows.others])
    body = rows.others if named else [rows.first, *rows.others]
    even = _even(body, width, reading)
    names = _names(rows.first[1][:width] if named else [""] * width, width)
    cells = list(zip(*(row[1][:width] for row in even), strict=True)) or [()] * width
    stripped = [[cell.strip() for cell in column] for column in cells]
    sheet = Sheet(
        columns=tuple(Held(name, column) for name, column in zip(names, stripped, strict=True)),
        rows=[row[0] for row in even],
        count=rows.count + (not named),
        named=named,
        ragged=len(body) - len(even),
    )
    return with_decimal(sheet, reading)


def with_decimal(sheet: Sheet, reading: Reading) -> Sheet:
    """The same with numbers read as they are written. DataError where that may be either."""
    decimal = reading.decimal or decimal_of([column.cells for column in sheet.columns])
    columns = tuple(replace(column, decimal=decimal) for column in sheet.columns)
    return replace(sheet, columns=columns, decimal=decimal)


def unique_names(names: Iterable[str]) -> list[str]:
    """Names of columns: the first one keeps its name, others of the same get a number."""
    taken: set[str] = set()
    found = []
    for place, given in enumerate(names, start=1):
        name = base = " ".join(given.split())[:MAX_NAME] or f"column {place}"
        count = 1
        while name in taken:
            count += 1
            name = f"{base} ({count})"
        taken.add(name)
        found.append(name)
    return found


def _names(first: list[str], width: int) -> list[str]:
    return unique_names([*first, *[""] * (width - len(first))])


def _width(first: Row, others: Sequence[Row]) -> int:
    """Of the first row; without a last column that has neither a name nor a cell anywhere."""
    width = len(first[1])
    while width > 1 and not first[1][width - 1].strip():
        if any(len(cells) >= width and cells[width - 1].strip() for __, cells in others):
            break
        width -= 1
    return width


def _even(body: list[Row], width: int, reading: Reading) -> list[Row]:
    """The rows of that width, of which empty cells beyond it are cut."""
    even, errors = [], []
    for number_of_row, cells in body:
        if len(cells) >= width and not any(cell.strip() for cell in cells[width:]):
            even.append((number_of_row, cells))
        else:
            errors.append(
                _n(
                    "Row {row} has {count} column, the first one {width}.",
                    "Row {row} has {count} columns, the first one {width}.",
                    len(cells),
                    row=number_of_row,
                    width=width,
                )
            )
    if errors and reading.strays == "refuse":
        raise DataError([*errors[:MOST_NAMED], _(RAGGED)])
    return even


def _names_columns(first: list[str], body: list[list[str]]) -> bool:
    """Whether the first row names the columns: it has words where the others have numbers, or
    nothing but words that do not come again."""
    cells = [cell.strip() for cell in first]
    some = body[:LOOKED_AT]
    below = [[row[k].strip() for row in some if k < len(row)] for k in range(len(cells))]
    if any(parsed(cell) is not None and not cell.lstrip("+-").isdigit() for cell in cells):
        return False
    words = [place for place, cell in enumerate(cells) if cell and not looks_like_number(cell)]
    if any(_are_numbers(below[place]) for place in words):
        return True
    if len(words) < len([cell for cell in cells if cell]):
        return False
    return not body or not all(cells[place] in below[place] for place in words)


def _all_numbers(cells: Sequence[str]) -> NDArray[np.float64] | None:
    """The fast way, of cells that are all numbers; 1_000 is none, though Python reads it."""
    try:
        read = np.array([float(cell) for cell in cells])
    except ValueError:
        return None
    return None if "_" in "".join(cells) else read


def _are_numbers(cells: list[str]) -> bool:
    filled = [cell for cell in cells if cell not in GAPS]
    return bool(filled) and 2 * sum(map(looks_like_number, filled)) > len(filled)
