"""Sessions outlive a short absence, their jobs a shorter one, and neither for ever."""

import threading

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


def test_the_memory_of_a_session_is_that_of_its_runs_each_counted_once() -> None:
    shown = Session(History(Network.mlp(2, 4)))
    assert shown.bytes == 0
    run = train(Network.mlp(2, 4), data="xor", steps=5)
    assert run.bytes > 5 * 2 * 2 * 4  # steps, arms, layers, float32
    for _ in range(2):
        shown.tray.keep(run)
    assert shown.bytes == run.bytes
