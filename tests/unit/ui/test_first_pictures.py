"""First pictures are shared by all visitors once they are finished."""

from collections.abc import Iterator

import pytest

from skipviz.answers import answer
from skipviz.jobs import JobPool
from skipviz.network import Network
from skipviz.runs.requests import Training
from skipviz.settings import Settings
from skipviz.ui.session.first_pictures import FirstPictures

PATIENCE = 60  # seconds


@pytest.fixture(scope="module")
def pool() -> Iterator[JobPool]:
    pool = JobPool(answer, running=1)
    yield pool
    pool.close()


def task(width: int) -> Training:
    return Training(Network.mlp(2, width), Settings(steps=0))


def test_a_finished_picture_is_found_by_whoever_draws_the_same(pool: JobPool) -> None:
    known = FirstPictures()
    job = pool.submit(task(4))
    assert job.wait_until_ended(PATIENCE)
    known.note(job)
    assert known.find(task(4)) is job
    assert known.find(task(5)) is None


def test_a_picture_that_was_broken_off_is_not_shared(pool: JobPool) -> None:
    known = FirstPictures()
    job = pool.submit(task(6))
    job.kill()
    assert job.wait_until_ended(PATIENCE)
    known.note(job)
    assert (known.find(task(6)) is None) == (job.state != "finished")


def test_the_memory_is_bounded(pool: JobPool) -> None:
    known = FirstPictures(most=2)
    for width in (7, 8, 9):
        job = pool.submit(task(width))
        assert job.wait_until_ended(PATIENCE)
        known.note(job)
    assert [known.find(task(width)) is not None for width in (7, 8, 9)] == [False, True, True]
