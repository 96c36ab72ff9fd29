"""Valid input with parts of it changed, at every door: a value or its own error, in bounds."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.hardening.fuzz.doors import DOORS

ROOT = Path(__file__).parents[3]
CASES = 10_000
"""In sum over all doors where SKIPVIZ_EXAMPLES asks for so many (`make bulk`); a tenth else."""
EACH = -(-min(int(os.environ.get("SKIPVIZ_EXAMPLES", "1000")), CASES) // len(DOORS))


def fuzzed(door: str, first: int, count: int) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tests.unit.hardening.fuzz", door, str(first), str(count)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("door", DOORS)
def test_every_case_ends_in_a_value_or_in_the_doors_own_error(door: str) -> None:
    done = fuzzed(door, 0, EACH)
    tried = done.stdout.split()
    assert done.returncode == 0, f"{door}, case {tried[-1:]}: {done.stderr[-3_000:]}"
    assert len(tried) == EACH


GREEDY = """
import sys
from tests.unit.hardening.fuzz import __main__ as fuzz, doors

def door(_, calls=[]):
    calls.append(0)
    while {spins} and len(calls) > 1:
        pass
    bytearray(2**31 if len(calls) > 1 else 0)

doors.DOORS["greedy"] = door
fuzz.SECONDS = 0 if {spins} else 60
sys.argv = ["fuzz", "greedy", "7", "1"]
sys.exit(fuzz.main())
"""


@pytest.mark.parametrize(("spins", "ended"), [(True, -signal.SIGXCPU), (False, 1)])
def test_a_case_that_takes_too_much_is_ended_and_named(spins: bool, ended: int) -> None:
    command = [sys.executable, "-c", GREEDY.format(spins=spins)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.split()) == (ended, ["7"])
    assert spins or "MemoryError" in done.stderr
