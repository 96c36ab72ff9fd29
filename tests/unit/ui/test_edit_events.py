"""What the editor sends is applied once, in order, and never breaks the drawing."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skipviz import presets
from skipviz.ui.playground.edit_events import take_edits
from skipviz.ui.session.history import History
from skipviz.ui.session.session import Session


def add(seq: int, source: int, target: int) -> dict[str, Any]:
    return {"seq": seq, "do": "add_skip", "source": source, "target": target, "kind": "add"}


@pytest.fixture
def session() -> Session:
    return Session(History(presets.load("plain")))


def test_a_burst_is_applied_in_order_and_acknowledged(session: Session) -> None:
    take_edits(session, {"instance": "a", "edits": [add(1, 2, 6), add(2, 6, 10)]})
    assert [skip.ends for skip in session.network.skips] == [(2, 6), (6, 10)]
    assert (session.editing.acknowledged.instance, session.editing.acknowledged.seq) == ("a", 2)


def test_edits_sent_again_are_not_applied_again(session: Session) -> None:
    take_edits(session, {"instance": "a", "edits": [add(1, 2, 6)]})
    take_edits(session, {"instance": "a", "edits": [add(1, 2, 6), add(2, 3, 9)]})
    assert [skip.ends for skip in session.network.skips] == [(2, 6), (3, 9)]
    assert not session.notices


def test_an_editor_mounted_anew_counts_from_one_again(session: Session) -> None:
    take_edits(session, {"instance": "a", "edits": [add(7, 2, 6)]})
    take_edits(session, {"instance": "b", "edits": [add(1, 3, 9)]})
    assert len(session.network.skips) == 2


def test_a_refused_edit_says_why_and_changes_nothing(session: Session) -> None:
    before = session.network
    take_edits(session, {"instance": "a", "edits": [add(1, 2, 99)]})
    assert session.network == before
    assert session.notices == ["Skip 2 → 99 ends outside the network, which has layers 0 to 41."]
    assert session.editing.acknowledged.seq == 1
    take_edits(session, {"instance": "a", "edits": [add(2, 3, 0)]})
    assert session.notices[1:] == ["A skip cannot end at the input."]


def test_undo_and_redo_come_through_the_same_door(session: Session) -> None:
    take_edits(session, {"instance": "a", "edits": [add(1, 2, 6), {"seq": 2, "do": "undo"}]})
    assert not session.network.skips
    take_edits(session, {"instance": "a", "edits": [{"seq": 3, "do": "redo"}]})
    assert session.network.skips


PLAIN_DATA = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 60) | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)
NAMES = st.sampled_from(
    ["add_skip", "remove_skip", "change_skip", "insert_layer", "remove_layer", "change_layer"]
)
EDITS = st.fixed_dictionaries(
    {"seq": st.integers(1, 9) | PLAIN_DATA, "do": NAMES | PLAIN_DATA},
    optional=dict.fromkeys(
        ("source", "target", "kind", "at", "layer", "width", "self", "network"), PLAIN_DATA
    ),
)


@given(st.lists(EDITS | PLAIN_DATA, max_size=4) | PLAIN_DATA)
def test_whatever_is_sent_the_drawing_stays_sound(edits: object) -> None:
    session = Session(History(presets.load("forward_skip")))
    take_edits(session, {"instance": "a", "edits": edits})
    take_edits(session, edits)
    assert type(session.network).from_json(session.network.to_json()) == session.network
