"""What a visitor is told when the server's limits are reached, and that nothing else changes."""

import pytest

from skipviz import presets
from skipviz.answers import answer
from skipviz.jobs import JobPool
from skipviz.limits import ServerLimits
from skipviz.network import Network
from skipviz.settings import Settings
from skipviz.ui.playground.edit_events import take_edits
from skipviz.ui.session.first_pictures import FirstPictures
from skipviz.ui.session.history import History
from skipviz.ui.session.session import LONGEST_NOTICE, MOST_LINES, Session


@pytest.fixture
def pool() -> JobPool:
    """A pool that starts nothing: whatever reaches it fails the test."""
    return JobPool(answer, running=1, queue=-1)


def session(**limits: int) -> Session:
    return Session(History(presets.load("default")), limits=ServerLimits(**limits))


def test_too_many_steps_are_refused_and_the_run_before_stays(pool: JobPool) -> None:
    visitor = session(steps=50)
    with pytest.raises(RuntimeError, match="200 steps; at most 50 are allowed here"):
        visitor.start(pool)
    assert visitor.job is None


def test_a_network_beyond_the_limits_is_not_even_measured(pool: JobPool) -> None:
    visitor = session(parameters=1_000)
    visitor.measure_start(pool, FirstPictures())
    assert visitor.preview is None
    assert visitor.refused == "The network has 167,050 parameters; at most 1,000 are allowed."


def test_a_full_queue_is_said_where_the_first_picture_would_be(pool: JobPool) -> None:
    visitor = session()
    visitor.measure_start(pool, FirstPictures())
    assert visitor.preview is None
    assert visitor.refused == "Too many runs are waiting. Try again in a minute."


def test_a_drawing_too_large_to_draw_leaves_the_one_before() -> None:
    visitor = session(layers=100)
    before = visitor.network
    assert not visitor.open(Network.mlp(depth=101, width=4))
    assert visitor.network == before
    assert visitor.notices == ["The network has 101 layers; at most 100 are allowed."]
    assert visitor.open(Network.mlp(depth=100, width=4))


def test_long_notices_are_cut() -> None:
    visitor = session()
    visitor.notify("one\ntwo")
    visitor.notify("\n".join(map(str, range(1_000))))
    visitor.notify("x" * 5_000)
    assert visitor.notices[0] == "one\ntwo"
    assert all(len(notice) <= LONGEST_NOTICE + 2 for notice in visitor.notices)
    assert [len(notice.splitlines()) for notice in visitor.notices] == [2, MOST_LINES + 1, 2]


def test_of_many_notices_the_last_ones_are_said() -> None:
    visitor = session()
    for count in range(1_000):
        visitor.notify(str(count))
    assert visitor.notices == ["995", "996", "997", "998", "999"]


def test_two_visitors_are_two_owners() -> None:
    first, second = session(), session()
    assert first.owner != second.owner
    assert Settings() == first.settings


def test_copies_of_copies_end_where_the_drawing_is_as_large_as_allowed() -> None:
    visitor = session(layers=100)
    for seq in range(1, 60):
        edit = {"do": "duplicate_layers", "first": 1, "last": visitor.network.depth, "seq": seq}
        take_edits(visitor, {"instance": "a", "edits": [edit]})
    assert visitor.network.depth == 80
    assert visitor.notices[-1] == "The network has 160 layers; at most 100 are allowed."


def test_a_drawing_that_is_too_large_already_can_be_made_smaller() -> None:
    visitor = session(layers=30)
    assert visitor.network.depth == 40
    take_edits(visitor, {"instance": "a", "edits": [{"do": "remove_layer", "layer": 1, "seq": 1}]})
    assert visitor.network.depth == 39
