"""Many processes want the same file: one at a time has it, and nothing is left behind."""

import subprocess
import sys
from pathlib import Path

import pytest

from skipviz.studies import StudyError
from skipviz.studies.locking import only_one

ROOT = Path(__file__).parents[3]
TURNS = 20
PATIENCE = 120  # seconds
CONTENDER = f"""
import sys
from pathlib import Path
from skipviz.studies import StudyError
from skipviz.studies.locking import only_one

path, name = Path(sys.argv[1]), sys.argv[2]
had = 0
while had < {TURNS}:
    try:
        with only_one(path):
            path.with_name("inside").open("x").write(name)  # fails where somebody else is inside
            path.with_name("inside").unlink()
            had += 1
    except StudyError:
        pass
"""


def test_of_several_processes_only_one_is_inside_and_each_gets_its_turns(tmp_path: Path) -> None:
    command = [sys.executable, "-c", CONTENDER, str(tmp_path / "results.sqlite")]
    running = [
        subprocess.Popen([*command, str(name)], cwd=ROOT, stderr=subprocess.PIPE, text=True)
        for name in range(4)
    ]
    try:
        said = [process.communicate(timeout=PATIENCE)[1] for process in running]
    finally:
        for process in running:
            process.kill()  # which has ended, or never will
    assert said == [""] * 4
    assert [process.returncode for process in running] == [0] * 4
    assert list(tmp_path.iterdir()) == []


def test_the_lock_of_a_process_that_was_killed_is_taken_over_and_removed(tmp_path: Path) -> None:
    code = (
        "import os, sys\nfrom skipviz.studies.locking import only_one\n"
        "with only_one(sys.argv[1]):\n    os.kill(os.getpid(), 9)"
    )
    path = tmp_path / "results.sqlite"
    subprocess.run([sys.executable, "-c", code, str(path)], cwd=ROOT, check=False)
    assert [each.name for each in tmp_path.iterdir()] == ["results.sqlite.lock"]
    with only_one(path), pytest.raises(StudyError, match="Another study is working on it"):
        only_one(path).__enter__()
    assert list(tmp_path.iterdir()) == []


def test_one_who_is_turned_away_leaves_the_lock_to_its_holder(tmp_path: Path) -> None:
    path = tmp_path / "results.sqlite"
    asking = (
        "import sys\nfrom skipviz.studies.locking import only_one\n"
        "with only_one(sys.argv[1]): print('had it')"
    )
    with only_one(path):
        for _ in range(2):
            with pytest.raises(StudyError):
                only_one(path).__enter__()
        asked = [sys.executable, "-c", asking, str(path)]
        found = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=False)
    assert "Another study is working on it" in found.stderr
    assert found.stdout == ""
