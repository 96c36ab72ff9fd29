"""Sessions outlive a short absence, their jobs a shorter one, and neither for ever."""

import threading

from skipviz.network import Network
from skipviz.ui.history import History
from skipviz.ui.session import Session
from skipviz.ui.visits import Visits

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
    visits, shown = Visits(), session()
    visits.enter(shown, "tab")
    assert visits.find(shown.id) is shown
    assert visits.find("another") is None


def test_jobs_end_some_time_after_the_last_tab_closed() -> None:
    visits, left = Visits(grace=0.01), session()
    visits.enter(left, "one")
    visits.enter(left, "two")
    visits.close("one")
    assert not left.ended.wait(0.1)
    visits.close("two")
    assert left.ended.wait(PATIENCE)
    assert visits.find(left.id) is left


def test_who_comes_back_in_time_finds_everything_going_on() -> None:
    visits, back, other = Visits(grace=0.2), session(), session()
    visits.enter(back, "before")
    visits.enter(other, "elsewhere")
    visits.close("before")
    visits.enter(back, "after the reload")
    visits.close("elsewhere")
    assert other.ended.wait(PATIENCE)  # left later, ended: the first would have been by now
    assert not back.ended.is_set()


def test_a_tab_that_shows_another_session_leaves_the_first() -> None:
    visits, first, second = Visits(grace=0.01), session(), session()
    visits.enter(first, "tab")
    visits.enter(second, "tab")
    assert first.ended.wait(PATIENCE)
    assert not second.ended.is_set()


def test_sessions_left_are_forgotten_the_oldest_first() -> None:
    visits = Visits(grace=1000, most=2)
    left = [session() for _ in range(4)]
    for number, each in enumerate(left):
        visits.enter(each, str(number))
        visits.close(str(number))
    assert [visits.find(each.id) is not None for each in left] == [False, False, True, True]
