"""How often pages refresh themselves when many do."""

import pytest

from skipviz.ui.components.auto_refresh import TICK
from skipviz.ui.playground.results import COMFORTABLE, WAITING, stretched


@pytest.mark.parametrize("running", [0, 1, 2, 3])
def test_a_few_visitors_see_every_refresh(running: int) -> None:
    assert stretched(running, 2) == 1


@pytest.mark.parametrize(("running", "waiting"), [(2, 18), (8, 40), (1, 200), (64, 0)])
def test_all_visitors_together_ask_for_little_more_than_the_server_makes(
    running: int, waiting: int
) -> None:
    asked = (running / TICK + waiting / WAITING) / stretched(running, waiting)
    assert COMFORTABLE / 1.5 < asked < COMFORTABLE * 1.5
