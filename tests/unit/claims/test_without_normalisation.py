"""Training 20 residual blocks with He weights and no norm: De and Smith 2020, ReZero 2020."""

import numpy as np
import pytest

import skipviz as sv
from skipviz import presets
from skipviz.network import Dense, Init, Scale, Style
from skipviz.presets.preset import Chain
from skipviz.training import Run


def trained(branch_scale: float | Scale) -> Run:
    chain = Chain()
    chain.add(Dense(width=64, order="post", activation="identity"))
    for _ in range(20):
        chain.block(Dense(width=64), Dense(width=64), branch_scale=branch_scale)
    network = chain.network(defaults=Style(order="pre", init=Init(scheme="he")))
    return sv.train(network, steps=100, arms=("skip",), seeds=3, probes="minimal")


def accuracies(run: Run) -> np.ndarray:
    """Of the test split after training, one per seed."""
    return np.array([run.accuracy("skip", "test", seed=s)[-1] for s in range(3)])


def test_skips_alone_let_states_and_gradients_explode():
    run = trained(1.0)
    first = run.gradient_norms("skip", of="state")[0]
    assert first[0] / first[-1] > 100, "about the root of 2 per block of two layers and more"
    assert accuracies(run).max() < 0.2


@pytest.mark.parametrize(
    "scale",
    [Scale(value=0, learned="scalar"), 20**-0.5],
    ids=["SkipInit", "one over root depth"],
)
def test_branches_that_start_small_train(scale):
    assert accuracies(trained(scale)).min() > 0.9


def test_in_rezero_only_the_gates_learn_at_first_and_the_layers_follow():
    """At the start every branch's gradient is exactly 0; after one update of the gates it is not.

    The gradient of the chain is that of the stem at every layer: the direct path is all there is.
    """
    run = sv.train(presets.load("rezero"), steps=2, arms=("skip",))
    norms = run.gradient_norms("skip")
    assert (norms[0, 1:] == 0).all()
    assert norms[0, 0] > 0
    assert (norms[1, 1:] > 0).all()
    states = run.gradient_norms("skip", of="state")[0]
    np.testing.assert_allclose(states, states[-1], rtol=1e-6)
