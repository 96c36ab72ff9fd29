"""Why layers get a gradient of exactly 0, as it is said."""

import pytest

from skipviz import presets
from skipviz.network import Dense, Init, Network, Scale
from skipviz.runs.verdict import finding
from skipviz.text import layers_text, number_text
from skipviz.training import train
from tests.unit.training.made_runs import text_of


@pytest.mark.parametrize("name", ["rezero", "skipinit"])
def test_branches_that_start_closed_get_nothing_yet(name):
    run = train(presets.load(name), steps=0, arms=("skip",))
    found = finding(run, "skip")
    assert found.state == "none in the last layer"
    assert found.zero == list(range(2, 42))
    assert "layers 2 to 41 get no gradient yet: learned scales that start at 0" in text_of(run)


def test_one_scale_that_closes_several_layers_is_one_and_has_its_own_gradient():
    network = Network.mlp(5, 8).add_skip(1, 3, branch_scale=Scale(value=0, learned="scalar"))
    network = network.add_skip(3, 5, branch_scale=Scale(value=1, learned="scalar"))
    run = train(network, steps=0, arms=("skip",))
    own, other = run.probe("branch_scale_gradient", "skip")[0]
    assert 0 < own < other
    assert (
        "layers 2 and 3 get no gradient yet: a learned scale that starts at 0 closes their branch. "
        f"The scale itself gets {number_text(own)}, so it opens first."
    ) in text_of(run)


def test_one_fixed_scale_of_0_closes_one_branch_whatever_its_length():
    network = Network.mlp(5, 8).add_skip(1, 3, branch_scale=Scale(value=0))
    text = text_of(train(network, steps=0, arms=("skip",)))
    assert "layers 2 and 3 get exactly 0: a fixed scale of 0 closes their branch." in text


def dense(*schemes, width=8):
    layers = [Dense(width=width, init=Init(scheme=scheme)) for scheme in schemes]
    return Network.of(layers=layers)


@pytest.mark.parametrize(
    ("network", "said"),
    [
        (
            dense("he", "zero", "zero", "he").add_skip(1, 3),
            "layers 2 and 3 get exactly 0: weights that started at 0 let nothing through",
        ),
        (
            dense("he", "he", "he").add_skip(1, 2, branch_scale=Scale(value=0)),
            "layer 2 gets exactly 0: a fixed scale of 0 closes its branch",
        ),
        (
            dense("zero", "zero", "zero").add_skip(1, 3),
            "no layer gets any gradient: weights that started at 0 let nothing through.",
        ),
        (
            dense("he", "he").change_readout(init=Init(scheme="zero")).add_skip(1, 2),
            "no layer gets any gradient: weights that started at 0 let nothing through.",
        ),
        (
            dense("he", "he", "he").change_layer(2, init=Init(scheme="he", gain=0)).add_skip(1, 3),
            "layer 3 gets exactly 0: weights that started at 0 let nothing through. With the "
            "skips, layer 2 gets exactly 0: weights that started at 0 leave its units off",
        ),
    ],
)
def test_why_layers_get_exactly_nothing(network, said):
    assert said in text_of(train(network, steps=0, arms=("skip",)))


def test_units_without_a_slope_are_named():
    network = Network.mlp(12, 8, "tanh", init=Init(scheme="he", gain=100.0)).add_skip(1, 3)
    run = train(network, steps=0, arms=("plain",), batch_size=1)
    flat = [k for k in range(1, 13) if run.snapshot("dead", "plain")[0, k - 1] == 1]
    assert flat
    assert f"every unit of {layers_text(flat)} is saturated for the whole batch" in text_of(run)


def test_weights_that_have_moved_away_from_0_are_no_reason_any_more():
    network = dense("he", "zero", "he", "he").change_defaults(activation="tanh").add_skip(1, 3)
    run = train(network, steps=20, learning_rate=90.0, arms=("skip",))
    assert (run.gradient_norms("skip")[:20, 1] > 0).any()
    assert finding(run, "skip").zero == [2, 3]
    assert "layers 2 and 3 get exactly 0: every unit of layer 3 is saturated" in text_of(run)


def test_saturated_units_that_let_a_little_through_close_nothing():
    network = Network.mlp(60, 16, "sigmoid").add_skip(1, 3)
    network = network.change_layer(60, width=1, init=Init(scheme="he", gain=30.0))
    run = train(network, steps=0, arms=("plain",), batch_size=1)
    assert run.snapshot("dead", "plain")[0, 59] == 1
    assert run.gradient_norms("plain")[0, 58] > 0
    assert "their gradients are too small for float32" in text_of(run)


def test_a_gradient_too_small_for_float32_is_no_dead_layer():
    network = Network.mlp(60, 32, "sigmoid").add_skip(1, 3)
    text = text_of(train(network, steps=0, arms=("plain",)))
    assert "too small for float32" in text
    assert "off for the whole batch" not in text
