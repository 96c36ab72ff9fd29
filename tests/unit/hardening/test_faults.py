"""What the machine does to a server: a full disk, no descriptors, clocks that jump."""

import ast
import errno
import logging
import os
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from skipviz import presets
from skipviz.answers import answer
from skipviz.jobs import Job, JobPool, journal
from skipviz.network import Network
from skipviz.runs.requests import Training
from skipviz.settings import Settings
from skipviz.studies import Store, StudyError
from skipviz.studies.results import Result
from skipviz.ui import serving
from skipviz.ui.session import registry
from skipviz.ui.session.history import History
from skipviz.ui.session.registry import SessionRegistry
from skipviz.ui.session.session import Session

PACKAGE = Path(__file__).parents[3] / "skipviz"
SMALL = Network.mlp(depth=2, width=8)
PATIENCE = 60.0


def full_disk(*_: object, **__: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.fixture(scope="module")
def warm_pool() -> JobPool:
    return JobPool(answer, running=1)


@pytest.fixture
def pool(warm_pool: JobPool) -> Iterator[JobPool]:
    yield warm_pool
    warm_pool.close(PATIENCE)


def test_a_server_starts_on_a_full_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("skipviz.ui.serving.shutil.copyfile", full_disk)
    monkeypatch.setattr(Path, "mkdir", full_disk)
    serving._put_picture()  # previews do without


def test_a_run_goes_on_where_its_lines_cannot_be_written(
    pool: JobPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[object] = []
    stream = SimpleNamespace(write=lambda text: (tried.append(text), full_disk()), flush=full_disk)
    logger = logging.Logger("of this test", logging.INFO)
    logger.addHandler(logging.StreamHandler(stream))  # type: ignore[type-var]
    monkeypatch.setattr(journal, "LOGGER", logger)
    monkeypatch.setattr(logging, "raiseExceptions", False)
    job = pool.submit(Training(SMALL, Settings(steps=2)))
    assert job.wait_until_ended(PATIENCE)
    assert job.state == "finished"
    assert tried


def test_a_study_on_a_full_disk_says_so_and_keeps_what_it_has(tmp_path: Path) -> None:
    with Store(tmp_path / "study.sqlite") as store:
        store.add([Result("kept", {}, 0)])
        store._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        store._connection.execute("PRAGMA max_page_count = 1")  # SQLite: a disk without a page more
        with pytest.raises(StudyError, match=r"takes no more results: .*full.*is kept; make room"):
            store.add([Result(f"{place}" * 500, {}, 0) for place in range(1_000)])
        assert [result.key for result in store.results()] == ["kept"]
    assert sqlite3.connect(tmp_path / "study.sqlite").execute("PRAGMA quick_check").fetchone() == (
        "ok",
    )


def test_a_run_for_which_there_is_no_descriptor_says_so_and_the_next_one_runs(
    pool: JobPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none_left(*_: object) -> None:
        raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))

    with monkeypatch.context() as patched:
        patched.setattr(pool._place._context, "Pipe", none_left)
        job: Job[Any] = pool.submit(Training(SMALL, Settings(steps=2)))
        assert job.state == "failed"
        assert job.error == "No worker process could be started just now. Start again."
    after = pool.submit(Training(SMALL, Settings(steps=2)))
    assert after.wait_until_ended(PATIENCE)
    assert after.state == "finished"


@pytest.mark.parametrize("jump", [1e7, -1e7])
def test_a_run_is_not_ended_by_a_clock_that_jumps(
    pool: JobPool, monkeypatch: pytest.MonkeyPatch, jump: float
) -> None:
    job = pool.submit(Training(SMALL, Settings(steps=100_000)))
    assert job.wait_for_results(1, PATIENCE)
    monkeypatch.setattr(time, "time", lambda now=time.time: now() + jump)
    assert job.wait_for_results(job.count + 2, PATIENCE)
    assert job.state == "running"


def moved(jump: float) -> SimpleNamespace:
    """The module of clocks, all of them so many seconds on."""
    begun = time.monotonic()
    return SimpleNamespace(monotonic=lambda: begun + jump, sleep=time.sleep)


@pytest.mark.parametrize(("jump", "left_is_kept"), [(1e7, False), (-1e7, True)])
def test_who_is_there_stays_when_the_clock_jumps(
    monkeypatch: pytest.MonkeyPatch, jump: float, left_is_kept: bool
) -> None:
    visits = SessionRegistry()
    here, left = (Session(History(presets.load("default"))) for _ in range(2))
    visits.enter(here, "one")
    visits.enter(left, "two")
    visits.close("two")
    monkeypatch.setattr(registry, "time", moved(jump))
    visits.close("nobody's")
    visits._look_at(left.id, registry.time.monotonic())
    visits._look_at(here.id, registry.time.monotonic())
    assert visits.find(here.id) is here
    assert (visits.find(left.id) is left) == left_is_kept


def test_no_deadline_is_read_off_the_clock_of_the_day() -> None:
    """Which an administrator or a time server sets; it stands in what is written down only."""
    readers = {
        path.relative_to(PACKAGE).as_posix()
        for path in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute)
        and ast.unparse(node) in ("time.time", "datetime.now", "datetime.utcnow", "date.today")
    }
    assert readers == {"jobs/journal.py", "studies/store.py"}
