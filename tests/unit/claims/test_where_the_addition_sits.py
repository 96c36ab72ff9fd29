"""He et al. 2016: after the addition nothing may stand in the way of the identity."""

import numpy as np
import pytest

import skipviz as sv
from skipviz.network import Init, Network
from skipviz.training import Run

PAIRS = tuple((k, k + 2) for k in range(1, 38, 2))


def at_first(activation: str, join: str) -> Run:
    """Gradients of the first weights of 40 layers, with a skip over every second."""
    network = Network.mlp(40, 64, activation, Init(scheme="xavier"))
    for source, target in PAIRS:
        network = network.add_skip(source, target, join=join)
    return sv.train(network, steps=0, arms=("skip", "plain"), seeds=3)


def first_layer(run: Run, arm: str) -> float:
    """|dL/dW_1|, geometric mean over the seeds."""
    norms = [run.gradient_norms(arm, seed=s)[0, 0] for s in range(3)]
    return float(np.exp(np.mean(np.log(norms))))


def test_a_sigmoid_after_the_addition_lets_the_gradient_vanish_all_the_same():
    inside, outside = (at_first("sigmoid", join) for join in ("preactivation", "output"))
    assert first_layer(inside, "plain") < 1e-20
    assert first_layer(inside, "skip") < 1e-10
    assert first_layer(outside, "skip") > 1e-3


@pytest.mark.parametrize("activation", ["relu", "tanh"])
def test_at_this_depth_a_relu_or_tanh_after_the_addition_does_no_such_harm(activation):
    run = at_first(activation, "preactivation")
    norms = run.gradient_norms("skip")[0]
    assert norms[0] / norms[-1] > 1e-2
