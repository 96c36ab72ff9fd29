"""What a command writes: tables in plain text, and files.

Files are looked at before it computes, so that no work is lost.
"""

import os
from collections.abc import Sequence
from pathlib import Path

from skipviz.cli.errors import CommandError
from skipviz.language import _
from skipviz.text import columns_of


def writable(path: Path | None) -> None:
    """CommandError where no file can be written under this name."""
    if path is None:
        return
    folder = path.parent
    if path.is_dir():
        raise CommandError(_("{path} cannot be written: it is a folder.", path=path))
    if not folder.is_dir():
        raise CommandError(
            _("{path} cannot be written: there is no folder {folder}.", path=path, folder=folder)
        )
    if not os.access(path if path.exists() else folder, os.W_OK):
        raise CommandError(_("{path} cannot be written: it is not allowed.", path=path))


def write(path: Path, text: str) -> None:
    """Write the text as it stands, in UTF-8; CommandError where that fails, as on a full disk."""
    try:
        path.write_text(text, encoding="utf-8", newline="")
    except OSError as error:
        raise CommandError(
            _("{path} cannot be written: {why}.", path=path, why=error.strerror)
        ) from None


def text_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Columns padded to the widest entry: the first to the left, the others to the right.

    A Chinese character is as wide as two letters (Unicode standard annex 11).
    """
    lines = [list(head), *map(list, rows)]
    widths = [max(columns_of(line[i]) for line in lines) for i in range(len(head))]
    return "\n".join(_line(line, widths) for line in lines)


def _line(entries: Sequence[str], widths: Sequence[int]) -> str:
    first, *rest = zip(entries, widths, strict=True)
    text, width = first
    cells = [text + " " * (width - columns_of(text))]
    cells += [" " * (width - columns_of(text)) + text for text, width in rest]
    return "  ".join(cells).rstrip()
