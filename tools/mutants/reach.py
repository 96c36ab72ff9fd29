"""Which tests reach a line, and how long each takes: one run of them with coverage."""

import ast
import json
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from coverage import Coverage, CoverageData

from tools.mutants.apart import run_apart
from tools.mutants.draw import Mutant

TESTS = (  # those of the rooms, and others that are quick to notice
    "tests/unit/network",
    "tests/unit/model",
    "tests/unit/probes",
    "tests/unit/attribution",
    "tests/unit/training",
    "tests/unit/theory",
    "tests/unit/paths",
    "tests/unit/lesion",
    "tests/unit/landscape",
    "tests/unit/claims",
    "tests/unit/export",
    "tests/unit/experiments/test_measuring.py",
    "tests/unit/figures/test_views.py",
    "tests/unit/test_notebook_views.py",
    "tests/unit/test_one_seed.py",
)
PYTEST = ("-q", "--assert=plain", "-p", "no:cacheprovider", "-m", "not slow and not e2e")
PATIENCE = 40.0  # seconds of tests for a mutant, the quickest of those that reach it


def record(copy: Path, folder: str, data: Path) -> None:
    """Run the tests of a folder in a copy of the code; `data` gets what they reached."""
    status = run_apart(copy, _recorded, folder, str(data))
    if status:
        raise RuntimeError(f"The tests of {folder} fail without any mutant ({status}).")


def _recorded(folder: str, data: str) -> int:
    coverage = Coverage(data_file=data, source=["skipviz"], config_file=False)
    coverage.set_option("run:relative_files", True)
    coverage.start()
    watch = _Watch(coverage)
    status = pytest.main([*PYTEST, folder], [watch])
    coverage.stop()
    coverage.save()
    Path(data).with_suffix(".json").write_text(json.dumps(watch.seconds))
    return int(status)


class _Watch:
    """Tells coverage which test runs.

    What a fixture reaches is reached by every test of its file: it may be made for all of them.
    """

    def __init__(self, coverage: Coverage) -> None:
        self._coverage = coverage
        self.seconds: dict[str, float] = {}

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        self._coverage.switch_context(item.nodeid.partition("::")[0])

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_call(self, item: pytest.Item) -> None:
        self._coverage.switch_context(item.nodeid)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.seconds[report.nodeid] = self.seconds.get(report.nodeid, 0.0) + report.duration


class Reach:
    """What was recorded, of all folders."""

    def __init__(self, data: Iterable[Path]) -> None:
        files = sorted(data)
        self.seconds: dict[str, float] = {}
        self._data = CoverageData(no_disk=True)
        for path in files:
            part = CoverageData(str(path))
            part.read()
            self._data.update(part)
            self.seconds |= json.loads(path.with_suffix(".json").read_text())
        self._known: dict[str, dict[int, list[str]]] = {}

    def tests_of(self, mutant: Mutant) -> dict[str, float]:
        """The tests that reach its statement, and their seconds; those of its own room first.

        A statement that only the import reaches is tried by the tests that reach its file, and
        by those of its room, which may use what it makes without a line of the file.
        """
        if mutant.path not in self._known:
            self._known[mutant.path] = self._data.contexts_by_lineno(mutant.path)
        lines = self._known[mutant.path]
        own = f"tests/unit/{Path(mutant.path).parent.name}/"
        reached = self._tests(lines.get(line, []) for line in _statement(mutant))
        if not reached:
            of_room = {test for test in self.seconds if test.startswith(own)}
            reached = self._tests(lines.values()) | of_room
        found = sorted(reached, key=self.seconds.__getitem__)
        chosen = sorted(self._until_out_of_patience(found), key=_file)
        chosen.sort(key=lambda test: not test.startswith(own))
        return {test: self.seconds[test] for test in chosen}

    def _tests(self, contexts: Iterable[list[str]]) -> set[str]:
        named = {each for line in contexts for each in line if each}
        whole = tuple(f"{each}::" for each in named if "::" not in each)
        return {test for test in self.seconds if test in named or test.startswith(whole)}

    def _until_out_of_patience(self, tests: list[str]) -> Iterator[str]:
        spent = 0.0
        for test in tests:
            spent += self.seconds[test]
            if spent > PATIENCE:
                return
            yield test


def _file(test: str) -> str:
    return test.partition("::")[0]


def _statement(mutant: Mutant) -> range:
    """The lines of the smallest statement that the mutant is in, decorators included."""
    nodes = [node for node in ast.walk(ast.parse(mutant.source)) if isinstance(node, ast.stmt)]
    around = (range(_first_line(node), (node.end_lineno or node.lineno) + 1) for node in nodes)
    return min((lines for lines in around if mutant.line in lines), key=len)


def _first_line(node: ast.stmt) -> int:
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return min([node.lineno, *(each.lineno for each in decorators)])
