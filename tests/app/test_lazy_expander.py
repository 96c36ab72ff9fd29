"""What is folded away costs nothing until it is opened, and then keeps what was put in."""

import pytest
from streamlit.testing.v1 import AppTest

from skipviz import link
from skipviz.network import Network
from skipviz.settings import Settings
from tests.app.helpers import opened, ran, session

INSIDE = {"more": "Momentum", "form": "From layer", "layers": "Time steps"}


def numbers(page: AppTest) -> set[str]:
    return {each.label for each in page.number_input}


@pytest.mark.parametrize("part", INSIDE)
def test_a_part_is_drawn_from_its_first_opening_on(part: str) -> None:
    page = ran(opened(unfolded=False))
    assert not numbers(page) & {*INSIDE.values()}
    page.session_state[f"part_{part}"] = True
    assert numbers(ran(page)) & {*INSIDE.values()} == {INSIDE[part]}
    page.session_state[f"part_{part}"] = False
    assert numbers(ran(page)) & {*INSIDE.values()} == {INSIDE[part]}


def test_a_layer_selected_in_the_drawing_opens_the_inspector_once() -> None:
    token = link.encode(Network.mlp(3, 8), Settings())
    page = ran(opened(token, unfolded=False))
    session(page).editing.selected = ("layer", 2)
    assert ran(page).session_state["part_layers"]
    page.session_state["part_layers"] = False
    session(page).editing.selected = ("layer", 3)
    assert not ran(page).session_state["part_layers"]
