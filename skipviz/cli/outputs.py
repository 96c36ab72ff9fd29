"""Files that a command writes: looked at before it computes, so that no work is lost."""

import os
from pathlib import Path

from skipviz.cli.errors import CommandError


def writable(path: Path | None) -> None:
    """CommandError where no file can be written under this name."""
    if path is None:
        return
    folder = path.parent
    if path.is_dir():
        raise CommandError(f"{path} cannot be written: it is a folder.")
    if not folder.is_dir():
        raise CommandError(f"{path} cannot be written: there is no folder {folder}.")
    if not os.access(path if path.exists() else folder, os.W_OK):
        raise CommandError(f"{path} cannot be written: it is not allowed.")


def write(path: Path, text: str) -> None:
    """Write the text as it stands, in UTF-8; CommandError where that fails, as on a full disk."""
    try:
        path.write_text(text, encoding="utf-8", newline="")
    except OSError as error:
        raise CommandError(f"{path} cannot be written: {error.strerror}.") from None
