"""Sessions outlive a short absence, their jobs a shorter one, and neither for ever."""

import threading

from skipviz.data.own import from_points
from skipviz.network import Network
from skipviz.training import train
from skipviz.ui.session.history import History
from skipviz.ui.session.registry import SessionRegistry
from skipviz.ui.session.session import Session

PATIENCE = 30  # seconds


class _Watched(Session):
    """Says when its jobs are ended."""

    def jobs(self):
        self.ended.set()
        return []


def session() -> _Watched:
    made = _Watched(History(Network.mlp(1, 1)))
    made.ended = threading.Event()
    return made


def test_a_session_that_is_shown_is_found_by_its_id_only() -> None:
    visits, shown = SessionRegistry(), session()
    visits.enter(shown, "tab")
    assert visits.find(shown.id) is shown
    assert visits.find("another") is None


def test_jobs_end_some_time_after_the_last_tab_closed() -> None:
    visits, left = SessionRegistry(grace=0.01), session()
    visits.enter(left, "one")
    visits.enter(left, "two")
    visits.close("one")
    assert not left.ended.wait(0.1)
    visits.close("two")
    assert left.ended.wait(PATIENCE)
    assert visits.find(left.id) is left


def test_jobs_go_on_for_as_long_as_nobody_else_waits() -> None:
    asked, waiting = [threading.Event() for _ in range(3)], threading.Event()

    def awaited(_: Session) -> bool:
        next((each for each in asked if not each.is_set()), asked[-1]).set()
        return waiting.is_set()

    visits, left = SessionRegistry(awaited, grace=0.01), session()
    visits.enter(left, "tab")
    visits.close("tab")
    assert asked[-1].wait(PATIENCE)
    assert not left.ended.is_set()
    waiting.set()
    assert left.ended.wait(PATIENCE)


class _Job:
    """Notes why it was ended."""

    ended = False

    def __init__(self) -> None:
        self.told = threading.Event()

    def leave(self, _: int, reason: str | None = None) -> None:
        self.reason, self.ended = reason, True
        self.told.set()


def test_a_job_that_gave_way_says_so() -> None:
    visits, left, job = SessionRegistry(grace=0.01), Session(History(Network.mlp(1, 1))), _Job()
    left.computations["learn"] = job  # type: ignore[assignment]
    visits.enter(left, "tab")
    visits.close("tab")
    assert job.told.wait(PATIENCE)
    assert "others were waiting" in str(job.reason)


def test_one_thread_looks_after_all_sessions_and_ends_with_them() -> None:
    before = threading.active_count()
    visits = SessionRegistry(grace=0.01, kept=0.05)
    for number in range(50):
        visits.enter(session(), str(number))
        visits.close(str(number))
    assert threading.active_count() <= before + 1
    caretaker = visits._caretaker
    if caretaker is not None:
        caretaker.join(PATIENCE)
        assert not caretaker.is_alive()
    assert not visits._left


def test_who_comes_back_in_time_finds_everything_going_on() -> None:
    visits, back, other = SessionRegistry(grace=0.2), session(), session()
    visits.enter(back, "before")
    visits.enter(other, "elsewhere")
    visits.close("before")
    visits.enter(back, "after the reload")
    visits.close("elsewhere")
    assert other.ended.wait(PATIENCE)  # left later, ended: the first would have been by now
    assert not back.ended.is_set()


def test_a_tab_that_shows_another_session_leaves_the_first() -> None:
    visits, first, second = SessionRegistry(grace=0.01), session(), session()
    visits.enter(first, "tab")
    visits.enter(second, "tab")
    assert first.ended.wait(PATIENCE)
    assert not second.ended.is_set()


def test_sessions_left_are_forgotten_the_oldest_first() -> None:
    visits = SessionRegistry(grace=1000, most=2)
    left = [session() for _ in range(4)]
    for number, each in enumerate(left):
        visits.enter(each, str(number))
        visits.close(str(number))
    assert [visits.find(each.id) is not None for each in left] == [False, False, True, True]


class _Heavy(Session):
    """Has runs of 100 bytes."""

    bytes = 100


def test_sessions_left_with_more_than_fits_are_forgotten_but_the_last_one() -> None:
    visits = SessionRegistry(grace=1000, most_bytes=250)
    left = [_Heavy(History(Network.mlp(1, 1))) for _ in range(4)]
    for number, each in enumerate(left):
        visits.enter(each, str(number))
        visits.close(str(number))
    assert [visits.find(each.id) is not None for each in left] == [False, False, True, True]

    lone = SessionRegistry(grace=1000, most_bytes=10)
    lone.enter(left[0], "tab")
    lone.close("tab")
    assert lone.find(left[0].id) is left[0]


def test_the_memory_of_a_session_counts_its_own_data() -> None:
    shown = Session(History(Network.mlp(2, 4)))
    shown.own = from_points([(x / 10, -x / 10, x % 2) for x in range(10)])
    parts = vars(shown.own.split).values()
    assert shown.bytes == sum(part.nbytes for part in parts) == 10 * (2 * 4 + 8)


def test_the_memory_of_a_session_is_that_of_its_runs_each_counted_once() -> None:
    shown = Session(History(Network.mlp(2, 4)))
    assert shown.bytes == 0
    run = train(Network.mlp(2, 4), data="xor", steps=5)
    run.keep_weights(None)  # no kept run has them
    assert run.bytes > 5 * 2 * 2 * 4  # steps, arms, layers, float32
    for _ in range(2):
        shown.tray.keep(run)
    assert shown.bytes == run.bytes


def test_an_address_that_leaves_many_does_not_have_those_of_others_forgotten() -> None:
    visits, first = SessionRegistry(most=5), session()
    first.client = "10.0.0.2"
    visits.enter(first, "first")
    visits.close("first")
    greedy = [session() for _ in range(20)]
    for place, each in enumerate(greedy):
        each.client = "10.0.0.1"
        visits.enter(each, f"tab {place}")
        visits.close(f"tab {place}")
    assert visits.find(first.id) is first
    assert [visits.find(each.id) is each for each in greedy] == [False] * 16 + [True] * 4
