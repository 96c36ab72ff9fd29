"""A study on a real cluster: a Dask scheduler and two workers, processes on the loopback."""

import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from skipviz.studies import Progress, Result, Store, Study, open_workers, run_study, stream, trials
from tools import dask_processes
from tools.dask_processes import PATIENCE

STUDY = Study(
    depth=(4, 8, 16),
    width=(16, 24),
    activation=("tanh", "relu"),
    init=("xavier", "he"),
    pattern=("none", "residual 2", "dense"),
    seeds=2,
)


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """Address of the scheduler and its two workers."""
    with dask_processes.cluster(tmp_path) as found:
        yield found.address, found.workers


def numbers(results):
    return {result.key: result.numbers() for result in results}


def maker(result: Result) -> int:
    """Process id of the worker that made it."""
    return int(result.worker.rpartition(":")[2])


def test_a_cluster_gives_the_same_numbers_though_a_worker_is_killed(
    cluster, tmp_path: Path
) -> None:
    """Killed is the worker that has been at work, when a quarter of the runs is made."""
    address, workers = cluster
    by_pid = {worker.pid: worker for worker in workers}
    killed: list[tuple[int, int]] = []
    wanted = trials(STUDY)
    with Store(tmp_path / "results.sqlite") as store:

        def kill_one(progress: Progress) -> None:
            if progress.done >= progress.total // 4 and not killed:
                doomed = maker(store.results()[0])
                by_pid[doomed].kill()
                killed.append((doomed, progress.done))

        ended = run_study(STUDY, store, lambda: open_workers(address), kill_one)
        results = store.results()
    ((doomed, done),) = killed
    assert len(wanted) // 4 <= done < len(wanted)
    assert by_pid[doomed].wait(PATIENCE) == -signal.SIGKILL
    assert (ended.done, ended.failed) == (len(wanted), 0)
    local = [r for found in stream(STUDY.model_dump(mode="json")) for r in found]
    assert numbers(results) == numbers(local)
    assert {maker(result) for result in results} == set(by_pid)
