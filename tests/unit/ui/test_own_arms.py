"""Arms of one's own: what the form makes of what was put in."""

import math

import pytest

from skipviz.arms import Arm, Gain
from skipviz.network import Network
from skipviz.ui.playground.own_arms import BACKWARD, FORWARD, add_arm
from skipviz.ui.session.history import History
from skipviz.ui.session.session import Session

NETWORK = Network.mlp(5, 8, skips=((1, 3), (3, 5)))
UNTOUCHED = {FORWARD: [math.nan, math.nan], BACKWARD: [None, None]}


@pytest.fixture
def session() -> Session:
    return Session(History(NETWORK))


def test_gains_of_all_skips_are_compared_with_the_arms_there_were(session: Session) -> None:
    add_arm(session, " half ", (0.5, 1.0), UNTOUCHED)
    assert session.settings.own_arms == (Arm(name="half", forward=0.5, backward=1.0),)
    assert session.settings.arms == ("skip", "plain", "half")


def test_single_skips_have_gains_of_their_own_and_empty_cells_are_as_all(session: Session) -> None:
    add_arm(session, "last", (0.0, 0.0), {FORWARD: [None, 1.0], BACKWARD: [0.0, math.nan]})
    (arm,) = session.settings.own_arms
    assert arm.exceptions == (Gain(source=3, target=5, forward=1.0, backward=0.0),)
    assert arm.gains(NETWORK) == [(0.0, 0.0), (1.0, 0.0)]


def test_an_arm_of_the_same_name_is_changed(session: Session) -> None:
    for gain in (0.5, -1.0):
        add_arm(session, "mine", (gain, gain), UNTOUCHED)
    assert [arm.forward for arm in session.settings.own_arms] == [-1.0]
    assert session.settings.arms.count("mine") == 1


@pytest.mark.parametrize(
    ("name", "said"), [("plain", "name of an arm"), ("", "cannot be"), ("[a](b)", "cannot be")]
)
def test_what_cannot_be_is_said_and_changes_nothing(session: Session, name: str, said: str) -> None:
    before = session.settings
    add_arm(session, name, (0.5, 0.5), UNTOUCHED)
    assert session.settings == before
    assert said in session.notices[-1]
