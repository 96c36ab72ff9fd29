"""Sizes of states and cosines of gradients, against formulas and the states themselves."""

from math import pi, prod

import numpy as np
import pytest

from skipviz import experiments
from skipviz.engine.experiments.cosines import mean_cosines
from skipviz.engine.experiments.initial import initial_pass, stack_of
from skipviz.engine.experiments.transformer_blocks import state_sizes
from skipviz.experiments.catalogue.networks import blocks
from skipviz.experiments.parts import Cosines, Variant


def cosine(count: int, arm: str = "skip") -> float:
    """Mean over five seeds, of residual blocks with batch norm at gain 1."""
    network = blocks(count, layers=1, width=128, norm="batch")
    return float(mean_cosines(Variant("v", "", network, arm=arm), Cosines(seeds=5)).mean())


def expected_cosine(count: int, taken_off: float) -> float:
    """Half for the last ReLU; (1 + 1/2v) / (1 + 1/v) for a block that reads the variance v.

    A linear He layer starts with v = 2, and every block adds 1 less what is taken off.
    """
    variances = [2 + (1 - taken_off) * before for before in range(count)]
    return 0.5 * prod((1 + 0.5 / v) / (1 + 1 / v) for v in variances)


@pytest.mark.parametrize("count", [1, 2, 4])
def test_without_skips_every_relu_halves_the_cosine(count: int) -> None:
    assert cosine(count, "plain") == pytest.approx(0.5 ** (count + 1), rel=0.15)


@pytest.mark.parametrize("count", [4, 16, 32])
def test_with_skips_it_falls_as_where_batch_norm_takes_the_mean_off(count: int) -> None:
    found = cosine(count)
    assert found == pytest.approx(expected_cosine(count, taken_off=1 / pi), rel=0.1)
    assert found < expected_cosine(count, taken_off=0)


def test_a_batch_norm_that_only_divides_gives_the_root_and_ours_a_steeper_power() -> None:
    powers = [
        np.log2(expected_cosine(20_000, off) / expected_cosine(10_000, off)) for off in (0, 1 / pi)
    ]
    assert powers == pytest.approx([-1 / 2, -pi / (2 * pi - 2)], abs=1e-3)


def sizes(family: str) -> np.ndarray:
    """RMS before the first of three blocks and behind each, over the seeds."""
    experiment = experiments.load("g13")
    (part,) = experiment.parts(experiment.setup(thin=True))
    network = part.by_depth[family][3]
    variant = Variant(family, "", network)
    made = initial_pass(stack_of(variant, part), part, part.samples)
    found = state_sizes(network, made)
    by_hand = [made.states[k - 1].detach().numpy() for k in (2, 4, 6, 8)]  # after text and places
    np.testing.assert_allclose(found[1], [np.sqrt((s[1] ** 2).mean()) for s in by_hand])
    return found


def test_behind_a_norm_the_state_has_size_1_and_before_norms_it_grows() -> None:
    post, pre = sizes("post"), sizes("pre")
    np.testing.assert_allclose(post[:, 1:], 1, atol=1e-3)
    np.testing.assert_allclose(pre[:, 0], post[:, 0])
    assert (np.diff(pre, axis=1) > 0).all()
