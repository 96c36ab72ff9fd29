"""He et al. 2016, Identity Mappings; Srivastava et al. 2015, Highway Networks: the direct path."""

import numpy as np
import pytest

import skipviz as sv
from skipviz.network import Init, Network

ZERO = {"scheme": "zero"}


def blocks(depth, *, branch=None, **how):
    """A linear stem and `depth` blocks of one layer; `branch` is the init of their layers."""
    stem = {"kind": "dense", "width": 64, "activation": "identity"}
    layers = [stem] + [{"kind": "dense", "width": 64, "init": branch}] * depth
    network = Network.of(layers=layers)
    for k in range(1, depth + 1):
        network = network.add_skip(k, k + 1, **how)
    return network


def test_the_path_that_takes_every_skip_carries_the_last_gradient_unchanged():
    """Eq. 5: dL/dx_l = dL/dx_L (I + ...). The I is the part that took all skips."""
    taken = sv.attribution.by_skips_taken(blocks(12))
    last = taken.total[13]
    for k in range(1, 14):
        assert len(taken.gradients[k]) == 14 - k
        np.testing.assert_array_equal(taken.gradients[k][-1], last)


def test_the_rest_of_the_gradient_came_through_branches():
    """Eq. 5 again: what the branches add is all that is not the identity's."""
    taken = sv.attribution.by_skips_taken(blocks(12))
    for k in range(1, 13):
        rest = taken.gradients[k][:-1].sum(0)
        through_branches = taken.total[k] - taken.total[13]
        scale = np.abs(through_branches).max()
        assert np.abs(rest - through_branches).max() < 1e-10 * scale


@pytest.mark.parametrize(
    ("scale", "share"), [(0.5, 5.551e-17), (0.9, 3.381e-3), (1.0, 1.0), (1.1, 171.9)]
)
def test_a_scaled_shortcut_leaves_its_power_of_depth_on_the_direct_path(scale, share):
    """Eq. 7 and 8, 54 blocks: lambda^54."""
    taken = sv.attribution.by_skips_taken(blocks(54, shortcut_scale=scale), batch_size=4)
    direct, last = taken.gradients[1][-1], taken.total[55]
    np.testing.assert_allclose(direct, scale**54 * last, rtol=1e-12)
    assert scale**54 == pytest.approx(share, rel=1e-3)


@pytest.mark.parametrize("scale", [0.5, 0.9, 1.1])
def test_with_a_branch_of_zero_the_direct_path_is_all_there_is(scale):
    network = blocks(54, branch=ZERO, shortcut_scale=scale)
    split = sv.attribution.by_skip(network, batch_size=4)
    assert split[1].norm / split[54].norm == pytest.approx(scale**53, rel=1e-12)


@pytest.mark.parametrize(
    ("bias", "carried"), [(-1, 1.58e-7), (-2, 1.75e-3), (-3, 0.0881), (-4, 0.4035)]
)
def test_a_highway_carries_the_product_of_its_gates(bias, carried):
    """(1 - sigmoid(b))^50 where the gates are still at their bias and the branches at 0."""
    how = {"kind": "gated", "gate_bias": bias, "init": Init(scheme="zero")}
    split = sv.attribution.by_skip(blocks(51, branch=ZERO, **how), batch_size=4)
    ratio = split[1].norm / split[51].norm
    assert ratio == pytest.approx((1 - 1 / (1 + np.exp(-bias))) ** 50, rel=1e-10)
    assert ratio == pytest.approx(carried, rel=3e-3)
