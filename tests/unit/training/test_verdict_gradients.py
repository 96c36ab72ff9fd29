"""What is said of the gradients of a run, over all layers."""

import numpy as np
import pytest

from skipviz.network import Dense, Init, Network, Scale
from skipviz.runs.verdict import finding
from skipviz.runs.verdict.judging import Gradients, Growth, state_of
from skipviz.runs.verdict.zeros import units_called
from skipviz.training import train
from tests.unit.training.made_runs import FLAT, LEARNT, of_seeds, run_of, text_of
from tests.verdicts.rows import own_data


@pytest.mark.parametrize(
    ("norms", "state", "said"),
    [
        ((1e-9, 0.1, 0.5, 1), "vanished", "1 of 4 layers is starved: layer 1 gets 1 × 10⁻⁹ of"),
        ((1e-9, 1, 1e-8, 2), "vanished", "2 of 4 layers are starved: they get less than a"),
        ((0.3, 1, 2, 1), "healthy", "every layer gets at least 0.15 of the largest"),
        ((0.001, 1, 1, 1), "uneven", "of a layer is 1,000 times that of layer 1, though what"),
        ((0.0, 1, 1, 1), "vanished", "layer 1 gets exactly 0."),
        ((1, 0.0, 0.0, 1), "zero in some layers", "layers 2 and 3 get exactly 0."),
        ((0.0, 0.0, 0.0, 0.0), "no gradient", "no layer gets any gradient."),
    ],
)
def test_gradients_are_judged_over_all_layers(norms, state, said):
    run = run_of([norms], **LEARNT)
    assert finding(run, "skip").state == state
    assert said in text_of(run)


def test_what_is_found_is_exact():
    found = finding(run_of([(1e-9, 0.0, 1.0, 2.0)], **LEARNT), "skip")
    assert found.starved == [1]
    assert found.zero == [2]
    assert found.weakest == (1, pytest.approx(0.5e-9))
    assert found.ratio == pytest.approx(0.5e-9)
    assert found.outcome == "learns"


def test_the_other_layers_are_spoken_of_after_those_at_exactly_nothing():
    text = text_of(run_of([(1, 0.0, 0.5, 1)], **LEARNT))
    assert text.endswith(
        "With the skips, layer 2 gets exactly 0. "
        "With the skips, each of the other layers gets at least 0.5 of the largest gradient "
        "(layer 3 the least)."
    )


def test_a_share_of_exactly_a_millionth_is_not_starved():
    found = finding(run_of([(2.001e-6, 1.0, 1.0, 2.0)], **LEARNT), "skip")
    assert found.starved == []
    assert finding(run_of([(1.999e-6, 1.0, 1.0, 2.0)], **LEARNT), "skip").starved == [1]


def test_growth_compares_root_mean_squares_per_entry_from_end_to_end():
    network = Network.of(layers=[Dense(width=w) for w in (4, 4, 4, 16)])
    run = run_of(
        [FLAT],
        network=network,
        state_gradient=[6.0, 1, 1, 2.0, 1],
        state_rms=[0.5, 1, 1, 4.0, 1],
        **LEARNT,
    )
    # |dL/ds_1| = 6 over 4 entries, |dL/ds_4| = 2 over 16: (6 / 2) / (2 / 4)
    assert finding(run, "skip").growth == pytest.approx((6.0, 8.0))


def test_the_gradient_vanishes_where_it_shrinks_along_the_depth():
    run = run_of([(1e-3, 0.1, 0.5, 1)], state_gradient=[1e-3, 0.1, 0.5, 1, 1], **LEARNT)
    assert finding(run, "skip").state == "vanishing"
    assert "vanishing on its way down: layer 1 gets 0.001 of the largest" in text_of(run)


def test_a_gradient_that_arrives_at_the_first_layer_has_not_vanished_on_its_way():
    run = run_of([(0.5, 1e-3, 0.5, 1)], state_gradient=[1e-3, 0.1, 0.5, 1, 1], **LEARNT)
    assert finding(run, "skip").state == "uneven"
    assert "1,000 times that of layer 2, though layer 1 gets 0.5 of the largest." in text_of(run)


def test_a_first_layer_that_has_the_largest_gradient_is_said_to_have_it():
    run = run_of([(1, 1e-3, 0.5, 1)], state_gradient=[1e-3, 0.1, 0.5, 1, 1], **LEARNT)
    assert "layer 1 gets the largest gradient, 1,000 times that of layer 2." in text_of(run)


def test_a_batch_that_is_learned_to_a_loss_of_0_leaves_no_gradient_and_is_no_dead_network():
    """The logits of two classes a thousand apart: softmax and its gradient are exact in float32."""
    draw = np.random.default_rng(0)
    x = draw.choice([-1.0, 1.0], (200, 1)) * draw.uniform(3, 4, (200, 1))
    labels = (x[:, 0] > 0).astype(int)
    network = Network.mlp(2, 16, "tanh").add_skip(1, 2)
    run = train(network, data=own_data(x, labels, "Two"), steps=60, learning_rate=30.0)
    assert run.loss("skip")[-1] == 0
    assert finding(run, "skip").state == "no gradient"
    assert text_of(run).endswith(
        "With the skips, no layer gets any gradient: the loss of the batch is 0, "
        "so there is nothing left to learn from it."
    )


def test_no_layer_gets_any_is_not_said_twice():
    text = text_of(run_of([(0.0, 0.0, 0.0, 0.0)], **LEARNT))
    assert text.endswith("With the skips, no layer gets any gradient.")


def test_a_mean_over_positions_is_no_vanishing():
    conv, scale = {"kind": "conv1d", "channels": 8, "init": {"scheme": "he"}}, Scale(value=1e-3)
    layers = [conv, conv, conv, {"kind": "global_pool"}, Dense(width=8)]
    network = Network.of(layers=layers).add_skip(1, 2, branch_scale=scale)
    network = network.add_skip(2, 3, branch_scale=scale)
    run = train(network, data="vowels", steps=0, batch_size=8, arms=("skip",))
    found = finding(run, "skip")
    assert found.growth.gradient < 0.01
    assert found.weakest[1] < 0.01
    assert found.state == "uneven"


def test_the_growth_between_states_of_two_sizes_is_that_of_an_entry():
    network = Network.of(layers=[Dense(width=w) for w in (4, 4, 4, 16)]).add_skip(1, 3)
    run = run_of([FLAT], network=network, state_gradient=[5e4, 1e3, 1e1, 1, 1])
    assert "|∂L/∂s| per entry grows 1 × 10⁵-fold" in text_of(run)


def test_an_explosion_is_seen_in_states_where_weight_gradients_are_level():
    run = run_of([FLAT], state_gradient=[5e4, 1e3, 1e1, 1, 1], state_rms=[1, 1e2, 1e3, 4e4, 1])
    assert finding(run, "skip").state == "exploding"
    assert "from layer 4 down to layer 1, |∂L/∂s| grows 5 × 10⁴-fold" in text_of(run)
    assert "the signal grows 4 × 10⁴-fold from layer 1 to layer 4" in text_of(run)


def test_a_loss_that_begins_far_from_guessing_is_said():
    run = run_of([FLAT], losses=((7e4, 7e4),), state_rms=[1, 1e2, 1e3, 4e4, 1], steps=200)
    assert "the loss begins at 7 × 10⁴, where guessing has 2.30" in text_of(run)


def test_starved_layers_are_as_many_as_the_summary_lists():
    run = of_seeds([(0, 1, 1, 1), (5e-7, 1, 1, 1), (1, 1, 1, 1)])
    assert finding(run, "skip").starved == [1]
    assert "in 1 of 3 seeds some layer is starved" in text_of(run)
    run = of_seeds([(5e-7, 5e-8, 1, 1), (5e-7, 1, 1, 1), (1, 5e-7, 5e-8, 1)])
    none_in_all = "they get less than a millionth of the largest gradient. Medians"
    assert f"2 (1 to 2) of 4 layers are starved: {none_in_all}" in text_of(run)
    run = of_seeds([(5e-7, 1, 1, 1), (5e-7, 5e-8, 1, 1), (5e-8, 1, 1, 1)])
    assert "1 (1 to 2) of 4 layers are starved" in text_of(run)
    assert "layer 1 gets 5 × 10⁻⁷ (5 × 10⁻⁸ to 5 × 10⁻⁷) of it" in text_of(run)


def test_an_uneven_gradient_may_shrink_somewhat():
    run = run_of([(0.005, 0.1, 0.5, 1)], state_gradient=[0.012, 0.1, 0.5, 1, 1], **LEARNT)
    assert finding(run, "skip").state == "uneven"
    assert text_of(run).endswith("the largest gradient of a layer is 200 times that of layer 1.")
    run = run_of([(0.001, 0.1, 0.5, 1)], state_gradient=[0.012, 0.1, 0.5, 1, 1], **LEARNT)
    assert "1,000 times that of layer 1, though what is handed down" in text_of(run)


def test_nothing_is_said_of_a_way_down_to_a_layer_above_the_one_that_gets_most():
    run = run_of([(0.5, 1, 1e-3, 0.5)], **LEARNT)
    assert text_of(run).endswith("the largest gradient of a layer is 1,000 times that of layer 3.")


@pytest.mark.parametrize(
    ("first", "handed_on"),
    [(0.5, "layer 1 gets 0.5 of the largest"), (1.0, "the largest is that of layer 1")],
)
def test_a_gradient_that_fades_under_a_long_skip_is_said_to(first, handed_on):
    """What is compared from end to end shows nothing of it: the skip hands it on to the bottom."""
    run = run_of([(first, 1e-3, 0.5, 1)], state_gradient=[1, 1e-3, 0.5, 1, 1], **LEARNT)
    assert (
        "the gradient is vanishing on its way down: layer 2 gets 0.001 of the largest. "
        f"Past there skips hand it on: {handed_on}." in text_of(run)
    )


def test_a_skip_hands_nothing_on_where_nothing_arrives():
    """Layer 1 gets its share another way: the skip 1 → 3 ends where the gradient has faded too."""
    run = run_of([(0.5, 1e-3, 0.5, 1)], state_gradient=[1, 1e-3, 1e-3, 1, 1], **LEARNT)
    assert "hand it on" not in text_of(run)
    assert "layer 2" in text_of(run)


def test_what_is_handed_down_is_held_against_the_layer_of_the_largest_gradient():
    """From layer 3 to layer 1 it shrinks as far, though from the last to layer 3 it has grown."""
    run = run_of([(1e-3, 0.1, 1, 0.5)], state_gradient=[5, 50, 5000, 1, 1], **LEARNT)
    assert text_of(run).endswith("of a layer is 1,000 times that of layer 1.")
    run = run_of([(1e-3, 0.1, 1, 0.5)], state_gradient=[500, 500, 5000, 1, 1], **LEARNT)
    assert "1,000 times that of layer 1, though what is handed down" in text_of(run)


def test_layers_that_all_get_next_to_nothing_are_short_of_gradient():
    run = run_of([(1e-9, 1.5e-9, 2e-9, 2e-9)], losses=((2.3, 2.3),))
    assert "though no layer is short of gradient" not in text_of(run)
    assert (
        "all layers get little beside the readout: the largest gradient of a layer is "
        "2 × 10⁻⁹, that of the readout 1." in text_of(run)
    )
    assert "though no layer is short of gradient" in text_of(run_of([FLAT]))


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ((FLAT, FLAT, (1, 1, 1e-4, 1)), "in 1 of 3 seeds some layer gets less than a hundredth"),
        ((FLAT, FLAT, (1, 1, 1e-9, 1)), "in 1 of 3 seeds some layer is starved"),
        ((FLAT, FLAT, (0, 0, 0, 0)), "in 1 of 3 seeds no layer gets any gradient."),
        (
            (FLAT, FLAT, FLAT, (0, 0, 0, 0), (0, 1, 1, 1)),
            "in 1 of 5 seeds no layer gets any gradient. "
            "With the skips, in 1 more of 5 seeds some layer gets a gradient of exactly 0.",
        ),
    ],
)
def test_what_is_short_in_some_seeds_is_not_called_enough(rows, said):
    text = text_of(of_seeds(rows))
    assert said in text
    assert "at least" not in text


def test_behind_a_mean_over_positions_the_signal_fades_alone():
    """A mean over 256 of them: each entry of dL/ds has a 256-th, the sum of them what it had."""
    even = Gradients((1, 2), np.array([0.37, 1.0]))
    growth = Growth(gradient=0.6 / 256, state=0.0033)
    assert state_of(even, growth, left=0.6, ratio=0.37, outcome="learns") == "healthy"
    assert state_of(even, growth, left=0.6 / 256, ratio=0.37, outcome="learns") == "fading"
    unknown = growth._replace(gradient=np.nan)  # of layers that are cut off
    assert state_of(even, unknown, left=0.0, ratio=0.37, outcome="learns") == "healthy"


def test_layers_at_exactly_0_are_not_among_those_counted_as_starved():
    run = run_of([(0, 1e-9, 1e-8, 1)], **LEARNT)
    assert "2 of 4 layers are starved, not counting those that get exactly 0" in text_of(run)
    assert "layer 1 gets exactly 0" in text_of(run)


def test_gradient_and_signal_that_fade_together_leave_no_layer_a_gradient():
    """Xavier's weights halve both at every relu: 2⁻²⁰ and less, though all layers get alike."""
    run = train(Network.mlp(40, 64, "relu", init="xavier", skips=((1, 3),)), steps=0)
    found = finding(run, "plain")
    assert found.state == "fading"
    assert found.weakest[1] > 0.1
    assert max(found.growth) < 2.0**-17
    norms = run.gradient_norms("plain")[0]
    assert norms.max() < 1e-5
    assert "gradient and signal fade together: the largest gradient of a layer is" in text_of(run)


def test_a_network_whose_gradient_fades_is_not_said_to_have_enough_of_it():
    network = Network.mlp(30, 32, "relu", skips=((1, 3),)).change_defaults(bias=False)
    run = train(network, steps=60, arms=("plain",))
    assert finding(run, "plain").outcome == "hardly learns"
    assert "though no layer is short" not in text_of(run)
    assert "fade together" in text_of(run)


def test_a_gradient_that_grows_through_time_is_said_to_explode():
    network = Network.mlp(4, 32, "tanh", init=Init(scheme="xavier", gain=3.0))
    network = network.add_skip(3, 2, kind="projection").set_time_steps(20)
    run = train(network, steps=0)
    norms = np.sqrt((run.snapshot("gradient_over_time", "skip")[0, :4] ** 2).sum(0))
    assert norms[0] / norms[-1] > 1e3
    assert finding(run, "skip").state == "exploding"
    assert "from time step 20 back to step 1, |∂L/∂s| grows" in text_of(run)


def test_units_are_off_saturated_or_flat_by_their_activation():
    for activation, called in (("gelu", "off"), ("tanh", "saturated"), ("relu6", "flat")):
        network = Network.mlp(2, 4, activation, skips=((1, 2),))
        assert units_called(run_of([FLAT], network=network), [1, 2]) == called


def test_gradients_whose_squares_overflow_are_measured_and_no_failure():
    network = Network.mlp(70, 32, "identity", init=Init(scheme="orthogonal", gain=2.0))
    network = network.change_defaults(init={"scheme": "orthogonal", "gain": 2.0})
    run = train(network, steps=0, arms=("skip",))
    assert run.failures == ()
    assert 1e20 < run.gradient_norms("skip")[0, 0] < 1e23
    assert finding(run, "skip").state == "exploding"


@pytest.mark.parametrize(
    ("layers", "said"),
    [
        ([{"kind": "identity", "norm": "layer"}], "No layer has weights"),
        ([{"kind": "identity"}, {"kind": "dense", "width": 4}], "Only layer 2 has weights"),
    ],
)
def test_where_there_is_nothing_to_compare_the_sentence_says_so(layers, said):
    run = train(Network.of(layers=layers), steps=0)
    assert text_of(run).startswith(said)
    assert finding(run, "skip").state == "too few weights"
