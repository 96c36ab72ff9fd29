"""What stands in the cells of a table: numbers, words, dates, gaps."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from math import isfinite

from skipviz.data.errors import DataError
from skipviz.data.files.reading import Decimal
from skipviz.data.own import MAX_SIZE
from skipviz.language import _

GAPS = frozenset(
    ("", "NA", "N/A", "n/a", "#N/A", "<NA>", "nan", "NaN", "NAN", "null", "NULL", "?")
)  # not "-" or "none", which are words of many tables
_DATE = re.compile(
    r"(\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.](\d{4}|\d{2}))([T ]\d{1,2}:\d{2}.*)?"
    r"|\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?"
)
_BY_COMMA = re.compile(r"[+-]?\d*,\d+([eE][+-]?\d+)?")
_BY_DOT = re.compile(r"[+-]?\d*\.\d+([eE][+-]?\d+)?")
_THOUSANDS = re.compile(
    r"[+-]?[1-9]\d{0,2}([,.'’  ]\d{3})+([.,]\d+)?|[+-]?[1-9]\d{0,2}([,.'’  ]\d{2,3})+[.,]\d+"
)
_OF_COMMAS = re.compile(r"[+-]?[1-9]\d{0,2}(,\d{3})+")


def number(field: str, decimal: Decimal = ".") -> float | None:
    """The number that a cell holds; None where it holds none that can be used."""
    value = parsed(field, decimal)
    return value if value is not None and abs(value) <= MAX_SIZE else None  # NaN is not


def parsed(field: str, decimal: Decimal = ".") -> float | None:
    """The number that a cell holds, NaN and infinities too; None where it holds none."""
    if decimal == ",":
        field = "x" if "." in field else field.replace(",", ".")
    try:
        return None if "_" in field else float(field)
    except ValueError:
        return None


def is_date(field: str) -> bool:
    """Whether a cell holds a date or a time of day."""
    return _DATE.fullmatch(field) is not None


def why_no_number(field: str, decimal: Decimal = ".") -> str:
    """Why a cell is not taken as a number."""
    if field in GAPS:
        return _("{cell} stands for a gap", cell=repr(field)) if field else _("is empty")
    shown, value = f"{field[:40]!r}", parsed(field, decimal)
    if value is not None:
        if isfinite(value):
            return _("{cell} is larger than 1e30", cell=shown)
        return _("{cell} is not a finite number", cell=shown)
    if is_thousands(field):
        return _(
            "{cell} has a separator of thousands, which is not read: write the digits alone",
            cell=shown,
        )
    if decimal == "." and _BY_COMMA.fullmatch(field):
        return _("{cell} has a decimal comma, and others have a dot", cell=shown)
    if decimal == "," and _BY_DOT.fullmatch(field):
        return _("{cell} has a decimal dot, and others have a comma", cell=shown)
    return _("{cell} is not a finite number", cell=shown)


def is_thousands(field: str) -> bool:
    """Whether a cell holds digits in groups of three."""
    return _THOUSANDS.fullmatch(field) is not None


def looks_like_number(field: str) -> bool:
    """Whether a person would call it a number, however it is written."""
    return (
        parsed(field) is not None or is_thousands(field) or _BY_COMMA.fullmatch(field) is not None
    )


def decimal_of(columns: Sequence[Iterable[str]]) -> Decimal:
    """Dot or comma, as the cells have it; DataError where "1,234" may be either."""
    if not any("," in "".join(column) for column in columns):
        return "."
    commas, dots = Counter[str](), 0
    for cell in _with_marks(columns):
        if _BY_COMMA.fullmatch(cell):
            commas[cell] += 1
        elif _BY_DOT.fullmatch(cell) and not is_thousands(cell):
            dots += 1
        elif _OF_COMMAS.fullmatch(cell):
            dots += 1  # 1,234,567 has its commas for thousands
    if not commas or dots:
        return "."
    if all(_OF_COMMAS.fullmatch(cell) for cell in commas):
        cell = next(iter(commas))
        raise DataError(
            _(
                "{cell} may be {whole} or {decimal}. Choose the decimal comma, or take the "
                "separators of thousands out of the file.",
                cell=repr(cell),
                whole=cell.replace(",", ""),
                decimal=cell.replace(",", "."),
            )
        )
    return ","


def _with_marks(columns: Sequence[Iterable[str]]) -> Iterator[str]:
    """Cells with a comma or a dot between their digits."""
    for column in columns:
        for cell in column:
            if cell[-1:].isdigit() and ("," in cell or "." in cell):
                yield cell
