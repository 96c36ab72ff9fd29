"""A lock that two processes cannot both hold, and that leaves no file behind."""

import contextlib
import sqlite3
import sys
from collections.abc import Iterator
from pathlib import Path

from skipviz.language import _
from skipviz.studies.study import StudyError


@contextlib.contextmanager
def only_one(path: Path | str) -> Iterator[None]:
    """Nobody else is working on this file meanwhile; StudyError when somebody is.

    The lock is SQLite's own on an empty file beside it, which the system lifts when a process
    dies. The file is removed at the end, or by the next one who works on it.
    """
    beside = Path(f"{path}.lock")
    while (guard := _locked(beside)) is None:
        pass  # whoever had it has just removed the file that we were to lock: take the next
    try:
        yield
    finally:
        if sys.platform != "win32":  # while it is locked, for after that it may be another's
            beside.unlink(missing_ok=True)
        guard.close()
        if sys.platform == "win32":  # where nothing is removed that anybody has open
            with contextlib.suppress(OSError):
                beside.unlink()


def _locked(beside: Path) -> sqlite3.Connection | None:
    """A connection that holds the lock; None where the file was removed before it did.

    The path leads to the file that was locked if it led to the same one before that was opened:
    a file that was removed never comes back. Only SQLite may open it here, for closing any other
    handle of it would lift the locks of this process.
    """
    try:
        sqlite3.connect(beside).close()
        before = _identity(beside)
        guard = sqlite3.connect(beside, timeout=0, isolation_level=None)
        guard.execute("PRAGMA journal_mode = OFF")  # nothing is written, so no file beside it
        guard.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError as error:
        busy = error.sqlite_errorcode == sqlite3.SQLITE_BUSY
        path = beside.with_suffix("")
        raise StudyError(
            _("{path}: Another study is working on it.", path=path)
            if busy
            else _("{path}: it cannot be locked: {error}.", path=path, error=str(error))
        ) from None
    if before is not None and before == _identity(beside):
        return guard
    guard.close()
    return None


def _identity(path: Path) -> tuple[int, int, int] | None:
    """What no other file has; None where there is none."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino, found.st_ctime_ns
