"""What scores and losses are held against, and what is not said of them."""

from dataclasses import replace

import numpy as np
import pytest

from skipviz.data import own
from skipviz.network import Network, Scale
from skipviz.runs.verdict import finding
from skipviz.runs.verdict.evidence import Evidence
from skipviz.runs.verdict.judging import Learned, makes_worse
from skipviz.settings import Settings
from skipviz.training import Evaluation, Failure, Frame, Run, train
from tests.unit.training.made_runs import FLAT, NETWORK, run_of, text_of


@pytest.mark.parametrize(("start", "said"), [("1,378", True), ("10.74", True), ("2.30", False)])
def test_a_loss_that_falls_to_that_of_guessing_is_told_with_it(start, said):
    text = text_of(run_of([FLAT], losses=((float(start.replace(",", "")), 2.3),)))
    assert f"the training loss goes from {start} to 2.30" in text
    assert ("it hardly learns" in text, "to 2.30; guessing has 2.30." in text) == (True, said)


def test_where_one_class_is_rare_learning_is_told_by_the_loss_and_guessing_by_its_share():
    x = np.random.default_rng(0).normal(size=(400, 2))
    labels = own.classes_of([str(int(each)) for each in x.sum(1) > 2.8], str)
    given = own.own_data(x, labels, own.Told("rare"))
    network = Network.mlp(3, 8, "relu", "he", skips=((1, 3),))
    run = train(network, data=given, steps=60, learning_rate=0.1)
    rare = float(labels.y.mean())
    guessing = -rare * np.log(rare) - (1 - rare) * np.log(1 - rare)
    assert run.info.guessing == pytest.approx(guessing)
    for arm in ("skip", "plain"):
        assert run.loss(arm, "train")[-1] < 0.8 * guessing
        assert finding(run, arm).outcome == "learns"
    assert "hardly learns" not in text_of(run)


@pytest.mark.parametrize(("batch", "settled"), [(2.1, False), (363.0, True)])
def test_statistics_that_have_not_settled_are_no_loss_that_rises(batch, settled):
    normed = NETWORK.change_defaults(norm="batch")
    run = run_of([FLAT], losses=((2.66, 363),), batches=((2.66, batch),), network=normed, steps=60)
    text = text_of(run)
    assert finding(run, "skip").outcome == ("worse" if settled else "early")
    assert (
        "worse than at the start: it goes from 2.66 in the first batch to 363" in text
    ) == settled
    said = "evaluated with them the training loss is 363, while that of the batch goes from 2.66 to"
    assert (f"{said} 2.10." in text) == (not settled)


def pairs(*scores):
    """Two arms with a seed for each of `scores` (with, without); every loss follows its score."""
    run = Run(NETWORK, Settings(arms=("skip", "plain"), steps=200, seeds=len(scores)))
    for step in (0, 200):
        score = np.array(scores).T if step else np.full((2, len(scores)), 0.1)
        ones, loss = np.ones((*score.shape, 5)), 2.5 * (1 - score)
        probes = dict.fromkeys(("weight_gradient", "state_gradient", "state_rms"), ones)
        done = Evaluation(loss, score, loss, score)
        run.extend([Frame(step, 0.1, loss, score, probes, done)])
    return run


@pytest.mark.parametrize(
    ("scores", "said"),
    [
        ([(0.3, 0.5)], "): worse with this seed."),
        ([(0.3, 0.5)] * 5, "here the skips make it worse."),
        ([(0.3, 0.5)] * 4 + [(0.6, 0.4)], "): worse in 4 of 5 seeds."),
        ([(0.3, 0.5)] * 2 + [(0.6, 0.4)] * 2 + [(0.2, 0.5)], "worse in 3 of 5 seeds."),
        ([(0.1, 0.1), (0.1, 0.1), (0.1, 0.5)], None),
        ([(0.1, 0.12)] * 2 + [(0.1, 0.9)] * 2 + [(0.1, 0.19)], None),
        ([(0.3, 0.4), (0.3, 0.5), (0.8, 0.45), (0.5, 0.46)], None),
    ],
)
def test_the_skips_are_blamed_as_far_as_the_seeds_say_it(scores, said):
    text = text_of(pairs(*scores))
    assert ("worse" in text) == (said is not None)
    assert said is None or said in text


def test_an_arm_that_breaks_down_with_some_seeds_too_does_not_show_the_skips_to_be_why():
    run = pairs(*[(0.3, 0.5)] * 3)
    run.failures = tuple(Failure("skip", seed, 7, 2, "state") for seed in (0, 1))
    assert "Only with the skips does it break down" in text_of(run)
    run.failures += (Failure("plain", 0, 9, 2, "state"),)
    assert "Only with the skips" not in text_of(run)


def test_skips_that_change_nothing_to_the_bit_are_said_to_whatever_the_score():
    closed = Network.mlp(4, 8).add_skip(1, 3, shortcut_scale=0)
    run = train(closed, steps=20)
    score = run.accuracy("plain", "test")[-1]
    assert text_of(run).startswith(
        f"With and without the skips the network computes the same: {100 * score:.0f} % of the test"
    )
    assert "computes the same at the initial weights." in text_of(run, at=0)
    run = train(closed, data="plane", steps=1)
    assert "computes the same: R² on the test data is" in text_of(run)


def test_numbers_that_look_the_same_are_not():
    run = train(Network.mlp(4, 8).add_skip(1, 3, shortcut_scale=1e-6), steps=1)
    assert "computes the same" not in text_of(run)
    assert "computes the same" not in text_of(run, at=0)


@pytest.mark.parametrize(
    ("skip", "more"),
    [
        ({"kind": "gated"}, 8 * 8 + 8),
        ({"kind": "projection"}, 8 * 8),
        ({"branch_scale": Scale(value=0.5, learned="channel")}, 8),
        ({}, 0),
    ],
)
def test_arms_that_are_not_equally_large_are_said_to_be(skip, more):
    plain = 64 * 8 + 8 + 3 * (8 * 8 + 8) + 8 * 10 + 10
    network = Network.mlp(4, 8).add_skip(1, 2).add_skip(2, 4, **skip)
    text = text_of(train(network, steps=0))
    assert ("the network has" in text) == (more > 0)
    assert not more or f"has {plain + more} weights, without them {plain}." in text


@pytest.mark.parametrize(
    ("losses", "scores", "outcome"),
    [
        (
            (0.641, 0.641),
            (0.73, 0.73),
            "hardly learns",
        ),  # far past guessing, by its initial weights
        ((0.641, 0.636), (0.728, 0.744), "hardly learns"),
        ((2.305, 2.149), (0.1, 0.32), "learns"),  # by its score
        ((2.3, 1.5), (0.6, 0.62), "learns"),  # by its loss
    ],
)
def test_lucky_initial_weights_have_learned_nothing(losses, scores, outcome):
    run = run_of(
        [FLAT, FLAT], arms=("skip", "plain"),
        losses=((0.849, 0.849), losses), scores=((0.1, 0.1), scores),
    )  # fmt: skip
    assert finding(run, "plain").outcome == outcome
    assert ("make it worse" in text_of(run)) == (outcome == "learns" and losses[1] < 0.849)


def test_where_guessing_is_nearly_always_right_single_samples_say_nothing():
    """One rare sample among 225 for training and one among 75 that test."""
    fitted = Learned(60, 0.1, 0.001, 1.0, 74 / 75, chance=299 / 300, guessing=0.02)
    assert not fitted.by_heart
    assert not makes_worse(replace(fitted, train_loss=0.08), replace(fitted, test_score=1.0))
    many = replace(fitted, test_score=0.6, chance=0.6)
    assert many.by_heart
    assert makes_worse(replace(many, train_loss=0.08), replace(many, test_score=1.0))


@pytest.mark.parametrize(("source", "another"), [(0, False), (1, True)])
def test_a_gain_on_the_way_back_to_the_input_changes_no_update(source, another):
    network = Network.mlp(3, 8).add_skip(source, 3, kind="concat")
    run = train(network, steps=2, arms=("skip", "forward_only"))
    norms = [run.gradient_norms(arm) for arm in run.arms]
    assert np.array_equal(*norms) != another
    assert Evidence(run, "forward_only").update_is_another == another
