"""What a run is said to show, from frames made for the purpose."""

import numpy as np
import pytest

from skipviz.arms import Arm, Gain
from skipviz.network import Network
from skipviz.report.tables import arms_table
from skipviz.runs.brief import score_heading
from skipviz.runs.verdict import finding, pieces_of, verdict
from skipviz.settings import Settings
from skipviz.training import Failure, Frame, Run, train
from tests.chinese import chinese
from tests.unit.training.made_runs import (
    BOTH,
    FLAT,
    LEARNT,
    NETWORK,
    of_seeds,
    run_of,
    text_of,
    with_row,
)


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
    assert "only 73.0 %" in text_of(run)
    assert "(chance 10 %): worse with this seed." in text_of(run)
    run = run_of(**BOTH, losses=((1, 0.9), (1, 0.0033)), scores=((0, 0.43), (0, 0.995)))
    assert "here the skips make it worse" in text_of(run)


def test_arms_that_both_hardly_learn_are_not_ranked_by_scores_of_the_initial_weights():
    losses, scores = ((10.74, 10.74), (2.47, 2.47)), ((0.09, 0.09), (0.15, 0.15))
    run = run_of(**BOTH, losses=losses, scores=scores)
    assert finding(run, "plain").outcome == "hardly learns"
    assert "worse" not in text_of(run)
    assert "only" not in text_of(run)


def test_a_hair_s_breadth_is_not_called_worse():
    for loss, score in ((1.15, 0.6), (1.3, 0.69)):  # of the loss, of the score
        losses, scores = ((2.3, loss), (2.3, 1.0)), ((0.1, score), (0.1, 0.7))
        assert "worse" not in text_of(run_of(**BOTH, losses=losses, scores=scores))


def test_statistics_of_a_few_batches_are_no_reason_to_call_a_run_worse():
    normed = NETWORK.change_defaults(norm="batch")
    few = run_of([FLAT], losses=((3.4, 7e6),), network=normed, steps=19)
    assert finding(few, "skip").outcome == "early"
    assert "worse" not in text_of(few)
    enough = run_of([FLAT], losses=((3.4, 7e6),), network=normed, steps=20)
    assert finding(enough, "skip").outcome == "worse"
    without = run_of([FLAT], losses=((3.4, 7e6),), steps=5)
    assert finding(without, "skip").outcome == "worse"


def test_two_arms_that_both_fit_their_data_are_not_told_apart_by_a_loss_of_nearly_nothing():
    run = run_of(**BOTH, losses=((0.7, 2e-5), (0.7, 1e-5)), scores=((0.5, 0.94), (0.5, 0.98)))
    assert "worse" not in text_of(run)
    run = run_of(**BOTH, losses=((0.7, 0.02), (0.7, 0.01)), scores=((0.5, 0.94), (0.5, 0.98)))
    assert "worse" in text_of(run)


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
    said = "100 % of the training data are right, but what is learned of them does not carry over"
    assert said in text_of(run)


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


@pytest.mark.parametrize("first", ["skip", "plain"])
def test_of_arms_that_broke_down_the_first_is_told_first(first):
    run = run_of(**BOTH, losses=((2.3, 9.0),) * 2, scores=((0.1, 0.1),) * 2)
    steps = {"skip": 13, "plain": 13} | {first: 3}
    run.failures = tuple(Failure(arm, 0, step, 2, "state") for arm, step in steps.items())
    text = text_of(run)
    assert 0 <= text.index("broke down at step 3") < text.index("broke down at step 13")


@pytest.mark.parametrize(
    ("arm", "excused"),
    [
        ("gradient_only", True),
        ("forward_only", True),
        ("skip", False),
        (Arm(name="own", forward=0.5, backward=1), True),
        (Arm(name="own", exceptions=(Gain(source=1, target=3, forward=1, backward=2),)), True),
        (Arm(name="own", exceptions=(Gain(source=7, target=9, forward=1, backward=2),)), False),
        (Arm(name="own", forward=0.5, backward=0.5), False),
    ],
)
def test_an_arm_whose_update_is_no_gradient_of_its_loss_is_excused(arm, excused):
    run = run_of([FLAT], arms=(arm,), losses=((2.3, 9.0),))
    assert ("not the gradient of the arm's own loss" in text_of(run)) == excused


@pytest.mark.parametrize(("reads", "called"), [(None, "chain"), ((0, 4), "network")])
def test_a_network_without_skips_is_judged_alone_and_called_what_it_is(reads, called):
    network = NETWORK.without_skips().rewire(NETWORK.depth + 1, reads)
    run = run_of(**BOTH, network=network, losses=((2.3, 0.1),) * 2, scores=((0.1, 0.9),) * 2)
    text = text_of(run)
    assert text.startswith(f"In this {called}, 90 % of the test digits are right (chance 10 %).")
    assert text.endswith("This network has no skips, so there is nothing to compare yet.")
    assert "ith the skips" not in text


def test_own_arms_go_by_their_names():
    arm = Arm(name="half", forward=0.5, backward=0.5)
    run = Run(NETWORK, Settings(arms=(arm,), steps=0))
    weights = np.ones((1, 1, 5))
    probes = {"weight_gradient": weights, "state_gradient": weights, "state_rms": weights}
    run.extend([Frame(0, 0.1, np.ones((1, 1)), np.ones((1, 1)), probes)])
    assert text_of(run).startswith("In the arm “half”, every layer gets at least 1")


@pytest.mark.parametrize(
    ("quantity", "said"),
    [("state", "the state of the readout became NaN"), ("loss", ": the loss became NaN")],
)
def test_a_failure_behind_the_last_layer_is_no_layer_s(quantity, said):
    assert said in text_of(of_seeds([FLAT], failures=[(0, 5)], quantity=quantity))


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
    assert "worse" not in text_of(run_of(**BOTH, **at_20))
    assert "worse with this seed" in text_of(run_of(**BOTH, **at_20 | {"steps": 200}))


def test_an_arm_is_judged_by_the_step_of_its_evaluation():
    run = run_of([FLAT], steps=45)
    weights = np.ones((1, 1, 5))
    probes = dict.fromkeys(("weight_gradient", "state_gradient", "state_rms"), weights)
    run.extend([Frame(60, 0.1, np.full((1, 1), 2.3), np.full((1, 1), 0.1), probes)])
    assert finding(run, "skip").outcome == "early"


def test_scores_and_losses_of_an_older_step_than_the_one_shown_say_it():
    learnt, not_learnt = ((2.3, 0.1), (2.3, 2.3)), ((0.1, 0.96), (0.1, 0.08))
    run = run_of(**BOTH, losses=learnt, scores=not_learnt, steps=60)
    assert "step" not in text_of(run)
    text = text_of(with_row(run, 75))
    assert text.startswith("At step 60, with the skips 96 % of the test digits are right, without")
    assert "At step 60, without the skips, it hardly learns" in text
    assert ("96 %", "skip") in verdict(run).learned[0].pieces
    with chinese():
        assert text_of(run).startswith("第 60 步时，带跳跃连接")
    early = run_of(**BOTH, losses=((2.3, 2.2), (2.3, 2.1)), scores=((0.1, 0.2),) * 2, steps=5)
    assert text_of(early).startswith("So far, 20 % of")
    assert text_of(with_row(early, 7)).startswith("At step 5, 20 % of")


def test_tables_name_the_step_of_a_score_that_is_older_than_the_run():
    made = run_of(**BOTH, losses=((2.3, 0.1), (2.3, 2.3)), scores=((0.1, 0.96), (0.1, 0.08)))
    assert "step" not in score_heading(made)
    older = f"test accuracy, step {made.row_steps[-1]}"
    with_row(made, int(made.row_steps[-1]) + 15)
    assert older in repr(made)
    assert older in arms_table(made)


@pytest.mark.parametrize("count", [0, 1, 2])
def test_what_stands_in_place_of_a_concatenated_state_is_said(count):
    network = Network.mlp(4, 8).add_skip(2, 4)
    for source in range(count):
        network = network.add_skip(source, 3, kind="concat")
    said = text_of(train(network, steps=0))
    assert ("has 0; its initial weights are those of the wider input" in said) == (count > 0)
    assert ("the skip concatenates, the network without it" in said) == (count == 1)


def test_scores_of_one_sentence_have_the_same_number_of_digits():
    run = run_of(**BOTH, losses=((2.3, 0.1),) * 2, scores=((0.1, 0.996), (0.1, 0.982)))
    said = "With the skips 99.6 % of the test digits are right, without them 98.2 %"
    assert text_of(run).startswith(said)


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


def test_a_minimal_run_is_judged_without_the_size_of_states():
    run = train(NETWORK, steps=3, probes="minimal")
    assert np.isnan(finding(run, "skip").growth.state)
    assert text_of(run)


def test_sentences_are_whole_messages_with_a_space_between():
    run = train(NETWORK, steps=3)
    assert "".join(text for text, _ in pieces_of(verdict(run).messages)) == text_of(run)
