"""From the bytes of a table to its rows of cells: encoding, separator, and no more than is used."""

import csv
import io
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from skipviz.data.errors import DataError
from skipviz.data.files.reading import Encoding, Reading, Separator
from skipviz.language import _

MAX_BYTES = 10 * 2**20
MAX_ROWS = 20_000
MAX_COLUMNS = 1_000
LOOKED_AT = 50  # rows by which the separator is found
MARKS: tuple[Separator, ...] = (",", ";", "\t", "|")
_NO_TEXT = re.compile("[\x00-\x08\x0e-\x1f]")
_PAIR = re.compile(rb"[\x81-\xfe][\x30-\xfe]")
MOST_PAIRS = 10_000  # by which an encoding is told from another
_BOMS: tuple[tuple[bytes, Encoding], ...] = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)


Row = tuple[int, list[str]]
"""The number of a row, as a spreadsheet counts it, and its cells."""


@dataclass(frozen=True)
class Rows:
    """The first row of a file and the `others`; of more than can be used a sample of `count`."""

    first: Row
    others: list[Row]
    count: int
    encoding: Encoding
    separator: Separator


def rows_of(content: bytes, reading: Reading) -> Rows:
    """The rows of a file that hold anything. DataError says why it is no table."""
    if len(content) > MAX_BYTES:
        raise DataError(
            _(
                "The file is larger than {most} MB. Bring fewer rows or columns of it.",
                most=MAX_BYTES // 2**20,
            )
        )
    encoding = reading.encoding or _encoding(content)
    text = _decoded(content, encoding)
    if (found := _NO_TEXT.search(text)) is not None:
        row = text.count("\n", 0, found.start()) + 1
        raise DataError(
            _(
                "Row {row} holds a control character, so the file is no text. Save it as CSV, or "
                "as NPZ (numpy.savez) where it holds arrays.",
                row=row,
            )
        )
    separator = reading.separator or _separator(text)
    filled = _filled(text, separator)
    head = next(filled, None)
    if head is None:
        raise DataError(_("The file is empty. Bring one with a row for each sample."))
    others, count = _sample(filled)
    return Rows(head, others, count, encoding, separator)


def _encoding(content: bytes) -> Encoding:
    """By the mark at the start, else UTF-8 where it is that, else what Windows writes, in China or
    in the west."""
    for mark, encoding in _BOMS:
        if content.startswith(mark):
            return encoding
    head = content[:2000]
    if len(head) > 3 and max(head[::2].count(0), head[1::2].count(0)) > len(head) // 3:
        return "utf-16"
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        if _is_chinese(content):
            return "gb18030"
        undefined = (0x81, 0x8D, 0x8F, 0x90, 0x9D)
        return "latin-1" if any(byte in content for byte in undefined) else "cp1252"
    return "utf-8"


def _is_chinese(content: bytes) -> bool:
    """Whether most of what it has beside ASCII are the usual Chinese characters (GB 2312, level 1).

    Two western letters in a row could be such a pair, but begin with one of those only in capitals.
    """
    try:
        content.decode("gb18030")
    except UnicodeDecodeError:
        return False
    pairs = [found[0] for found in islice(_PAIR.finditer(content), MOST_PAIRS)]
    return 2 * sum(0xB0 <= first <= 0xD7 and second >= 0xA1 for first, second in pairs) > len(pairs)


def _decoded(content: bytes, encoding: Encoding) -> str:
    codec = {"utf-8": "utf-8-sig"}.get(encoding, encoding)
    if encoding == "utf-16" and not content.startswith((b"\xff\xfe", b"\xfe\xff")):
        high, low = content[1:2000:2].count(0), content[:2000:2].count(0)
        codec = "utf-16-le" if high >= low else "utf-16-be"
    try:
        return content.decode(codec)
    except UnicodeDecodeError as error:
        row = content[: error.start].count(b"\n") + 1
        raise DataError(
            _(
                "Row {row} holds a character that is not {encoding}. Choose another encoding, or "
                "save the file as UTF-8.",
                row=row,
                encoding=encoding.upper(),
            )
        ) from None


def _separator(text: str) -> Separator:
    """The mark that parts the first rows most alike, and of those the one that parts them most."""
    return max(MARKS, key=lambda mark: _evenness(text, mark))


def _evenness(text: str, mark: Separator) -> tuple[float, int]:
    widths = []
    try:
        for __, cells in _filled(text[: 2**18], mark):
            widths.append(len(cells))
            if len(widths) == LOOKED_AT:
                break
    except DataError:
        return -1.0, 0
    if not widths or max(widths) < 2:
        return 0.0, 0
    usual = max(set(widths), key=widths.count)
    return (widths.count(usual) / len(widths), usual) if usual > 1 else (0.0, 0)


def _filled(text: str, separator: Separator) -> Iterator[Row]:
    """Rows that hold anything, with their numbers from 1 on."""
    reader = csv.reader(_lines(text, separator), delimiter=separator, skipinitialspace=True)
    try:
        for number, cells in enumerate(reader, start=1):
            if any(cells) and any(cell.strip() for cell in cells):
                yield number, cells
    except csv.Error as error:
        raise DataError(
            _(
                "The file is no table of separated values: {error}. Save it anew as CSV from the "
                "program it comes from.",
                error=str(error),
            )
        ) from None


def _lines(text: str, separator: Separator) -> Iterator[str]:
    for line in io.StringIO(text, newline=""):
        if line.count(separator) > MAX_COLUMNS:
            raise DataError(
                _(
                    "A row has more than {columns} columns; at most {rows} rows of {most} can be "
                    "used. Bring fewer columns.",
                    columns=MAX_COLUMNS + 1,
                    rows=MAX_ROWS,
                    most=MAX_COLUMNS,
                )
            )
        yield line


def _sample(filled: Iterator[Row]) -> tuple[list[Row], int]:
    """All rows, or MAX_ROWS of them that are drawn evenly and always the same; and their count.

    Algorithm R of Vitter (1985), in the order of the file: no more rows are held than are used.
    """
    kept: list[Row] = []
    drawn = random.Random(0)
    count = 0
    for row in filled:
        if count < MAX_ROWS:
            kept.append(row)
        else:
            place = int(drawn.random() * (count + 1))
            if place < MAX_ROWS:
                kept[place] = row
        count += 1
    return (sorted(kept, key=lambda row: row[0]) if count > MAX_ROWS else kept), count
