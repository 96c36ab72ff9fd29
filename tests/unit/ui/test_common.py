"""What is the same for everybody is computed once: a class that opens a page has one first picture
and one theory, and is not a queue before those who train. No process is started here."""

from typing import Any

import pytest

from skipviz import presets
from skipviz.answers import answer
from skipviz.data import info
from skipviz.jobs import Job, JobPool
from skipviz.network import Network
from skipviz.runs.requests import Training
from skipviz.runs.run import Run
from skipviz.settings import Settings
from skipviz.ui.components.auto_refresh import TICK
from skipviz.ui.playground import results
from skipviz.ui.playground.charts import theory
from skipviz.ui.playground.results import WAITING, stretched
from skipviz.ui.session import shared
from skipviz.ui.session.common import Common, may_await
from skipviz.ui.session.first_pictures import FirstPictures
from skipviz.ui.session.history import History
from skipviz.ui.session.session import Session

CLASS = 30
SCHOOL, OTHER = "10.0.0.1", "10.0.0.2"


@pytest.fixture(autouse=True)
def nothing_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    def start(job: Job[Any], *_: object) -> None:
        job.state = "running"

    monkeypatch.setattr(Job, "start", start)
    memory: Common[Any, Any] = Common()
    monkeypatch.setattr(shared, "theories", lambda: memory)


def pool(running: int = 2) -> JobPool:
    return JobPool(answer, running, queue=500)


def tab(client: str = SCHOOL, network: Network | None = None) -> Session:
    return Session(History(network or presets.load("default")), client=client)


def opened(tabs: list[Session], crowded: JobPool, known: FirstPictures) -> list[Any]:
    for each in tabs:
        each.measure_start(crowded, known)
    return [each.preview for each in tabs]


def fill(crowded: JobPool) -> None:
    """The one core, and what may share it."""
    for steps in (9, 0):
        crowded.submit(Training(Network.mlp(1, 4), Settings(steps=steps)), steps, client=SCHOOL)


def end(job: Any) -> None:
    """As its process would."""
    job._end("finished")


def test_a_class_that_opens_a_page_at_once_measures_it_once() -> None:
    crowded, known = pool(), FirstPictures()
    pictures = opened([tab() for _ in range(CLASS)], crowded, known)
    assert crowded.crowd() == (1, 0)
    assert set(pictures) == {pictures[0]}
    end(pictures[0])
    assert opened([tab(OTHER)], crowded, known) == pictures[:1]  # and whoever comes later
    assert crowded.crowd() == (0, 0)


def test_a_class_has_one_theory() -> None:
    crowded, tabs = pool(), [tab() for _ in range(CLASS)]
    run = Run(tabs[0].network, tabs[0].settings, info=info("digits"))
    assert [theory.theory_of(each, crowded, run) for each in tabs] == [None] * CLASS
    assert crowded.crowd() == (1, 0)
    for each in tabs[1:]:
        each.forget("theory")
    job = theory.theory_in(tabs[0], crowded).job
    assert job is not None
    assert not job.ended


def test_it_ends_when_the_last_who_wants_it_draws_something_else() -> None:
    crowded, known, tabs = pool(1), FirstPictures(), [tab(), tab()]
    fill(crowded)
    first, second = opened(tabs, crowded, known)
    assert (first, first.state) == (second, "queued")
    for place, each in enumerate(tabs):
        assert not first.ended
        each.draw(Network.mlp(2, 4 + place))
        each.measure_start(crowded, known)
    assert first.state == "stopped"
    (again,) = opened([tab()], crowded, known)
    assert (again is first, again.ended) == (False, False)


def test_nobody_waits_in_the_turn_of_another_address() -> None:
    crowded, known = pool(1), FirstPictures()
    fill(crowded)
    queued, polite = opened([tab(), tab(OTHER)], crowded, known)
    assert queued is not polite
    assert (queued.state, polite.state) == ("queued", "running")
    assert opened([tab(OTHER)], crowded, known) == [polite]  # it is at work: that is joined


def test_everybody_who_looks_at_one_job_counts_for_the_pace() -> None:
    crowded = pool()
    opened([tab() for _ in range(CLASS)], crowded, FirstPictures())
    assert crowded.crowd_for(SCHOOL) == (CLASS, 0)
    assert stretched(*crowded.crowd_for(SCHOOL)) > 4
    assert stretched(*crowded.crowd_for(OTHER)) == 1


def test_drawing_waits_only_for_what_is_at_work_and_ones_own() -> None:
    crowded, first, second = pool(1), tab(), tab()
    picture, joined = opened([first, second], crowded, FirstPictures())
    assert (may_await(first, picture), may_await(second, joined)) == (True, False)
    queued = crowded.submit(Training(Network.mlp(1, 4), Settings(steps=9)), first.owner)
    assert (queued.state, may_await(first, queued)) == ("queued", False)


def test_a_tab_asks_seldom_while_all_it_looks_for_waits() -> None:
    crowded, visitor = pool(1), tab()
    fill(crowded)
    run = Run(visitor.network, visitor.settings, info=info("digits"))
    theory.theory_of(visitor, crowded, run)
    assert results._tick(visitor, crowded) == WAITING
    visitor.measure_start(crowded, FirstPictures())
    assert visitor.preview is not None
    visitor.preview.state = "running"
    assert results._tick(visitor, crowded) == TICK
    for job in visitor.jobs():
        end(job)
    assert results._tick(visitor, crowded) is None


def test_the_memory_is_bounded_and_keeps_what_is_finished() -> None:
    crowded, known = pool(9), FirstPictures(most=2)
    drawn = [tab(network=Network.mlp(2, width)) for width in (7, 8, 9, 10)]
    jobs = opened(drawn, crowded, known)
    jobs[3]._end("failed")
    for job in jobs[:3]:
        end(job)
    assert [known.find(job.request) is job for job in jobs] == [False, True, True, False]
