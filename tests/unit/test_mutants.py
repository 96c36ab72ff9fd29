"""The tool behind `make mutants`: what it draws, which tests it runs, and how it counts."""

import contextlib
from functools import cache
from pathlib import Path

import pytest
from coverage import CoverageData

from tools.mutants.draw import Mutant, drawn, mutants
from tools.mutants.reach import Reach
from tools.mutants.report import Known, known_equivalents, report
from tools.mutants.trial import Outcome, mutated

ROOT = Path(__file__).parents[2]
SOURCE = '''"""Text."""

LIMIT: int | None = 3
Number = int | float


def least(values: list[int | float], other: dict[str, int]) -> int | None:
    pairs = zip(values, values, strict=True)
    both = {**other, "n": LIMIT + 1}
    return min(both["n"], *values) if len(values) > 2 else None


class Thing:
    def __repr__(self) -> str:
        return "-" * 3
'''


@cache
def found(source: str = SOURCE) -> list[Mutant]:
    return list(mutants("skipviz/network/made.py", source))


def changes(source: str = SOURCE, count: int = 1000, seed: int = 0) -> list[tuple[str, str]]:
    return [mutant.change for mutant in drawn(found(source), count, seed)]


def test_types_words_for_programmers_and_asserted_lengths_are_left_out() -> None:
    lines = {before for before, _ in changes()}
    assert lines == {
        "LIMIT: int | None = 3",
        'both = {**other, "n": LIMIT + 1}',
        'return min(both["n"], *values) if len(values) > 2 else None',
    }
    assert all("int | None" in after for _, after in changes() if after.startswith("LIMIT"))


def test_at_each_place_one_change_is_drawn_and_it_is_python() -> None:
    sample = drawn(found(), 1000, 0)
    places = [(mutant.line, mutant.column) for mutant in sample]
    assert len(places) == len(set(places)) < len(found())
    for mutant in sample:
        compile(mutant.code, "made", "exec")


def test_the_sample_goes_by_the_seed_alone() -> None:
    assert changes(count=3) == changes(count=3) == changes()[:3]
    assert len({tuple(changes(seed=seed)) for seed in range(5)}) == 5


def test_an_edit_elsewhere_changes_neither_the_draw_nor_what_a_mutant_is() -> None:
    longer = SOURCE.replace("LIMIT: int", "FIRST = None\nLIMIT: int")
    assert changes(longer) == changes()
    known = Known("skipviz/network/made.py", "", "LIMIT: int | None = 3", "", "why")
    (first,) = (mutant for mutant in drawn(found(longer), 1000, 0) if mutant.line == 4)
    assert Known(known.path, "", *first.change, "why").names(first)
    assert not known.names(first)


@pytest.fixture
def reach(tmp_path: Path) -> Reach:
    """Line 10 is reached by one test, line 9 by a fixture of a file, line 3 by the import."""
    data = CoverageData(str(tmp_path / "x.coverage"))
    for context, lines in [
        ("", [3, 4, 7]),
        ("tests/unit/theory/test_a.py::slow", [10]),
        ("tests/unit/theory/test_a.py::quick", [8]),
        ("tests/unit/network/test_b.py", [9]),
    ]:
        data.set_context(context)
        data.add_lines({"skipviz/network/made.py": lines})
    data.write()
    (tmp_path / "x.json").write_text(
        '{"tests/unit/theory/test_a.py::slow": 39, "tests/unit/theory/test_a.py::quick": 1,'
        ' "tests/unit/network/test_b.py::one": 2, "tests/unit/network/test_b.py::two": 3,'
        ' "tests/unit/network/test_c.py::other": 1, "tests/unit/theory/test_c.py::other": 1}'
    )
    return Reach([tmp_path / "x.coverage"])


def chosen_at(reach: Reach, line: int) -> list[str]:
    mutant = next(each for each in found() if each.line == line)
    return [test.rpartition("::")[2] for test in reach.tests_of(mutant)]


def test_a_mutant_is_tried_by_the_tests_that_reach_its_statement(reach: Reach) -> None:
    assert chosen_at(reach, 10) == ["slow"]


def test_what_a_fixture_reaches_is_tried_by_all_tests_of_the_file(reach: Reach) -> None:
    assert chosen_at(reach, 9) == ["one", "two"]


def test_what_only_the_import_reaches_is_tried_by_all_of_its_file_and_room(reach: Reach) -> None:
    """Those of its room first, and of all as many as there is time for."""
    assert chosen_at(reach, 3) == ["one", "two", "other", "quick"]


def test_a_copy_is_whole_again_whatever_happens(tmp_path: Path) -> None:
    mutant = drawn(found(), 1, 0)[0]
    path = tmp_path / mutant.path
    path.parent.mkdir(parents=True)
    path.write_text(SOURCE)
    with contextlib.suppress(KeyboardInterrupt), mutated(mutant, tmp_path):
        assert path.read_text() == mutant.code != SOURCE
        raise KeyboardInterrupt
    assert path.read_text() == SOURCE


def counted(ends: str, known: int) -> tuple[str, bool]:
    """The report of a twentyfold sample; `ends` has a letter for each: k for killed."""
    sample = [Mutant(f"{n}.py", SOURCE, *args(n), twin=n) for n in range(len(ends))]
    names = {"k": "killed", "t": "too slow", "a": "alive"}
    outcomes = {m: Outcome("", names[end], 60.0) for m, end in zip(sample, ends, strict=True)}
    alive = [m for m, end in zip(sample, ends, strict=True) if end == "a"]
    listed = [Known(m.path, m.definition, *m.change, "why") for m in alive[:known]]
    return report(sample, outcomes, listed)


def args(number: int) -> tuple[str, int, int, int, str]:
    first = found()[number % 2]
    return first.operator, first.occurrence, first.line, first.column, first.definition


@pytest.mark.parametrize(
    ("ends", "known", "good"),
    [
        ("k" * 18 + "aa", 0, True),
        ("k" * 16 + "ttaa", 1, True),
        ("k" * 17 + "aaa", 1, False),  # who is equivalent has not died
        ("k" * 18 + "aa", 2, False),  # a twentieth may be equivalent
    ],
)
def test_nine_in_ten_have_to_die_and_one_in_twenty_may_be_equivalent(ends, known, good) -> None:
    text, verdict = counted(ends, known)
    assert verdict == good
    survivors = ends.count("a") - known
    assert text.count("alive  ") == survivors
    assert f"{20 - ends.count('a')} of 20 mutants died" in text
    assert f"{survivors} survived. 20 minutes" in text


def test_every_known_equivalent_changes_a_line_of_the_code_and_has_a_reason() -> None:
    for known in known_equivalents():
        lines = (ROOT / known.path).read_text(encoding="utf-8").splitlines()
        assert known.before in [line.strip() for line in lines], known
        assert known.after != known.before
        assert len(known.reason) > 20
