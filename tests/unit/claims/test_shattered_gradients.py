"""Balduzzi et al. 2017, The Shattered Gradients Problem: gradients at different inputs.

Batch norm ties the samples of a batch together. As in the paper its statistics are held constant:
the network runs in evaluation mode once its running statistics are those of the batch.
"""

import numpy as np
import pytest
import torch

from skipviz.arms import STANDARD_ARMS
from skipviz.engine.model import Stack
from skipviz.engine.probes.snapshots import gradient_correlation
from skipviz.network import Init, Network


def correlations(network: Network, seeds: int = 1, warm_up: int = 120) -> np.ndarray:
    """Mean cosine between the gradients at 128 Gaussian inputs, for the states 1..N+1."""
    arms = [STANDARD_ARMS["skip"]]
    stack = Stack(network.on((64,), 10), arms, range(seeds), torch.float64)
    generator = torch.Generator().manual_seed(0)
    x = torch.randn(seeds, 128, 64, dtype=torch.float64, generator=generator)
    with torch.no_grad():
        for _ in range(warm_up):
            stack(x)
    stack.eval()
    return gradient_correlation(stack, x).mean(0)


@pytest.mark.slow
def test_behind_batch_norm_every_relu_halves_the_correlation():
    """Theorem 1: 2^-L, for infinite width. Below 1e-3 there is only noise."""
    network = Network.mlp(10, 256, init=Init(scheme="he"), norm="batch")
    found = correlations(network, seeds=3)
    relus = np.arange(9, -1, -1)
    assert found[9] == pytest.approx(1)
    np.testing.assert_allclose(found[4:9] / found[5:10], 0.5, rtol=0.1)
    np.testing.assert_allclose(found[:4], 0.5 ** relus[:4], atol=3e-3)


@pytest.mark.slow
def test_skips_with_small_branches_keep_gradients_together_at_depth_50():
    plain = Network.mlp(50, 128, init=Init(scheme="he"), norm="batch")
    residual = plain
    for k in range(1, 50):
        residual = residual.add_skip(k, k + 1, branch_scale=0.1)
    assert abs(correlations(plain)[0]) < 0.01
    assert correlations(residual)[0] > 0.5


def test_a_looks_linear_start_does_not_shatter_without_any_skip():
    """Linear at first, so the gradient is the same at every input, 50 layers deep."""
    network = Network.mlp(50, 64, "crelu", Init(scheme="looks_linear"))
    assert correlations(network, warm_up=0) == pytest.approx(1)
