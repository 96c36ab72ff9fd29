"""`skipviz study` killed in the middle, and started again."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import psutil

from skipviz.cli import main
from skipviz.studies import Study, trials

ROOT = Path(__file__).parents[3]
PATIENCE = 120.0  # seconds
STUDY = Study(
    depth=(6, 8, 10, 12),
    width=(16, 24),
    pattern=("none", "residual 2"),
    measure="training",
    steps=40,
    seeds=2,
)


def rows(path: Path, asked: str) -> list[tuple]:
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as connection:
        return connection.execute(asked).fetchall()


def count(path: Path) -> int:
    try:
        return rows(path, "SELECT count(*) FROM runs")[0][0]
    except sqlite3.OperationalError:
        return 0  # not there yet


def test_a_killed_study_goes_on_where_it_was_and_makes_no_run_twice(tmp_path: Path) -> None:
    asked, kept = tmp_path / "study.toml", tmp_path / "kept.sqlite"
    asked.write_text(STUDY.to_toml())
    command = ["study", str(asked), "--out", str(kept), "--workers", "2"]
    total = len(trials(STUDY))
    with subprocess.Popen(
        [sys.executable, "-m", "skipviz.cli", *command],
        env=os.environ | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as running:
        deadline = time.monotonic() + PATIENCE
        while count(kept) < total // 6:
            assert running.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.02)
        started = psutil.Process(running.pid).children(recursive=True)
        running.send_signal(signal.SIGKILL)
    gone, alive = psutil.wait_procs(started, timeout=PATIENCE)
    assert len(gone) >= 3  # the fork server and two workers
    assert alive == []
    made = {key for (key,) in rows(kept, "SELECT key FROM runs")}
    assert total // 6 <= len(made) < total

    assert main(command) == 0
    found = rows(kept, "SELECT key, status, worker FROM runs")
    assert {key for key, _, _ in found} == {trial.key for trial in trials(STUDY)}
    assert [status for _, status, _ in found] == ["done"] * total
    handed = dict(rows(kept, "SELECT key, count(*) FROM attempts GROUP BY key"))
    assert {handed[key] for key in made} == {1}
    assert set(handed.values()) <= {1, 2}  # two only where the kill interrupted it

    assert main(command) == 0
    assert dict(rows(kept, "SELECT key, count(*) FROM attempts GROUP BY key")) == handed
