"""Xiong et al. 2020 on pre-LN and post-LN; Wang et al. 2022 on DeepNorm: gradients at the start.

Blocks of width 128 with 4 heads and 512 inner units, Xavier weights, 32 tokens out of 1,000.
"""

from collections.abc import Callable

import numpy as np
import pytest
import torch

import skipviz as sv
from skipviz.network import Embedding, Network
from skipviz.presets.preset import Chain
from skipviz.presets.transformers import deepnorm, postln, preln

DEPTHS = (6, 12, 24)
Maker = Callable[[Chain, int, int], Network]


def gradients(maker: Maker, blocks: int, seeds: int = 3) -> np.ndarray:
    """(blocks,) |dy/dW2| of the feed-forward parts, y a random direction of the outputs."""
    chain = Chain()
    chain.add(Embedding(vocabulary=1000, width=128))
    network = maker(chain, blocks, 512)
    places = [k for k, layer in enumerate(network.layers, 1) if layer.kind == "feed_forward"]
    found = []
    for seed in range(seeds):
        model = sv.build(network, (32,), 10, seed)
        generator = torch.Generator().manual_seed(seed)
        x = torch.randint(1000, (8, 32), generator=generator)
        y = (model(x) * torch.randn(8, 10, generator=generator)).sum()
        weights = [model.get_parameter(f"layer{k}.outer_weight") for k in places]
        found.append([float(g.norm()) for g in torch.autograd.grad(y, weights)])
    return np.mean(found, axis=0)


@pytest.mark.slow
def test_the_last_gradient_of_post_ln_does_not_depend_on_depth():
    last = [gradients(postln, blocks)[-1] for blocks in DEPTHS]
    assert max(last) / min(last) < 1.15


@pytest.mark.slow
def test_the_last_gradient_of_pre_ln_falls_with_the_root_of_depth():
    last = [gradients(preln, blocks)[-1] for blocks in DEPTHS]
    slope = np.polyfit(np.log(DEPTHS), np.log(last), 1)[0]
    assert slope == pytest.approx(-0.5, abs=0.15)


@pytest.mark.parametrize("blocks", DEPTHS)
def test_deepnorm_has_the_same_gradient_in_its_first_and_last_block(blocks):
    found = gradients(deepnorm, blocks, seeds=1)
    assert found[-1] / found[0] == pytest.approx(1, abs=0.05)
