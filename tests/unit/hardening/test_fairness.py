"""An address with many tabs has the turns of one: in the queue of runs, at the cores, in refreshes.

No process is started here: a job that starts is said to run.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skipviz import presets
from skipviz.answers import answer
from skipviz.jobs import Job, JobPool, TrainingJob
from skipviz.jobs.pool import MADE_ROOM
from skipviz.jobs.turns import in_turn
from skipviz.landscape.requests import LossSlice
from skipviz.limits import ServerLimits
from skipviz.network import Network
from skipviz.runs.requests import Training
from skipviz.settings import Settings
from skipviz.theory.curves import Theory
from skipviz.ui.playground.results import stretched
from skipviz.ui.session import shared
from skipviz.ui.session.first_pictures import FirstPictures
from skipviz.ui.session.history import History
from skipviz.ui.session.registry import SessionRegistry
from skipviz.ui.session.session import Session
from skipviz.ui.shell.computing import Computation

RUN = Training(Network.mlp(depth=2, width=8), Settings(steps=9))
PICTURE = Training(Network.mlp(depth=2, width=8), Settings(steps=0))
GREEDY, POLITE, THIRD = "10.0.0.1", "10.0.0.2", "10.0.0.3"


@dataclass(eq=False)
class Asked:
    owner: int
    client: str
    unasked: bool = False


def asked(unasked: st.SearchStrategy[bool]) -> st.SearchStrategy[Asked]:
    """Of four addresses with four sessions each."""
    return st.builds(
        lambda owner, client, unasked: Asked(owner + 10 * client, str(client), unasked),
        st.integers(0, 3),
        st.integers(0, 3),
        unasked,
    )


ASKED = asked(st.just(False))
ANY = asked(st.booleans())


@given(st.lists(ANY, max_size=25), st.lists(ANY, max_size=5))
def test_every_addresss_first_comes_before_any_addresss_second(
    waiting: list[Asked], running: list[Asked]
) -> None:
    turns = in_turn(waiting, running)
    assert sorted(map(id, turns)) == sorted(map(id, waiting))
    taken = Counter(job.client for job in running)
    ranks = []
    for job in turns:
        ranks.append(taken[job.client])
        taken[job.client] += 1
    assert ranks == sorted(ranks)


@given(st.lists(ASKED, max_size=25), st.lists(ASKED, max_size=5))
def test_within_an_address_every_sessions_first_comes_before_any_sessions_second(
    waiting: list[Asked], running: list[Asked]
) -> None:
    turns = in_turn(waiting, running)
    for client in {job.client for job in waiting}:
        taken = Counter(job.owner for job in running)
        ranks = []
        for job in (job for job in turns if job.client == client):
            ranks.append(taken[job.owner])
            taken[job.owner] += 1
        assert ranks == sorted(ranks)
    for owner in {job.owner for job in waiting}:  # and who asked first is first
        assert [job for job in turns if job.owner == owner] == [
            job for job in waiting if job.owner == owner
        ]


@given(st.lists(ANY, max_size=25), st.lists(ANY, max_size=5))
def test_what_nobody_asked_for_comes_after_all_else_of_its_address(
    waiting: list[Asked], running: list[Asked]
) -> None:
    turns = in_turn(waiting, running)
    for client in {job.client for job in waiting}:
        of_one = [job for job in turns if job.client == client]
        assert of_one == sorted(of_one, key=lambda job: job.unasked)
        alone = [job for job in waiting if not job.unasked]
        kept = [job for job in of_one if not job.unasked]
        assert kept == [job for job in in_turn(alone, running) if job.client == client]


@pytest.fixture(autouse=True)
def nothing_starts(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    def start(job: Job[Any], *_: object) -> None:
        job.state = "running"
        job.begun_at = next(clock)

    clock = iter(range(10_000))
    monkeypatch.setattr(Job, "start", start)
    return


def pool(**caps: int) -> JobPool:
    return JobPool(answer, **{"running": 2, **caps})


def flood(pool: JobPool, count: int, client: str = GREEDY) -> list[TrainingJob]:
    """As many sessions of one address, each with a run."""
    return [pool.submit(RUN, owner=place, client=client) for place in range(count)]


def test_whatever_a_session_asks_for_counts_for_the_address_of_its_tab() -> None:
    crowded, visitor = pool(), Session(History(presets.load("default")), client=POLITE)
    visitor.start(crowded)
    visitor.measure_start(crowded, FirstPictures())
    computation: Computation[Any] = Computation(visitor, crowded, "any")
    computation.start(LossSlice(visitor.network, visitor.settings))
    trained: Computation[Any] = Computation(visitor, crowded, "other")
    trained.start(RUN)
    asked = [visitor.job, visitor.preview, computation.job, trained.job]
    assert [job and job.client for job in asked] == [POLITE] * 4


@pytest.mark.parametrize(("told", "client"), [(POLITE, POLITE), (None, "127.0.0.1")])
def test_a_session_is_where_its_tab_was_last_seen(
    monkeypatch: pytest.MonkeyPatch, told: str | None, client: str
) -> None:
    visitor = Session(History(presets.load("default")), client=GREEDY)
    page = SimpleNamespace(context=SimpleNamespace(ip_address=told), session_state={"tab": "a"})
    monkeypatch.setattr(shared, "st", page)
    monkeypatch.setattr(shared, "_open_tab", str)
    monkeypatch.setattr(shared, "registry", SessionRegistry)
    shared.attend(visitor)
    assert visitor.client == client


def test_who_comes_after_a_hundred_sessions_of_one_address_is_next_in_turn() -> None:
    crowded = pool(running=4, queue=1_000)
    crowded.submit(RUN, owner=900, client=THIRD)
    flood(crowded, 100)
    jobs = [crowded.submit(RUN, owner=500, client=POLITE) for _ in range(2)]
    assert [crowded.position(job) for job in jobs] == [1, 2]


def test_a_run_comes_before_the_theories_of_the_networks_that_a_class_has_drawn() -> None:
    crowded = pool(running=2)
    flood(crowded, 2)
    drawn = [Network.mlp(depth=2, width=width) for width in range(3, 9)]
    theories = [
        crowded.compute(Theory(network, (8,), 2, ()), owner=10 + place, client=GREEDY)
        for place, network in enumerate(drawn)
    ]
    run = crowded.submit(RUN, owner=12, client=GREEDY)
    assert crowded.position(run) == 1
    # that of the run's own session is its second
    assert [crowded.position(theory) for theory in theories] == [2, 3, 7, 4, 5, 6]


def test_who_comes_when_one_address_holds_all_cores_shares_one_at_once() -> None:
    crowded = pool()
    flood(crowded, 10)
    first = crowded.submit(RUN, owner=500, client=POLITE)
    assert first.state == "running"
    second = crowded.submit(RUN, owner=600, client=THIRD)
    assert (second.state, crowded.position(second)) == ("queued", 1)  # one at a time shares
    assert crowded.crowd() == (3, 9)


def test_a_picture_of_a_large_network_does_not_take_the_share_of_another_address() -> None:
    crowded = pool()
    flood(crowded, 10)
    assert crowded.submit(PICTURE, owner=1, client=GREEDY).state == "running"  # for minutes
    assert crowded.submit(PICTURE, owner=2, client=GREEDY).state == "queued"
    assert crowded.submit(RUN, owner=500, client=POLITE).state == "running"
    assert crowded.submit(PICTURE, owner=600, client=THIRD).state == "queued"


def test_a_core_is_not_shared_with_who_has_no_more_than_one_run() -> None:
    crowded = pool(running=1)
    crowded.submit(RUN, owner=1, client=GREEDY)
    assert crowded.submit(RUN, owner=2, client=POLITE).state == "queued"


def test_a_core_is_not_shared_where_addresses_are_not_known() -> None:
    crowded = pool()
    flood(crowded, 10, client="")
    assert crowded.submit(RUN, owner=500).state == "queued"


def test_an_address_may_have_so_many_waiting_and_is_told() -> None:
    crowded = pool(queue=10, queue_each=3)
    flood(crowded, 5)
    with pytest.raises(RuntimeError) as refused:
        crowded.submit(RUN, owner=7, client=GREEDY)
    assert str(refused.value) == (
        "3 runs from your internet address are waiting, the most that one address may have here "
        "(a school or an office often has one for all). Stop one that nobody needs, or try again "
        "when some have had their turn."
    )
    assert crowded.submit(RUN, owner=7, client=POLITE).state == "running"
    assert [flood(crowded, 1, client=THIRD)[0].state for _ in range(3)] == ["queued"] * 3


def test_a_class_of_thirty_behind_one_address_all_have_a_place() -> None:
    limits = ServerLimits()
    crowded = JobPool(answer, running=2, queue=limits.queue, queue_each=limits.queue_each)
    # the picture and the run of everybody, and two computations beside them
    asked = [job for _ in range(4) for job in flood(crowded, 30)]
    assert all(job.state in ("running", "queued") for job in asked)


def test_of_paused_runs_one_of_the_address_with_most_makes_room() -> None:
    crowded = pool(running=1, processes=3)
    polite = crowded.submit(RUN, owner=9, client=POLITE)
    polite.state = "paused"
    for job in flood(crowded, 2):
        job.state = "paused"
        crowded._start_next()
    ended: list[tuple[int, str | None]] = []
    for job in crowded._running:
        job.kill = lambda reason=None, job=job: ended.append((job.owner, reason))  # type: ignore[method-assign]
    waiting = crowded.submit(RUN, owner=8, client=THIRD)
    assert waiting.state == "queued"
    assert ended == [(0, MADE_ROOM)]


def test_refreshes_are_stretched_for_who_makes_the_crowd() -> None:
    crowded = pool(queue=1_000)
    alone = crowded.submit(RUN, owner=500, client=POLITE)
    assert alone.state == "running"
    flood(crowded, 100)
    assert stretched(*crowded.crowd_for(POLITE)) == 1
    assert stretched(*crowded.crowd_for(GREEDY)) == stretched(*crowded.crowd()) > 4
    assert crowded.crowd_for("") == crowded.crowd()
    assert crowded.crowd_for(THIRD) == (0, 0)


def test_many_addresses_with_one_run_each_are_a_crowd_as_before() -> None:
    crowded = pool(queue=1_000)
    for place in range(50):
        crowded.submit(RUN, owner=place, client=f"10.1.0.{place}")
    assert crowded.crowd_for("10.1.0.1") == (2, 0)
    assert crowded.crowd_for("10.1.0.30") == (0, 48)
