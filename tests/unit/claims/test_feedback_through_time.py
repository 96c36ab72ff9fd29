"""A feedback skip is a recurrent loop: what comes back vanishes or explodes over time steps."""

import numpy as np
import pytest

import skipviz as sv
from skipviz.network import Init, Network


@pytest.mark.parametrize(
    ("gain", "factor"), [(0.3, 0.212), (0.9, 0.589), (1.5, 0.860), (3.0, 1.206)]
)
def test_the_gradient_changes_by_a_constant_factor_per_time_step_back(gain, factor):
    """Four tanh layers, U from layer 3 to 2; the factor is about that of U and of the slopes."""
    network = Network.mlp(4, 32, "tanh", Init(scheme="xavier")).set_time_steps(30)
    network = network.add_skip(3, 2, kind="projection", init=Init(scheme="xavier", gain=gain))
    run = sv.train(network, steps=0, arms=("skip",), seeds=3)
    logs = [np.log(run.snapshot("gradient_over_time", "skip", s)[0, 2, :-1]) for s in range(3)]
    slopes = [np.polyfit(np.arange(20), log[-20:], 1)[0] for log in logs]
    assert np.exp(-np.mean(slopes)) == pytest.approx(factor, rel=0.2)


def test_above_the_source_nothing_comes_back_from_other_time_steps():
    network = Network.mlp(4, 16, "tanh").set_time_steps(5).add_skip(2, 1, kind="projection")
    run = sv.train(network, steps=0, arms=("skip", "plain"))
    with_loop, without = (run.snapshot("gradient_over_time", arm)[0] for arm in run.arms)
    assert (with_loop[2:4, :-1] == 0).all()
    assert (with_loop[:2, :-1] > 0).all()
    assert (without[:, :-1] == 0).all()
