"""The table of positions that is not learned, number by number as its authors define it."""

from math import cos, sin

import pytest
import torch

from skipviz.engine.model import Model
from skipviz.network import Network


@pytest.mark.parametrize(("length", "width"), [(3, 4), (7, 5), (1, 1), (40, 8)])
def test_sines_and_cosines_take_turns_with_falling_frequencies(length: int, width: int) -> None:
    net = Network.of(layers=[{"kind": "positions", "learned": False}])
    model = Model(net.on((length, width), 2), dtype=torch.float64)
    added = model.states(torch.zeros(1, length, width, dtype=torch.float64))[1][0]
    for t in range(length):
        for column in range(width):
            pair = column // 2
            angle = t / 10_000 ** (2 * pair / width)
            expected = sin(angle) if column == 2 * pair else cos(angle)
            found = added[t, column].item()  # its frequencies are rounded to float32
            assert found == pytest.approx(expected, abs=1e-6)
