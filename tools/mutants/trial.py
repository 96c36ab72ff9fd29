"""One mutant on trial: the tests that reach it run until one fails."""

import math
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import pytest

from tools.mutants.apart import run_apart
from tools.mutants.draw import Mutant
from tools.mutants.reach import PYTEST

_AT_LEAST, _TIMES = 30.0, 10.0  # seconds; a test may take so many times what it took unchanged
_PASSED = (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED)


@dataclass(frozen=True)
class Outcome:
    """How a trial ended: `alive`, or what it died of."""

    lot: str
    end: str
    seconds: float

    @property
    def dead(self) -> bool:
        """Whether a test noticed."""
        return self.end != "alive"


def tried(mutant: Mutant, lot: str, copy: Path, tests: dict[str, float]) -> Outcome:
    """Run `tests`, with the seconds they take, on the mutant in `copy`."""
    began = time.perf_counter()
    with mutated(mutant, copy):
        status = run_apart(copy, _test, tests) if tests else 0
    end = {0: "alive", -signal.SIGALRM: "too slow"}.get(status, "killed" if status > 0 else "crash")
    return Outcome(lot, end, time.perf_counter() - began)


@contextmanager
def mutated(mutant: Mutant, copy: Path) -> Iterator[None]:
    """Inside, the copy has the change."""
    path = copy / mutant.path
    path.write_text(mutant.code, encoding="utf-8")
    try:
        yield
    finally:
        path.write_text(mutant.source, encoding="utf-8")


def _test(tests: dict[str, float]) -> int:
    sys.dont_write_bytecode = True  # else what is read next may be the mutant before
    for file, _ in groupby(tests, key=lambda test: test.partition("::")[0]):
        signal.alarm(math.ceil(_AT_LEAST))  # for what the file imports
        status = pytest.main([*PYTEST, "-x", file], [_Chosen(tests)])
        if status not in _PASSED:
            return int(status)
    return 0


class _Chosen:
    """Of the tests of a file those that reach the mutant, each within its time."""

    def __init__(self, tests: dict[str, float]) -> None:
        self._tests = tests

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items[:] = [item for item in items if item.nodeid in self._tests]

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        signal.alarm(math.ceil(_AT_LEAST + _TIMES * self._tests[nodeid]))
