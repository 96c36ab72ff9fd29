"""A study on a real cluster: a Dask scheduler and two workers, processes on the loopback."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from distributed import Client

from skipviz.studies import Progress, Result, Store, Study, open_workers, run_study, stream, trials

ROOT = Path(__file__).parents[3]
PATIENCE = 120.0  # seconds
STUDY = Study(
    depth=(4, 8, 16),
    width=(16, 24),
    activation=("tanh", "relu"),
    init=("xavier", "he"),
    pattern=("none", "residual 2", "dense"),
    seeds=2,
)


@contextmanager
def process(*command: str) -> Iterator[subprocess.Popen[bytes]]:
    """A process in a group of its own, ended with all it has started."""
    started = subprocess.Popen(
        [sys.executable, "-m", *command],
        env=os.environ | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield started
    finally:
        if started.poll() is None:
            os.killpg(started.pid, signal.SIGKILL)
        started.wait(PATIENCE)


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "it did not come about in time"
        time.sleep(0.05)


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """Address of the scheduler and its two workers."""
    known = tmp_path / "scheduler.json"
    here = ("--scheduler-file", str(known), "--no-dashboard")
    worker = ("distributed.cli.dask_worker", *here, "--nthreads", "1", "--no-nanny")
    with ExitStack() as stack:
        scheduler = ("distributed.cli.dask_scheduler", *here, "--host", "127.0.0.1", "--port", "0")
        stack.enter_context(process(*scheduler))
        wait_until(known.exists)
        folders = ("--local-directory", str(tmp_path), "--host", "127.0.0.1")
        workers = [stack.enter_context(process(*worker, *folders)) for _ in range(2)]
        with Client(scheduler_file=str(known), set_as_default=False) as client:
            client.wait_for_workers(2, timeout=PATIENCE)
            address = client.scheduler.address
        yield address, workers


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
