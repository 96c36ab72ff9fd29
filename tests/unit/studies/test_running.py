"""Studies in a real pool of processes: results, resuming, workers that die."""

import os
import sqlite3
from concurrent.futures import BrokenExecutor, Executor, Future
from contextlib import contextmanager
from pathlib import Path

import pytest

from skipviz.studies import Study, StudyError, trials
from skipviz.studies.executors import Workers, open_workers
from skipviz.studies.live import stream
from skipviz.studies.runner import Progress, run_study
from skipviz.studies.store import Store

STUDY = Study(
    depth=(2, 4, 6),
    width=(8, 16),
    activation=("tanh", "relu"),
    pattern=("none", "residual 2", "dense", {"name": "wrong", "skips": [[0, 2]]}),
    seeds=2,
)


class Here(Executor):
    """Computes at once, in this process; `broken` says when a process is to have ended."""

    def __init__(self, broken=lambda _: False):
        self.broken = broken
        self.handed = []

    def submit(self, work, bundle):
        self.handed.append(bundle)
        future = Future()
        if self.broken(bundle):
            future.set_exception(BrokenExecutor("a process ended"))
        else:
            future.set_result(work(bundle))
        return future


def opening(executor):
    @contextmanager
    def opened():
        yield Workers(executor, 2, "here")

    return opened


def numbers(results):
    return {result.key: result.numbers() for result in results}


def streamed(study):
    return [result for results in stream(study.model_dump(mode="json")) for result in results]


def test_a_pool_of_processes_gives_the_numbers_of_this_one(tmp_path: Path) -> None:
    told: list[Progress] = []
    with Store(tmp_path / "results.sqlite") as store:
        ended = run_study(STUDY, store, lambda: open_workers(count=2), told.append)
        kept = store.results()
    wanted = trials(STUDY)
    assert numbers(kept) == numbers(streamed(STUDY))
    assert {result.key for result in kept} == {trial.key for trial in wanted}
    failed = [result for result in kept if result.status == "failed"]
    assert {result.factors["pattern"] for result in failed} == {"wrong"}
    assert (ended.done, ended.total, ended.failed) == (len(wanted), len(wanted), len(failed))
    assert told[-1].seconds_left == pytest.approx(0)
    assert [progress.done for progress in told] == sorted({progress.done for progress in told})
    made_by = {result.worker for result in kept if result.status == "done"}
    assert not any(worker.endswith(f":{os.getpid()}") for worker in made_by)


def test_what_is_known_is_not_computed_again(tmp_path: Path) -> None:
    executor = Here()
    small = STUDY.model_copy(update={"depth": (2, 4)})
    with Store(tmp_path / "results.sqlite") as store:
        run_study(small, store, opening(executor))
        before = {trial.key for trial in trials(small)}
        executor.handed.clear()
        run_study(STUDY, store, opening(executor))
        handed = [trial.key for bundle in executor.handed for trial in bundle.trials]
        assert before.isdisjoint(handed)
        assert len(set(handed)) == len(handed)
        executor.handed.clear()
        ended = run_study(STUDY, store, opening(executor))
    assert executor.handed == []
    assert ended.done == ended.total == len(trials(STUDY))


def test_a_bundle_that_ends_its_worker_three_times_fails_and_the_others_go_on() -> None:
    def broken(bundle):
        return bundle.trials[0].factors["width"] == 16

    executor = Here(broken)
    with Store() as store:
        run_study(STUDY, store, opening(executor))
        kept = store.results()
    assert len(kept) == len(trials(STUDY))
    for result in kept:
        if result.factors["pattern"] != "wrong":
            poison = result.factors["width"] == 16
            assert ("three times" in result.message) == poison == (result.status == "failed")
    tries = [b.trials[0].key for b in executor.handed if broken(b)]
    assert {tries.count(key) for key in tries} == {3}


def test_a_pool_that_breaks_while_work_is_handed_out_loses_nothing() -> None:
    class Refusing(Here):
        def submit(self, work, bundle):
            if len(self.handed) == 2:
                self.handed.append(bundle)
                raise BrokenExecutor("a process ended")
            return super().submit(work, bundle)

    with Store() as store:
        run_study(STUDY, store, opening(Refusing()))
        assert numbers(store.results()) == numbers(streamed(STUDY))


def test_failed_runs_can_be_made_again() -> None:
    with Store() as store:
        run_study(STUDY, store, opening(Here(lambda _: True)))
        assert store.keys("done") == set()
        store.forget(store.keys("failed"))
        run_study(STUDY, store, opening(Here()))
        assert numbers(store.results()) == numbers(streamed(STUDY))


def test_workers_that_cannot_compute_stop_the_study_and_nothing_is_kept_as_failed() -> None:
    class Lost(Executor):
        def submit(self, *_):
            future = Future()
            future.set_exception(ModuleNotFoundError("No module named 'skipviz'"))
            return future

    study = STUDY.model_copy(update={"pattern": STUDY.pattern[:2]})
    with Store() as store, pytest.raises(StudyError, match="No module named 'skipviz'"):
        run_study(study, store, opening(Lost()))
    with Store() as store:
        with pytest.raises(StudyError):
            run_study(study, store, opening(Lost()))
        assert store.keys() == set()


def test_every_hand_out_is_logged(tmp_path: Path) -> None:
    path = tmp_path / "results.sqlite"
    with Store(path) as store:
        run_study(STUDY, store, opening(Here()))
        made = store.keys()
    with sqlite3.connect(path) as connection:
        logged = [key for (key,) in connection.execute("SELECT key FROM attempts")]
    assert sorted(logged) == sorted(made)
