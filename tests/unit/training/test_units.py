"""How many units of a layer are shown over the plane."""

import pytest

from skipviz.arms import STANDARD_ARMS
from skipviz.engine.training.units import unit_maps
from skipviz.network import Network
from skipviz.settings import Settings


@pytest.mark.parametrize(("width", "shown"), [(3, 3), (12, 12), (13, 12)])
def test_at_most_twelve_units_are_shown(width: int, shown: int) -> None:
    settings = Settings(data="moons", device="cpu")
    *progress, maps = unit_maps(
        Network.mlp(1, width), settings, STANDARD_ARMS["skip"], layer=1, step=0
    )
    assert [each.step for each in progress] == [0]
    assert (maps.arm, maps.layer, maps.step) == ("skip", 1, 0)
    assert maps.states.shape[0] == shown
