"""Veit et al. 2016, Residual Networks Behave Like Ensembles: which paths carry the gradient.

54 pre-activation ReLU blocks of width 64 at their first weights; exact, nothing is sampled.
"""

import numpy as np
import pytest

import skipviz as sv
from skipviz.engine.attribution.api import Attribution
from skipviz.network import Init, Network

BLOCKS = 54


def by_length(branch: float) -> Attribution:
    network = Network.mlp(BLOCKS, 64, init=Init(scheme="he"), order="pre", bias=False)
    for k in range(1, BLOCKS + 1):
        network = network.add_skip(k - 1, k, branch_scale=branch)
    return sv.attribution.by_path_length(network)


@pytest.fixture(scope="module")
def unscaled() -> Attribution:
    return by_length(1.0)


def middle_95_percent(lengths: Attribution) -> tuple[int, int]:
    """Of the norms of the parts by path length, at the input."""
    share = np.cumsum(lengths.norms[0]) / lengths.norms[0].sum()
    low, high = np.searchsorted(share, [0.025, 0.975])
    return int(low), int(high)


def test_every_length_from_none_to_all_blocks_has_a_part(unscaled):
    assert unscaled.gradients[0].shape == (BLOCKS + 1, 64, 64)
    assert (unscaled.norms[0] > 0).all()


@pytest.mark.parametrize(
    ("branch", "low", "high"), [(1.0, 17, 36), (0.5, 4, 20), (54**-0.5, 0, 5), (0.1, 0, 4)]
)
def test_the_gain_of_the_branches_decides_which_lengths_carry_the_gradient(branch, low, high):
    """So "5 to 17" is a finding about one trained network, not about residual networks."""
    found = middle_95_percent(by_length(branch))
    assert found == (pytest.approx(low, abs=1), pytest.approx(high, abs=1))


def test_the_gradients_of_different_lengths_cancel_in_part(unscaled):
    """Paths are no ensemble of independent members: their norms add up to far more."""
    assert unscaled.norms[0].sum() > 2 * np.linalg.norm(unscaled.total[0])
    assert unscaled.shares[0].sum() == pytest.approx(1)
