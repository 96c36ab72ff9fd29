"""Reading the rows of a table of comma-separated values that anybody may have made."""

import csv
import io
from collections.abc import Iterator
from math import isfinite

from skipviz.data.errors import DataError

MAX_BYTES = 10 * 2**20
MAX_ROWS = 20_000
MAX_COLUMNS = 1_000
MAX_SIZE = 1e30  # of a number; float32 ends at 3e38, and squares are taken in float64
MAX_NAME = 40  # characters of a column's name that are shown


def rows_of(content: bytes) -> tuple[list[list[str]], list[str], int]:
    """Rows of fields of equal number, the columns' names, and the line of the first row.

    A first line that holds no number is taken as names. DataError says what is no table.
    """
    lines = _fields(content)
    while lines and not any(field.strip() for field in lines[-1]):
        lines.pop()
    if not lines:
        raise DataError("The file is empty.")
    headed = all(number(field) is None for field in lines[0])
    names = lines[0] if headed else [str(c + 1) for c in range(len(lines[0]))]
    table = lines[1:] if headed else lines
    ragged = [
        f"Row {row} has {len(fields)} columns, the first one {len(names)}."
        for row, fields in enumerate(table, start=1 + headed)
        if len(fields) != len(names)
    ]
    if ragged:
        raise DataError(ragged)
    return table, [name.strip()[:MAX_NAME] for name in names], 1 + headed


def number(field: str) -> float | None:
    """The number that a field holds; None where it holds none that can be used."""
    value = parsed(field)
    return value if value is not None and abs(value) <= MAX_SIZE else None  # NaN is not


def parsed(field: str) -> float | None:
    """The number that a field holds, NaN and infinities too; None where it holds none."""
    try:
        return float(field)
    except ValueError:
        return None


def why_no_number(field: str) -> str:
    """Why a field is not taken as a number."""
    if not field:
        return "is empty"
    value = parsed(field)
    finite = value is not None and isfinite(value)
    return f"{field[:40]!r} is {'larger than 1e30' if finite else 'not a finite number'}"


def _fields(content: bytes) -> list[list[str]]:
    """All rows; those beyond what can be used are not even split."""
    delimiter = _delimiter(content)
    lines = []
    try:
        for fields in csv.reader(_lines(_text(content), delimiter), delimiter=delimiter):
            lines.append(fields)
            if len(lines) > MAX_ROWS + 1:
                raise DataError(f"There are more than {MAX_ROWS} rows; {_MOST}")
    except csv.Error as error:
        raise DataError(f"The file is no table of comma-separated values: {error}.") from None
    return lines


def _lines(text: str, delimiter: str) -> Iterator[str]:
    for line in io.StringIO(text, newline=""):
        if line.count(delimiter) > MAX_COLUMNS:
            raise DataError(f"A row has more than {MAX_COLUMNS + 1} columns; {_MOST}")
        yield line


def _text(content: bytes) -> str:
    if len(content) > MAX_BYTES:
        raise DataError(f"The file is larger than {MAX_BYTES // 2**20} MB.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = content[: error.start].count(b"\n") + 1
        raise DataError(f"Row {row} holds a character that is not UTF-8.") from None


def _delimiter(content: bytes) -> str:
    """Comma, semicolon or tab: whichever the first line has most of."""
    line = content.split(b"\n", 1)[0]
    return chr(max(b",;\t", key=lambda mark: line.count(bytes([mark]))))


_MOST = f"at most {MAX_ROWS} rows of {MAX_COLUMNS} can be used."
