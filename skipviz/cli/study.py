"""`skipviz study`: run a study on this machine or on a cluster, resume one that was stopped."""

import argparse
import math
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

from skipviz.cli import outputs
from skipviz.cli.errors import CommandError
from skipviz.cluster import require_address
from skipviz.language import N_, _, _n
from skipviz.runs.zeros import size_text
from skipviz.studies import (
    QUANTITY_LABELS,
    READY,
    Progress,
    Store,
    Study,
    open_workers,
    run_study,
    table,
    to_csv,
    trials,
)
from skipviz.studies.results import Result
from skipviz.studies.study import OF_GRADIENT
from skipviz.text import number_text


def declare(commands: Any) -> None:
    """Add the command."""
    parser = commands.add_parser("study", help=_("run or resume a study"))
    parser.add_argument(
        "study",
        metavar="STUDY",
        help=_("a TOML file, or one of {ready}", ready=", ".join(READY)),
    )
    parser.add_argument("--out", type=Path, help=_("SQLite file of the results (STUDY.sqlite)"))
    parser.add_argument("--csv", type=Path, help=_("also write the results as CSV"))
    parser.add_argument(
        "--address", help=_("Dask scheduler, tcp://host:8786, in place of this machine")
    )
    parser.add_argument("--workers", type=int, help=_("processes on this machine (one a core)"))
    parser.add_argument("--retry-failed", action="store_true", help=_("make failed runs again"))
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Make what is missing, print a table; the exit code, 1 where a run failed."""
    if arguments.workers is not None and arguments.workers < 1:
        raise CommandError(_("--workers must be 1 or more."))
    outputs.writable(arguments.csv)
    if arguments.address:
        require_address(arguments.address)  # before there is a file of results
    study = READY.get(arguments.study) or _from_file(Path(arguments.study))
    path = arguments.out or Path(f"{Path(arguments.study).stem}.sqlite")
    keys = [trial.key for trial in trials(study)]
    if arguments.address and not path.exists():
        with open_workers(arguments.address):
            pass  # they are there; where they are not, no file of results is left behind
    with Store(path) as store:
        if arguments.retry_failed:
            store.forget(store.keys("failed").intersection(keys))
        news = _News()
        ended = run_study(
            study, store, lambda: open_workers(arguments.address, arguments.workers), news.show
        )
        news.close(ended)
        results = store.results(keys)
    print(
        _n(
            "{done} of {count} run in {path}, {failed} failed.",
            "{done} of {count} runs in {path}, {failed} failed.",
            ended.total,
            done=ended.done,
            path=path,
            failed=ended.failed,
        )
    )
    print(_summary(study, results))
    if arguments.csv:
        outputs.write(arguments.csv, to_csv(results))
    failed = [result for result in results if result.status == "failed"]
    if failed:
        said = _n(
            "skipviz: {failed} of {count} run failed. {why}",
            "skipviz: {failed} of {count} runs failed. {why}",
            ended.total,
            failed=len(failed),
            why=_why(failed),
        )
        print(said, file=sys.stderr)
    return 1 if failed else 0


def _from_file(path: Path) -> Study:
    if not path.is_file():
        ready = ", ".join(READY)
        raise CommandError(
            _("{path} is no file. Ready studies are {ready}.", path=path, ready=ready)
        )
    return Study.from_file(path)


class _News:
    """Progress on stderr: in place on a terminal, else a line a second at most."""

    def __init__(self) -> None:
        self._terminal = sys.stderr.isatty()
        self._told = -math.inf

    def show(self, progress: Progress) -> None:
        """Tell it, unless it has just been told; the last word is that of `close`."""
        every = 0.1 if self._terminal else 1.0  # seconds
        if progress.done < progress.total and time.monotonic() - self._told >= every:
            self._told = time.monotonic()
            self._print(_text(progress), end="" if self._terminal else "\n")

    def close(self, progress: Progress) -> None:
        """The last line."""
        self._print(_text(progress), end="\n")

    def _print(self, text: str, end: str) -> None:
        line = f"\r{text:<60}" if self._terminal else text
        print(line, end=end, file=sys.stderr, flush=True)


def _text(progress: Progress) -> str:
    left = progress.seconds_left
    return _(
        (_RUNS_LEFT if left else _RUNS)[progress.total != 1],
        done=progress.done,
        total=progress.total,
        failed=progress.failed,
        seconds=format(left or 0, ".0f"),
    )


_RUNS = N_("{done} of {total} run, {failed} failed"), N_("{done} of {total} runs, {failed} failed")
_RUNS_LEFT = (
    N_("{done} of {total} run, {failed} failed, {seconds} s left"),
    N_("{done} of {total} runs, {failed} failed, {seconds} s left"),
)
"""Of one run, and of several."""


def _why(failed: list[Result]) -> str:
    """What most of the failed runs said, in one line."""
    counted = Counter(" ".join(result.message.split()) for result in failed)
    return counted.most_common(1)[0][0]


def _summary(study: Study, results: list[Result]) -> str:
    """The mean of every cell, as the figure shows it; other factors are averaged over."""
    cells = table(results, study.shown, study.across, study.by, order=study.values(study.by))
    columns = list(dict.fromkeys(column for row in cells.values() for column in row))
    text = size_text if study.shown in OF_GRADIENT else number_text
    rows = [
        [str(name), *(text(row[c].mean) if c in row else "" for c in columns)]
        for name, row in cells.items()
    ]
    title = _(
        "{quantity}, by {by}, across {across}:",
        quantity=_(QUANTITY_LABELS[study.shown]),
        by=study.by,
        across=study.across,
    )
    return f"{title}\n{outputs.text_table([study.by, *map(str, columns)], rows)}"
