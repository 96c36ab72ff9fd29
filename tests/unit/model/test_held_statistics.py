"""The statistics of batch norms, set to those of one batch: mean and variance by definition."""

import torch

from skipviz.arms import STANDARD_ARMS
from skipviz.engine.model import Stack
from skipviz.engine.model.statistics import freeze_batch_norm
from skipviz.network import Network


def test_what_is_held_is_the_mean_and_the_variance_of_this_batch_whatever_came_before() -> None:
    network = Network.mlp(depth=2, width=4, norm="batch")
    arms = [STANDARD_ARMS["skip"]]
    stack = Stack(network.on((3,), 2), arms, seeds=[0, 1], dtype=torch.float64)
    stream = torch.Generator().manual_seed(0)
    before, x = torch.randn(2, 2, 50, 3, dtype=torch.float64, generator=stream)
    stack.states(3 * before + 1)
    freeze_batch_norm(stack, x)
    assert not stack.training
    tensors = stack.tensors()
    mapped = x @ tensors["layer1.weight"] + tensors["layer1.bias"]
    held = stack.statistics()
    assert torch.allclose(held["layer1.norm_mean"], mapped.mean(1), rtol=0, atol=1e-12)
    assert torch.allclose(held["layer1.norm_var"], mapped.var(1), rtol=0, atol=1e-12)
    freeze_batch_norm(stack, x)
    assert torch.allclose(held["layer1.norm_mean"], mapped.mean(1), rtol=0, atol=1e-12)
