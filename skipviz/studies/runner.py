"""Running a study: what is missing is handed to workers, what comes back is kept at once."""

import time
from collections import Counter, deque
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, CancelledError, Future, wait
from contextlib import AbstractContextManager
from dataclasses import dataclass

from skipviz.studies.bundles import Bundle, plan
from skipviz.studies.executors import Workers
from skipviz.studies.results import Result
from skipviz.studies.store import Store
from skipviz.studies.study import Study, StudyError
from skipviz.studies.trials import trials
from skipviz.studies.worker import work

TRIES = 3  # of a bundle during which a worker process ended
TOLD_FROM = 0.05  # of the work, before which starting up hides how fast it goes
AHEAD = 2  # bundles per worker that are handed out, so that none waits for work


@dataclass(frozen=True)
class Progress:
    """Runs made so far of all there are, how many of them failed, and an estimate of the rest."""

    done: int
    total: int
    failed: int
    seconds_left: float | None = None


def run_study(
    study: Study,
    store: Store,
    workers: Callable[[], AbstractContextManager[Workers]],
    report: Callable[[Progress], None] = lambda _: None,
) -> Progress:
    """Make the runs the store lacks, and keep each bundle as it comes; how it ended.

    `workers` opens what computes, and again when a process of it ended. A bundle in whose
    presence that happens three times fails. StudyError when the workers cannot be reached.
    """
    with store.reserved():
        return _Session(study, store, report).run(workers)


def seconds_needed(study: Study) -> float:
    """About how long a study takes on one core, starting up left out."""
    _, bundles = plan(trials(study))
    return sum(bundle.cost for bundle in bundles)


class _Session:
    """One go at a study: bundles that wait, those suspected of ending workers, and counts."""

    def __init__(self, study: Study, store: Store, report: Callable[[Progress], None]) -> None:
        self._store = store
        self._report = report
        wanted = trials(study)
        made = store.keys()
        self._total = len(wanted)
        self._done = sum(trial.key in made for trial in wanted)
        failed_before = store.keys("failed")
        self._failed = sum(trial.key in failed_before for trial in wanted)
        failed, bundles = plan([trial for trial in wanted if trial.key not in made])
        self._waiting = deque(bundles)
        self._tries: Counter[str] = Counter()
        self._suspects: deque[Bundle] = deque()
        self._all = sum(bundle.cost for bundle in bundles)
        self._left = self._all
        self._started = time.monotonic()
        self._take(failed)

    def run(self, workers: Callable[[], AbstractContextManager[Workers]]) -> Progress:
        while self._waiting or self._suspects:
            with workers() as opened:
                self._drain(opened)
        return self._progress()

    def _drain(self, workers: Workers) -> None:
        """Until nothing is left, or a process of the workers has ended.

        Those in flight then are under suspicion, and are tried one at a time.
        """
        flying: dict[Future[list[Result]], Bundle] = {}
        try:
            while self._fill(flying, workers) or flying:
                for future in wait(flying, return_when=FIRST_COMPLETED).done:
                    self._land(_outcome(future, flying[future], workers), flying.pop(future))
        except BrokenExecutor:
            self._suspect(list(flying.values()))

    def _fill(self, flying: dict[Future[list[Result]], Bundle], workers: Workers) -> bool:
        """Hand out bundles, one alone while there are suspects; whether any was."""
        source, most = self._waiting, workers.count * AHEAD
        if self._suspects:
            source, most = self._suspects, 1
        before = len(flying)
        while source and len(flying) < most:
            self._store.note_attempt(source[0].trials)
            future = workers.executor.submit(work, source[0])  # a broken pool refuses
            flying[future] = source.popleft()
        return len(flying) > before

    def _land(self, results: list[Result], bundle: Bundle) -> None:
        self._left -= bundle.cost
        self._take(results)

    def _suspect(self, bundles: list[Bundle]) -> None:
        for bundle in bundles:
            name = bundle.trials[0].key
            self._tries[name] += 1
            if self._tries[name] < TRIES:
                self._suspects.append(bundle)
            else:
                self._land(_failed(bundle, _ENDED), bundle)

    def _take(self, results: list[Result]) -> None:
        self._store.add(results)
        self._done += len(results)
        self._failed += sum(result.status == "failed" for result in results)
        self._report(self._progress())

    def _progress(self) -> Progress:
        spent, made = time.monotonic() - self._started, self._all - self._left
        told = made > TOLD_FROM * self._all
        left = max(spent * self._left / made, 0.0) if told else None
        return Progress(self._done, self._total, self._failed, left)


def _outcome(future: Future[list[Result]], bundle: Bundle, workers: Workers) -> list[Result]:
    """`work` raises nothing itself, so an error here is one of the workers.

    Dask gives up on a task during which several workers ended: that is the error of the task.
    """
    try:
        return future.result()
    except BrokenExecutor:
        raise
    except CancelledError:
        raise StudyError(_LOST.format(workers.name, "the connection is gone")) from None
    except Exception as error:
        name = type(error).__name__
        if name == "KilledWorker":
            return _failed(bundle, _ENDED)
        raise StudyError(_LOST.format(workers.name, f"{name}: {error}")) from None


def _failed(bundle: Bundle, message: str) -> list[Result]:
    return [Result.failed(trial, message) for trial in bundle.trials]


_ENDED = "The worker process ended three times during this run, perhaps for want of memory."
_LOST = "The workers ({}) cannot be used: {}. What was computed is kept; run again to go on."
