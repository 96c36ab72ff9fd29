"""The table of runs: every fact a teacher would state is said, and nothing that is false."""

import tomllib
from pathlib import Path

import pytest

from skipviz.runs.verdict import verdict
from skipviz.training import Run
from tests.verdicts.reader import facts_of
from tests.verdicts.rows import Row, rows
from tools.verdicts import trained

TABLE = Path(__file__).parents[2] / "verdicts"
FACTS: dict[str, dict[str, list[str]]] = {
    name: facts
    for file in ("facts.toml", "facts_set_aside.toml")
    for name, facts in tomllib.loads((TABLE / file).read_text(encoding="utf-8")).items()
}
ROUNDING = 0.0051  # a fact has two decimals, a sentence whole percents


def said_of(run: Run) -> tuple[set[str], str]:
    text = str(verdict(run))
    chain = "skip" if "skip" in run.arms else run.arms[0]
    return set(facts_of(text, chain)), text


def is_said(fact: str, said: set[str]) -> bool:
    arm, _, what = fact.partition(": ")
    if what.startswith("score "):
        scores = [each.split()[-1] for each in said if each.startswith(f"{arm}: score ")]
        return any(abs(float(score) - float(what.split()[1])) < ROUNDING for score in scores)
    return fact in said


def held(run: Run, facts: dict[str, list[str]]) -> None:
    said, text = said_of(run)
    missing = [fact for fact in facts["true"] if not is_said(fact, said)]
    wrong = [fact for fact in facts["false"] if is_said(fact, said)]
    assert not missing, f"not said: {missing}\n{text}"
    assert not wrong, f"false: {wrong}\n{text}"


def test_every_run_has_its_facts() -> None:
    assert list(FACTS)
    assert set(FACTS) == {row.name for row in rows()}


@pytest.mark.parametrize("name", FACTS)
def test_what_is_said_of_a_recorded_run_is_true(name: str) -> None:
    held(Run.load(TABLE / "runs" / f"{name}.npz"), FACTS[name])


@pytest.mark.parametrize("row", [row for row in rows() if row.live], ids=lambda row: row.name)
def test_what_is_said_of_a_run_trained_now_is_true(row: Row) -> None:
    held(trained(row), FACTS[row.name])
