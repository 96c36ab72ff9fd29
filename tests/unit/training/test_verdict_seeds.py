"""What is said of several seeds, and of those that break down."""

import re
from dataclasses import replace

import numpy as np
import pytest

from skipviz.language import template
from skipviz.network import Network, Scale
from skipviz.runs.verdict import finding
from skipviz.runs.verdict import messages as say
from skipviz.settings import Settings
from skipviz.text import number_text
from skipviz.training import Evaluation, Failure, Frame, Run, train
from tests.chinese import chinese
from tests.unit.training.made_runs import FLAT, NETWORK, of_seeds, run_of, text_of
from tests.verdicts.rows import he_residual


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


def test_losses_and_growth_have_their_range_too():
    """x + W relu(x), 31 layers: the textbook explosion, with another factor in every seed."""
    run = train(he_residual(), steps=0, seeds=3, arms=("skip",))
    alone = [train(he_residual(), steps=0, seed=k, arms=("skip",)) for k in (0, 1, 2)]
    seen = [finding(each, "skip") for each in alone]

    def told(values):
        low, middle, high = map(number_text, sorted(values))
        return middle, f"({low} to {high})"

    factor, ends = told([found.growth.gradient for found in seen])
    assert f"|∂L/∂s| grows {factor}-fold {ends}." in text_of(run)
    factor, ends = told([found.growth.state for found in seen])
    assert f"the signal grows {factor}-fold {ends} from layer 1 to layer 31." in text_of(run)
    loss, ends = told([found.loss for found in seen])
    assert f"the loss begins at {loss} {ends}, where guessing has 2.30." in text_of(run)


def test_the_training_loss_has_its_range_where_the_seeds_differ():
    text = text_of(of_seeds([FLAT] * 3, losses=[2.28, 2.29, 2.32], scores=[0.1] * 3))
    assert "the training loss goes from 2.30 to 2.29 (2.28 to 2.32)" in text


def test_a_learned_scale_has_the_gradient_of_the_median_seed():
    network = Network.mlp(5, 8).add_skip(1, 3, branch_scale=Scale(value=0, learned="scalar"))
    run = train(network, steps=0, seeds=3, arms=("skip",))
    own = [float(run.probe("branch_scale_gradient", "skip", seed)[0, 0]) for seed in range(3)]
    low, middle, high = map(number_text, sorted(own))
    said = f"The scale itself gets {middle} ({low} to {high}), so it opens first."
    assert said in text_of(run)


def test_seeds_that_broke_down_are_counted_and_the_others_judged():
    run = train(NETWORK, steps=2, seeds=3, arms=("skip",))
    run.failures = (Failure("skip", 1, 1, 2, "state"),)
    assert "With the skips, 1 of 3 seeds broke down (NaN or infinite)." in text_of(run)
    assert finding(run, "skip").state != "failed"
    run.failures += (Failure("skip", 2, 1, 2, "state"),)
    assert finding(run, "skip").state == "failed"


def test_the_loss_of_an_arm_that_broke_down_is_not_that_of_its_one_sound_seed():
    run = of_seeds([FLAT] * 3, failures=((0, 2), (1, 2)))
    sick = Run(NETWORK, run.settings)
    last = replace(run.frames[1], loss=np.array([[np.nan, np.nan, 2.3]]))
    sick.extend([run.frames[0], last])
    sick.failures = run.failures
    assert np.isnan(finding(sick, "skip").loss)


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
    assert "With the skips, 90 % of the test digits are right" in text


def test_test_data_without_a_score_are_said_to_have_none():
    run = run_of([FLAT], losses=((2.3, 0.1),), scores=((0.1, np.nan),), train_scores=((0.1, 0.9),))
    assert "the outputs for the test data are NaN or infinite: they have no score" in text_of(run)


def test_seeds_that_broke_down_are_counted_where_they_are_most():
    text = text_of(of_seeds([FLAT] * 3, failures=[(0, 2), (1, 3)]))
    assert "training broke down with 2 of 3 seeds, first at step 7: the state of layer 2" in text


def test_the_least_of_several_seeds_is_that_of_every_layer():
    text = text_of(of_seeds([(0.5, 1, 1, 1), (0.6, 0, 1, 1), (0.7, 1, 1, 1)]))
    assert text.endswith(
        "With the skips, in 1 of 3 seeds some layer gets a gradient of exactly 0. "
        "Medians of 3 seeds, the range in brackets."
    )
    text = text_of(of_seeds([(0.5, 1, 1, 1), (0.6, 0.2, 1, 1), (0.7, 1, 1, 1)]))
    assert "every layer gets at least 0.2 of the largest gradient in every seed (layer 2" in text
    text = text_of(of_seeds([(0, 1, 0.5, 1), (0, 1, 0, 1), (0, 1, 1, 1)]))
    assert "in 1 of 3 seeds other layers get exactly 0 as well." in text


def test_how_many_times_another_s_the_largest_gradient_is_has_the_range_of_the_seeds():
    text = text_of(of_seeds([(0.5, 1, 1, 2), (0.002, 1, 1, 1), (0, 1, 1, 4), (0.008, 1, 1, 1)]))
    assert "the largest gradient of a layer is 125 (4 to 500) times that of layer 1" in text
    assert "in 1 of 4 seeds some layer gets a gradient of exactly 0." in text


def test_medians_are_said_to_be_of_the_seeds_that_did_not_break_down():
    one, all_broken = (of_seeds([FLAT] * 3, failures=[(k, 2) for k in range(n)]) for n in (1, 3))
    assert text_of(one).endswith("Medians of those of 3 seeds that did not break down, "
                                 "the range in brackets.")  # fmt: skip
    assert "Medians" not in text_of(all_broken)


@pytest.mark.parametrize("worse", [False, True])
def test_a_range_and_chance_stand_in_one_bracket(worse):
    run = Run(NETWORK, Settings(arms=("skip", "plain"), steps=200, seeds=3))
    scores = np.array([[0.3, 0.3, 0.3] if worse else [0.9, 0.95, 0.96], [0.46, 0.5, 0.48]])
    for step, loss, score in ((0, 2.3, np.full((2, 3), 0.1)), (200, 1.0, scores)):
        ones, losses = np.ones((2, 3, 5)), np.full((2, 3), loss)
        losses[0] *= 1 + worse * (step > 0)
        probes = dict.fromkeys(("weight_gradient", "state_gradient", "state_rms"), ones)
        done = Evaluation(losses, score, losses, score)
        run.extend([Frame(step, 0.1, losses, score, probes, done)])
    assert "without them 48 % (46 % to 50 %, chance 10 %)" in text_of(run)
    assert ("make it worse" in text_of(run)) == worse
    with chinese():
        assert "去掉后" in text_of(run)
        assert "48%（46% 至 50%，随机猜测水平为 10%）" in text_of(run)


_SINGLE = {"SCORES", "SCORES_WORSE"}  # said only where their last number has no range


def test_no_sentence_has_a_bracket_behind_a_number_that_may_bring_one():
    known = {name: text for name, text in vars(say).items() if isinstance(text, str)}
    sentences = [text for name, text in known.items() if name.isupper() and name not in _SINGLE]
    for text in map(str, sentences):
        with chinese():
            for said in (text, str(template(text))):
                assert not re.search(r"(score|share|most|start|now|gradient)\} ?[(（](?!\{)", said)
                assert not re.search(r"[(（][^)）{]*\{(\w*score|share|start)\}", said)


def test_what_is_so_in_some_seeds_is_not_said_of_all():
    some = text_of(of_seeds([(0, 0, 0, 0), (0, 0, 0, 0), (1, 0.5, 1, 1)]))
    assert "in 2 of 3 seeds no layer gets any gradient." in some
    partly = text_of(of_seeds([(0, 1, 1, 1), (0, 1, 1, 1), (1, 1, 1, 1)]))
    assert "in 2 of 3 seeds some layer gets a gradient of exactly 0." in partly
    assert "gets exactly 0" not in partly
    assert "layer 1 gets exactly 0" in text_of(of_seeds([(0, 1, 1, 1)] * 3))
