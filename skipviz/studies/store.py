"""Results in an SQLite file, a row per run: appended as they come, safe against a kill.

Table `runs` has a row per run with its factors, its numbers and its full settings; the primary
key is the run's content hash, so no run is ever kept twice. Table `attempts` logs every time a
run was handed out. Lists are JSON. Readers may look on while a study writes.
"""

import contextlib
import json
import os
import sqlite3
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from skipviz.language import _
from skipviz.studies.locking import only_one
from skipviz.studies.results import Result, as_json
from skipviz.studies.study import FACTORS, StudyError
from skipviz.studies.trials import Trial

_LISTS = ("weight_gradients", "state_gradients", "trained_gradients", "predicted_gradients")
_OF_RESULT = tuple(field.name for field in fields(Result) if field.name != "factors")
COLUMNS = (*_OF_RESULT[:2], *FACTORS, *_OF_RESULT[2:])
_ADDED = ("start_loss", "start_score")  # columns that the first files do not have
_NAMES = ", ".join(f"[{name}]" for name in COLUMNS)
_TABLES = f"""
CREATE TABLE IF NOT EXISTS runs ({_NAMES}, PRIMARY KEY (key)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS attempts (key TEXT NOT NULL, at REAL NOT NULL, process INTEGER NOT NULL)
"""
_INSERT = f"INSERT OR IGNORE INTO runs ({_NAMES}) VALUES ({', '.join('?' * len(COLUMNS))})"


class Store:
    """The results in one file. StudyError when it holds anything else."""

    def __init__(self, path: Path | str = ":memory:") -> None:
        """Without a path they live in memory only."""
        self.path = path
        try:
            self._connection = sqlite3.connect(path, timeout=30)
            self._connection.execute("PRAGMA journal_mode = WAL")
            self._connection.execute("PRAGMA synchronous = NORMAL")
            self._connection.executescript(_TABLES)
            self._add_columns()
            self._connection.execute(f"SELECT {_NAMES} FROM runs LIMIT 0")
        except sqlite3.Error as error:
            raise StudyError(
                _("{path} cannot hold results: {error}.", path=path, error=str(error))
            ) from None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._connection.close()

    def _add_columns(self) -> None:
        """Those that a file of an earlier version lacks: nothing is known of them there."""
        there = {row[1] for row in self._connection.execute("PRAGMA table_info(runs)")}
        ours = there.issuperset({*COLUMNS} - {*_ADDED})
        for name in [name for name in _ADDED if ours and name not in there]:
            self._connection.execute(f"ALTER TABLE runs ADD COLUMN [{name}]")

    @contextlib.contextmanager
    def reserved(self) -> Iterator[None]:
        """Only one study at a time works on a file; StudyError when another one does."""
        with contextlib.nullcontext() if self.path == ":memory:" else only_one(self.path):
            yield

    @contextlib.contextmanager
    def _writing(self) -> Iterator[None]:
        """All that is written within it, or nothing; StudyError where it cannot be, as on a full
        disk."""
        try:
            with self._connection:
                yield
        except sqlite3.Error as error:
            raise StudyError(
                _(
                    "{path} takes no more results: {error}. What it held is kept; make room, "
                    "and start the study again.",
                    path=self.path,
                    error=str(error),
                )
            ) from None

    def note_attempt(self, trials: Iterable[Trial]) -> None:
        """Log that these runs are handed out now."""
        now, process = time.time(), os.getpid()
        with self._writing():
            rows = ((trial.key, now, process) for trial in trials)
            self._connection.executemany("INSERT INTO attempts VALUES (?, ?, ?)", rows)

    def add(self, results: Iterable[Result]) -> None:
        """Keep results, all of them or (killed in between) none; runs known already are left."""
        with self._writing():
            self._connection.executemany(_INSERT, map(_row, results))

    def keys(self, status: str | None = None) -> set[str]:
        """Of all runs kept, or of those "done" or "failed"."""
        asked = "SELECT key FROM runs WHERE status = coalesce(?, status)"
        return {key for (key,) in self._connection.execute(asked, (status,))}

    def results(self, keys: Iterable[str] | None = None) -> list[Result]:
        """What is kept, or of it the runs with these keys in their order."""
        found = {row[0]: row for row in self._connection.execute(f"SELECT {_NAMES} FROM runs")}
        wanted = found if keys is None else keys
        return [_result(found[key]) for key in wanted if key in found]

    def forget(self, keys: Iterable[str]) -> None:
        """Remove runs, so that they are made again."""
        with self._writing():
            self._connection.executemany("DELETE FROM runs WHERE key = ?", ((k,) for k in keys))


def _row(result: Result) -> list[Any]:
    values = {name: getattr(result, name) for name in _OF_RESULT}
    values |= {name: as_json(values[name]) for name in (*_LISTS, "settings")}
    values |= {name: result.factors.get(name) for name in FACTORS}
    return [values[name] for name in COLUMNS]


def _result(row: Sequence[Any]) -> Result:
    values = dict(zip(COLUMNS, row, strict=True))
    factors = {name: values.pop(name) for name in FACTORS}
    values |= {name: tuple(json.loads(values[name])) for name in _LISTS}
    values["settings"] = json.loads(values["settings"])
    return Result(factors={n: v for n, v in factors.items() if v is not None}, **values)
