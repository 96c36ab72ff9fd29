"""What a server survives: greed, killed workers, a killed fork server, runs that never end."""

import os
import signal
from collections.abc import Iterator

import psutil
import pytest

from skipviz.answers import answer
from skipviz.jobs import Bounds, Job, JobPool
from skipviz.network import Network
from skipviz.runs.requests import Training
from skipviz.settings import Settings

SMALL = Network.mlp(depth=2, width=8)
ENDLESS = Training(SMALL, Settings(steps=100_000))
SHORT = Training(SMALL, Settings(steps=2))
PATIENCE = 180.0  # a new fork server imports torch, on a busy machine in a minute


@pytest.fixture(scope="module")
def warm_pool() -> JobPool:
    pool = JobPool(answer, running=1, bounds=Bounds(memory=300))
    pool.warm_up()
    return pool


@pytest.fixture
def pool(warm_pool: JobPool) -> Iterator[JobPool]:
    """With nothing in it: a job that the test before has stopped may still hold the core."""
    yield warm_pool
    warm_pool.close(PATIENCE)


@pytest.fixture
def busy(pool: JobPool) -> Iterator[Job]:
    job = pool.submit(ENDLESS, owner=1)
    assert job.wait_for_results(1, PATIENCE)
    yield job
    job.kill()
    assert job.wait_until_ended(PATIENCE)


@pytest.mark.usefixtures("busy")
def test_each_owners_second_job_comes_after_everybodys_first(pool: JobPool) -> None:
    asked = [(1, "a"), (2, "b"), (2, "c"), (2, "d"), (3, "e"), (3, "f"), (4, "g")]
    jobs = {name: pool.submit(SHORT, owner=owner) for owner, name in asked}
    turns = sorted(jobs, key=lambda name: pool.position(jobs[name]))
    assert turns == ["b", "e", "g", "a", "c", "f", "d"]
    assert [pool.position(jobs[name]) for name in turns] == [1, 2, 3, 4, 5, 6, 7]
    jobs["e"].stop()
    assert [pool.position(jobs[name]) for name in "bfg"] == [1, 2, 3]  # f is now a first
    for job in jobs.values():
        job.stop()


def test_a_run_that_needs_more_memory_than_it_is_given_says_so(pool: JobPool) -> None:
    greedy = pool.submit(Training(Network.mlp(depth=3, width=6_000), Settings(steps=5)))
    assert greedy.wait_until_ended(PATIENCE)
    assert greedy.state == "failed"
    assert greedy.error == (
        "This needs more memory than the 300 MB a run is given here. "
        "Try a smaller network, fewer arms or seeds, or a smaller batch."
    )
    modest = pool.submit(SHORT)
    assert modest.wait_until_ended(PATIENCE)
    assert modest.state == "finished"


def test_no_task_outlasts_the_bounds_of_its_pool() -> None:
    pool = JobPool(answer, running=1, bounds=Bounds(seconds=0.3))
    job = pool.submit(ENDLESS)
    assert job.wait_until_ended(PATIENCE)
    assert job.error == "The time limit was reached. What was measured until then is kept."
    assert job.run.steps > 0


def test_a_new_fork_server_takes_the_place_of_a_killed_one(pool: JobPool, busy: Job) -> None:
    assert busy._process is not None
    fork_server = psutil.Process(busy._process.pid).parent()
    assert fork_server is not None
    assert fork_server.pid != os.getpid()
    waiting = pool.submit(SHORT, owner=2)
    fork_server.send_signal(signal.SIGKILL)
    busy.kill()
    assert busy.wait_until_ended(PATIENCE)
    assert waiting.wait_until_ended(PATIENCE)
    assert (waiting.state, waiting.error) == ("finished", None)
