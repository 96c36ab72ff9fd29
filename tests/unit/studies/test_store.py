"""The file of results: exact, without doubles, one study at a time."""

import json
import sqlite3
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skipviz.studies import Study, StudyError, trials
from skipviz.studies.results import Result
from skipviz.studies.store import Store

numbers = st.none() | st.floats(allow_nan=False, allow_infinity=False)
lists = st.lists(numbers, max_size=5).map(tuple)
results = st.builds(
    Result,
    key=st.text(min_size=1, max_size=5),
    factors=st.fixed_dictionaries({"depth": st.integers(1, 99), "pattern": st.text()}),
    seed=st.integers(0, 9),
    status=st.sampled_from(["done", "failed"]),
    message=st.text(),
    ratio=numbers,
    weight_gradients=lists,
    predicted_gradients=lists,
    settings=st.dictionaries(st.text(), st.text(), max_size=3),
)


@given(st.lists(results, max_size=5, unique_by=lambda result: result.key))
def test_results_come_back_as_they_were(kept: list[Result]) -> None:
    with Store() as store:
        store.add(kept)
        assert store.results([result.key for result in kept]) == kept


def test_a_run_is_kept_once_whoever_brings_it(tmp_path: Path) -> None:
    path = tmp_path / "results.sqlite"
    with Store(path) as store, Store(path) as other:
        store.add([Result("a", {}, 0, ratio=1.0)])
        other.add([Result("a", {}, 0, ratio=2.0), Result("b", {}, 0)])
        assert [(r.key, r.ratio) for r in store.results()] == [("a", 1.0), ("b", None)]


def test_a_row_says_everything_that_fixes_its_numbers() -> None:
    (trial,) = trials(Study(depth=3, pattern="ends", seeds=1, measure="training", steps=5))
    with Store() as store:
        store.add([Result(trial.key, trial.factors, trial.seed, settings=trial.describe())])
        (row,) = store._connection.execute("SELECT depth, pattern, settings FROM runs")
    settings = json.loads(row[2])
    assert row[:2] == (3, "ends")
    assert settings["steps"] == 5
    assert json.loads(settings["network"])["skips"] == [{"kind": "add", "source": 1, "target": 3}]


def test_only_one_study_works_on_a_file(tmp_path: Path) -> None:
    path = tmp_path / "results.sqlite"
    with Store(path) as store, Store(path) as other:
        with store.reserved(), pytest.raises(StudyError, match="Another study"), other.reserved():
            pass
        with other.reserved():
            pass
    assert [each.name for each in tmp_path.iterdir()] == ["results.sqlite"]


def test_a_file_that_cannot_be_locked_is_said(tmp_path: Path) -> None:
    (tmp_path / "results.sqlite.lock").mkdir()
    error = pytest.raises(StudyError, match=r"results\.sqlite: it cannot be locked")
    with Store(tmp_path / "results.sqlite") as store, error, store.reserved():
        pass


def test_a_file_of_a_version_that_kept_no_start_is_gone_on_with(tmp_path: Path) -> None:
    path = tmp_path / "results.sqlite"
    with Store(path) as store:
        store.add([Result("a", {}, 0, train_loss=0.5, start_loss=2.3)])
    with sqlite3.connect(path) as connection:
        for name in ("start_loss", "start_score"):
            connection.execute(f"ALTER TABLE runs DROP COLUMN {name}")
    with Store(path) as store:
        store.add([Result("b", {}, 0, train_loss=0.5, start_loss=2.3)])
        assert [(r.train_loss, r.start_loss) for r in store.results()] == [(0.5, None), (0.5, 2.3)]


def test_other_files_are_left_alone(tmp_path: Path) -> None:
    text = tmp_path / "notes.txt"
    text.write_text("these are no results " * 100)
    with pytest.raises(StudyError, match="cannot hold results"):
        Store(text)
    assert text.read_text().startswith("these are no results")
    other = tmp_path / "other.sqlite"
    with sqlite3.connect(other) as connection:
        connection.execute("CREATE TABLE runs (name TEXT)")
    with pytest.raises(StudyError, match="cannot hold results"):
        Store(other)
    with pytest.raises(StudyError, match="cannot hold results"):
        Store(tmp_path / "nowhere" / "results.sqlite")
