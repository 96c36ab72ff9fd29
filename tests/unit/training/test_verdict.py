"""What a run is said to show, from frames made for the purpose."""

from dataclasses import replace

import numpy as np
import pytest

from skipviz import presets
from skipviz.arms import Arm
from skipviz.network import Dense, Init, Network, Scale
from skipviz.runs.verdict import finding, pieces_of, verdict
from skipviz.settings import Settings
from skipviz.text import layers_text, loss_text, number_text, percent_text, score_text
from skipviz.training import Evaluation, Failure, Frame, Run, train

NETWORK = Network.mlp(depth=4, width=4, skips=((1, 3),))
FLAT = (1.0, 1.0, 1.0, 1.0)


def run_of(
    norms,
    losses=((2.3, 2.3),),
    scores=((0.1, 0.1),),
    arms=("skip",),
    steps=200,
    network=NETWORK,
    train_scores=None,
    **probes,
) -> Run:
    """`norms` |dL/dW_k| per arm and layer; training losses and test scores per arm, first and last.

    Two frames, at step 0 and at the last; `probes` replace the norms of states and their sizes.
    """
    run = Run(network, Settings(arms=arms, steps=steps))
    for place, step in enumerate((0, steps)):
        weights = np.array([[[*norm, 1.0]] for norm in norms])
        given = {"state_gradient": np.ones_like(weights), "state_rms": np.ones_like(weights)}
        given |= {name: np.array([[value]] * len(norms)) for name, value in probes.items()}
        loss = np.array([[each[place]] for each in losses])
        score = np.array([[each[place]] for each in scores])
        fitted = score if train_scores is None else np.array([[s[place]] for s in train_scores])
        done = Evaluation(loss, fitted, loss, score)
        run.extend([Frame(step, 0.1, loss, score, {"weight_gradient": weights, **given}, done)])
    return run


def text_of(run, at=-1):
    return str(verdict(run, at))


LEARNT = {"losses": ((2.3, 0.1),), "scores": ((0.1, 0.96),)}


@pytest.mark.parametrize(
    ("norms", "state", "said"),
    [
        ((1e-9, 0.1, 0.5, 1), "vanished", "1 of 4 layers is starved: layer 1 gets 1 × 10⁻⁹ of"),
        ((1e-9, 1, 1e-8, 2), "vanished", "2 of 4 layers are starved: they get less than a"),
        ((0.3, 1, 2, 1), "healthy", "every layer gets at least 0.15 of the largest"),
        ((0.001, 1, 1, 1), "uneven", "spread unevenly: layer 1 gets 0.001 of the largest, though"),
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
    assert "layer 2 gets 0.001 of the largest, though layer 1 gets 0.5." in text_of(run)


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


@pytest.mark.parametrize(
    ("loss", "score", "steps", "outcome"),
    [
        (0.1, 0.96, 200, "learns"),
        (2.15, 0.32, 200, "learns"),
        (2.3, 0.1, 200, "hardly learns"),
        (2.2, 0.18, 200, "hardly learns"),
        (2.3, 0.1, 49, "early"),
        (2.25, 0.28, 5, "early"),
        (3.6, 0.1, 200, "worse"),
        (272.0, 0.3, 5, "worse"),
    ],
)
def test_what_was_learned_is_told_from_whole_splits(loss, score, steps, outcome):
    run = run_of([FLAT], losses=((2.3, loss),), scores=((0.1, score),), steps=steps)
    assert finding(run, "skip").outcome == outcome


def test_at_the_initial_weights_it_is_too_early_and_only_gradients_are_spoken_of():
    run = run_of([FLAT], **LEARNT)
    assert finding(run, "skip", at=0).outcome == "early"
    assert verdict(run, at=0).learned == ()


def test_a_score_of_a_few_steps_is_called_early():
    run = run_of([FLAT], losses=((2.3, 2.2),), scores=((0.1, 0.2),), steps=5)
    assert "20 % of the test digits are right so far (chance 10 %): it is too early" in text_of(run)


BOTH = {"arms": ("skip", "plain"), "norms": [FLAT, FLAT]}


def test_both_scores_stand_in_one_sentence_and_their_numbers_are_coloured():
    run = run_of(**BOTH, losses=((2.3, 0.1), (2.3, 2.3)), scores=((0.1, 0.96), (0.1, 0.08)))
    first = verdict(run).learned[0]
    assert str(first) == (
        "With the skips 96 % of the test digits are right, without them 8 % (chance 10 %)."
    )
    coloured = [(text, arm) for text, arm in first.pieces if arm]
    assert coloured == [("96 %", "skip"), ("8 %", "plain")]


def test_it_says_when_the_skips_made_it_worse():
    run = run_of(**BOTH, losses=((1, 0.275), (1, 0.0033)), scores=((0, 0.73), (0, 0.995)))
    assert "only 73 %" in text_of(run)
    assert "here the skips make it worse" in text_of(run)


def test_a_hair_s_breadth_is_not_called_worse():
    run = run_of(**BOTH, losses=((2.3, 0.12), (2.3, 0.1)), scores=((0.1, 0.95), (0.1, 0.96)))
    assert "worse" not in text_of(run)


def test_healthy_and_not_learning_is_degradation_and_said_as_such():
    run = run_of([FLAT])
    assert finding(run, "skip").state == "not training"
    assert "it hardly learns, though no layer is short of gradient" in text_of(run)
    assert "the training loss goes from 2.30 to 2.30" in text_of(run)


def test_an_uneven_gradient_is_no_reason_to_call_it_healthy():
    assert "though" not in text_of(run_of([(0.05, 1, 1, 1)]))


def test_what_is_learned_by_heart_is_said():
    run = run_of([FLAT], losses=((1.4, 0.01),), scores=((0.1, 0.11),), train_scores=((0.1, 1.0),))
    assert finding(run, "skip").outcome == "learns"
    assert "training data (100 % right) does not carry over to the test data" in text_of(run)


def test_nan_is_a_failure():
    run = run_of([(np.nan, 1, 1, 1)], losses=((2.3, np.nan),), scores=((0.1, np.nan),))
    found = finding(run, "skip")
    assert (found.state, found.outcome) == ("failed", "failed")
    assert np.isnan(found.ratio)
    assert text_of(run).startswith("With the skips, training broke down (NaN or infinite).")


def test_a_failure_is_told_with_its_place_whatever_the_last_numbers_are():
    run = run_of([FLAT], **LEARNT)
    run.failures = (Failure("skip", 0, 7, 2, "gradient"),)
    assert finding(run, "skip", at=0).state == "healthy"
    assert finding(run, "skip").state == "failed"
    assert "broke down at step 7: the gradient of layer 2 became NaN or infinite" in text_of(run)


def test_a_run_that_only_skips_broke_says_so():
    run = run_of(**BOTH, losses=((2.3, 2.3), (2.3, 0.1)), scores=((0.1, 0.1), (0.1, 0.9)))
    run.failures = (Failure("skip", 0, 7, 2, "state"),)
    assert "Only with the skips does it break down: here they make it worse." in text_of(run)
    assert "Without the skips, 90 % of the test digits are right" in text_of(run)


def test_an_arm_whose_update_is_no_gradient_of_its_loss_is_excused():
    run = run_of([FLAT], arms=("gradient_only",), losses=((2.3, 9.0),))
    assert "not the gradient of the arm's own loss" in text_of(run)


def test_a_chain_without_skips_is_judged_alone():
    run = run_of(**BOTH, network=NETWORK.without_skips(), losses=((2.3, 0.1),) * 2,
                 scores=((0.1, 0.9),) * 2)  # fmt: skip
    text = text_of(run)
    assert text.startswith("In this chain, 90 % of the test digits are right (chance 10 %).")
    assert text.endswith("This network has no skips, so there is nothing to compare yet.")
    assert "ith the skips" not in text


def test_own_arms_go_by_their_names():
    arm = Arm(name="half", forward=0.5, backward=0.5)
    run = Run(NETWORK, Settings(arms=(arm,), steps=0))
    weights = np.ones((1, 1, 5))
    probes = {"weight_gradient": weights, "state_gradient": weights, "state_rms": weights}
    run.extend([Frame(0, 0.1, np.ones((1, 1)), np.ones((1, 1)), probes)])
    assert text_of(run).startswith("In the arm half, every layer gets at least 1")


def test_seeds_are_summed_up_by_their_median_and_range():
    run = Run(NETWORK, Settings(arms=("skip",), steps=200, seeds=3))
    for step, factor in ((0, 0.0), (200, 1.0)):
        weights = np.array([[[1e-9, 1, 1, 1, 1], [1, 1, 1, 1, 1], [1e-8, 1e-8, 1, 1, 1]]])
        loss = np.array([[2.3, 2.3, 2.3]]) - factor * np.array([[2.0, 2.1, 2.2]])
        score = 0.1 + factor * np.array([[0.8, 0.85, 0.86]])
        probes = dict.fromkeys(("weight_gradient", "state_gradient", "state_rms"), weights)
        done = Evaluation(loss, score, loss, score)
        run.extend([Frame(step, 0.1, loss, score, probes, done)])
    text = text_of(run)
    assert "95 % (90 % to 96 %) of the test digits are right" in text
    assert "1 (0 to 2) of 4 layers" in text
    assert text.endswith("Medians of 3 seeds, the range in brackets.")
    assert finding(run, "skip").starved == [1]
    assert finding(run, "skip").test_accuracy == pytest.approx(0.95)


def test_seeds_that_broke_down_are_counted_and_the_others_judged():
    run = train(NETWORK, steps=2, seeds=3, arms=("skip",))
    run.failures = (Failure("skip", 1, 1, 2, "state"),)
    assert "With the skips, 1 of 3 seeds broke down (NaN or infinite)." in text_of(run)
    assert finding(run, "skip").state != "failed"
    run.failures += (Failure("skip", 2, 1, 2, "state"),)
    assert finding(run, "skip").state == "failed"


def of_seeds(rows, losses=None, failures=(), quantity="state"):
    """One arm that learns with a seed for each of `rows` |dL/dW_k|; `losses` at the end."""
    run = Run(NETWORK, Settings(arms=("skip",), steps=200, seeds=len(rows)))
    for step in (0, 200):
        weights = np.array([[[*row, 1.0] for row in rows]])
        loss, score = np.full((2, 1, len(rows)), [[[2.3]], [[0.1]]])
        if step:
            loss, score = np.array([losses or [0.1] * len(rows)]), 9 * score
        sound = {"state_gradient": np.ones_like(weights), "state_rms": np.ones_like(weights)}
        done = Evaluation(loss, score, loss, score)
        batch = np.full((1, len(rows)), 2.3)
        run.extend([Frame(step, 0.1, batch, batch, {"weight_gradient": weights, **sound}, done)])
    run.failures = tuple(Failure("skip", k, 7 + k, layer, quantity) for k, layer in failures)
    return run


def test_a_split_that_overflows_where_its_batch_does_not_is_a_failure():
    run = of_seeds([FLAT], losses=[np.nan])
    assert finding(run, "skip").outcome == "failed"
    assert text_of(run) == "With the skips, training broke down (NaN or infinite)."


def test_a_split_that_overflows_at_the_start_only_is_no_reason_to_call_the_end_worse():
    run = run_of([FLAT], losses=((np.nan, 0.1),), scores=((0.1, 0.9),))
    frame = run.frames[0]
    sound = Run(NETWORK, run.settings)
    sound.extend([replace(frame, loss=np.full((1, 1), 2.3)), run.frames[1]])
    assert finding(sound, "skip").outcome == "learns"


def test_one_seed_that_overflows_does_not_hide_the_others():
    text = text_of(of_seeds([FLAT] * 3, losses=[np.inf, 0.1, 0.1]))
    assert "With the skips, 1 of 3 seeds broke down (NaN or infinite)." in text
    assert "90 % (90 % to 90 %) of the test digits are right" in text


def test_test_data_without_a_score_are_said_to_have_none():
    run = run_of([FLAT], losses=((2.3, 0.1),), scores=((0.1, np.nan),), train_scores=((0.1, 0.9),))
    assert "the outputs for the test data are NaN or infinite: they have no score" in text_of(run)


def test_seeds_that_broke_down_are_counted_where_they_are_most():
    text = text_of(of_seeds([FLAT] * 3, failures=[(0, 2), (1, 3)]))
    assert "training broke down with 2 of 3 seeds, first at step 7: the state of layer 2" in text


@pytest.mark.parametrize(
    ("quantity", "said"),
    [("state", "the state of the readout became NaN"), ("loss", ": the loss became NaN")],
)
def test_a_failure_behind_the_last_layer_is_no_layer_s(quantity, said):
    assert said in text_of(of_seeds([FLAT], failures=[(0, 5)], quantity=quantity))


def test_starved_layers_are_as_many_as_the_summary_lists():
    run = of_seeds([(0, 1, 1, 1), (5e-7, 1, 1, 1), (1, 1, 1, 1)])
    assert finding(run, "skip").starved == [1]
    assert "1 (0 to 1) of 4 layers are starved" in text_of(run)


def test_the_least_of_several_seeds_is_that_of_every_layer():
    text = text_of(of_seeds([(0.5, 1, 1, 1), (0.6, 0, 1, 1), (0.7, 1, 1, 1)]))
    assert "every layer gets at least 0.6 (0 to 0.7) of the largest gradient (layer 1" in text


def test_medians_are_said_to_be_of_the_seeds_that_did_not_break_down():
    one, all_broken = (of_seeds([FLAT] * 3, failures=[(k, 2) for k in range(n)]) for n in (1, 3))
    assert text_of(one).endswith("Medians of those of 3 seeds that did not break down, "
                                 "the range in brackets.")  # fmt: skip
    assert "Medians" not in text_of(all_broken)


def test_a_row_that_there_is_not_is_named():
    with pytest.raises(IndexError, match="has 0 rows so far"):
        verdict(Run(NETWORK, Settings()))
    with pytest.raises(IndexError, match="no row -3"):
        verdict(run_of([FLAT]), at=-3)


def test_a_run_broken_without_skips_too_is_not_blamed_on_them():
    arms = ("plain", "skip", "gradient_only")
    run = run_of([FLAT] * 3, arms=arms, losses=((2.3, 0.1),) * 3, scores=((0.1, 0.9),) * 3)
    run.failures = (Failure("skip", 0, 7, 2, "state"),)
    assert "Only with the skips" in text_of(run)
    run.failures += (Failure("gradient_only", 0, 7, 2, "state"),)
    assert "Only with the skips" not in text_of(run)


def test_too_early_is_not_said_beside_what_has_been_learned_by_heart():
    run = run_of([FLAT], losses=((1.4, 0.9),), scores=((0.1, 0.1),), train_scores=((0.1, 0.9),),
                 steps=10)  # fmt: skip
    assert "too early" in text_of(run)
    assert "carry over" not in text_of(run)


def test_the_skips_are_not_blamed_before_both_arms_can_be_judged():
    at_20 = {"losses": ((2.3, 2.2), (2.3, 1.5)), "scores": ((0.1, 0.12), (0.1, 0.5)), "steps": 20}
    assert finding(run_of(**BOTH, **at_20), "plain").outcome == "learns"
    assert "make it worse" not in text_of(run_of(**BOTH, **at_20))
    assert "make it worse" in text_of(run_of(**BOTH, **at_20 | {"steps": 200}))


def test_an_arm_is_judged_by_the_step_of_its_evaluation():
    run = run_of([FLAT], steps=45)
    weights = np.ones((1, 1, 5))
    probes = dict.fromkeys(("weight_gradient", "state_gradient", "state_rms"), weights)
    run.extend([Frame(60, 0.1, np.full((1, 1), 2.3), np.full((1, 1), 0.1), probes)])
    assert finding(run, "skip").outcome == "early"


def test_an_uneven_gradient_may_shrink_somewhat():
    run = run_of([(0.005, 0.1, 0.5, 1)], state_gradient=[0.012, 0.1, 0.5, 1, 1], **LEARNT)
    assert finding(run, "skip").state == "uneven"
    assert "though from state to state it does not shrink that far." in text_of(run)


@pytest.mark.parametrize(
    ("score", "text"),
    [(0.9997, "0.999"), (1.0, "1.00"), (0.994, "0.994"), (-0.003, "0.00"), (-1.25, "-1.25")],
)
def test_r2_reads_as_1_only_where_it_is_and_has_no_negative_zero(score, text):
    assert score_text(score) == text


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
            "no layer gets any gradient. With the skips, layers 1 to 3 get exactly 0: weights that",
        ),
        (
            dense("he", "he").change_readout(init=Init(scheme="zero")).add_skip(1, 2),
            "layers 1 and 2 get exactly 0: weights that started at 0 let nothing through",
        ),
        (
            dense("he", "he", "he").change_layer(2, init=Init(scheme="he", gain=0)).add_skip(1, 3),
            "layers 2 and 3 get exactly 0: weights that started at 0 let nothing through",
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


def test_projections_make_the_network_larger_and_it_says_so():
    network = Network.mlp(3, 8).add_skip(1, 2, kind="projection")
    run = train(network, steps=0)
    whole, bare = (n.count_parameters((64,), 10) for n in (network, network.without_skips()))
    share = f"{100 * (whole - bare) / whole:.0f} %"
    assert f"The skip is a learned projection with {share} of all weights" in text_of(run)


def test_regression_speaks_of_r2():
    run = train(NETWORK, data="plane", steps=60)
    assert "R² on the test data is" in text_of(run)
    assert "%" not in text_of(run)


def test_the_summary_keeps_its_keys_and_gains_what_was_found():
    run = train(NETWORK, steps=3)
    told = run.summary()["arms"]["skip"]
    assert {"arm", "ratio", "state", "loss", "test_accuracy", "parameters", "macs"} <= set(told)
    assert {"starved", "zero", "weakest", "growth", "outcome"} <= set(told)
    assert run.summary()["verdict"] == text_of(run)


def test_a_lean_run_is_judged_without_the_size_of_states():
    run = train(NETWORK, steps=3, probes="lean")
    assert np.isnan(finding(run, "skip").growth.state)
    assert text_of(run)


def test_sentences_are_whole_messages_with_a_space_between():
    run = train(NETWORK, steps=3)
    assert "".join(text for text, _ in pieces_of(verdict(run).messages)) == text_of(run)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (0.184, "0.18"),
        (42.3, "42"),
        (99.7, "100"),
        (1234.0, "1234"),
        (6.2e-15, "6.2 × 10⁻¹⁵"),
    ],
)
def test_numbers_are_written_as_people_write_them(value, text):
    assert number_text(value) == text


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0, "0 %"),
        (1, "100 %"),
        (0.963, "96 %"),
        (0.004, "0.4 %"),
        (0.9996, "99.9 %"),
        (1e-9, "0.1 %"),
    ],
)
def test_percents_are_0_or_100_only_where_they_are(share, text):
    assert percent_text(share) == text


@pytest.mark.parametrize(
    ("loss", "text"), [(2.3, "2.30"), (0.0486, "0.049"), (272.4, "272"), (7e4, "7 × 10⁴")]
)
def test_losses_show_small_differences(loss, text):
    assert loss_text(loss) == text


@pytest.mark.parametrize(
    ("layers", "text"),
    [
        ([3], "layer 3"),
        ([2, 3], "layers 2 and 3"),
        ([2, 3, 4, 9], "layers 2 to 4 and 9"),
        ([1, 3, 5], "layers 1, 3 and 5"),
        ([1, 3, 5, 7, 9], "5 layers (the first is layer 1)"),
    ],
)
def test_layers_are_listed_as_people_do(layers, text):
    assert layers_text(layers) == text
