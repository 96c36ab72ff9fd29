"""G1, the experiment the page opens with: the gradient vanishes without the skips."""

import re

import numpy as np
import pytest

from skipviz import data, presets
from skipviz.training import Run, train


@pytest.fixture(scope="module")
def run() -> Run:
    return train(presets.load("default"), data="digits", arms=("skip", "plain"), steps=200)


def ratio(run: Run, arm: str) -> float:
    """First-layer over last-layer |dL/dW| at initialisation."""
    norms = run.gradient_norms(arm)[0]
    return float(norms[0] / norms[-1])


def test_without_the_skips_the_first_layer_gets_next_to_nothing(run):
    assert 0 < ratio(run, "plain") < 1e-6


def test_with_the_skips_the_first_layer_gets_its_share(run):
    assert ratio(run, "skip") > 1e-2


def test_with_the_skips_it_learns_and_without_it_guesses(run):
    chance = data.info("digits").chance
    assert run.accuracy("skip", "test")[-1] > 0.9
    assert abs(run.accuracy("plain", "test")[-1] - chance) < 0.05


def test_training_loss_tells_the_arms_apart(run):
    assert run.loss("skip", "train")[-1] < 0.2 < run.loss("plain", "train")[-1]


def test_the_summary_says_so_in_a_sentence(run):
    summary = run.summary()
    assert re.match(
        r"With the skips 9\d % of the test digits are right, without them \d+ % \(chance 10 %\)\.",
        summary["verdict"],
    )
    assert re.search(r"Without the skips, 2\d of 40 layers are starved", summary["verdict"])
    assert summary["arms"]["skip"]["state"] == "healthy"
    assert summary["arms"]["plain"]["state"] == "vanished"


def test_tiny_gradients_are_measured_and_not_lost_to_underflow(run):
    norms = run.gradient_norms("plain")[0]
    assert (norms > 0).all()
    assert np.all(np.diff(np.log10(norms)) > -0.5)
