"""An independent truth: one arm written by hand, with torch's own layers and autograd."""

from collections.abc import Callable
from itertools import pairwise

import pytest
import torch
from torch import Tensor, nn

from skipviz.engine.model import build
from skipviz.network import Network

ACTIVATIONS = {"relu": torch.relu, "tanh": torch.tanh, "identity": lambda x: x}


class BareNet(nn.Module):
    """A dense chain with add skips, every skip with the gains (forward, backward)."""

    def __init__(self, network: Network, gains: tuple[float, float], seed: int) -> None:
        super().__init__()
        widths = [64, *(layer.width for layer in network.layers), 10]
        self.layers = nn.ModuleList(nn.Linear(a, b) for a, b in pairwise(widths))
        self.skips = [skip.ends for skip in network.skips]
        self.gains = gains
        self.activation = ACTIVATIONS[network.defaults.activation]
        start = build(network, (64,), 10, seed).state_dict().values()
        self.load_state_dict(dict(zip(self.state_dict(), start, strict=True)))

    def states(self, x: Tensor) -> list[Tensor]:
        forward, backward = self.gains
        states = [x]
        for k, layer in enumerate(self.layers, start=1):
            h = layer(states[-1])
            if k < len(self.layers):
                h = self.activation(h)
            for source, target in self.skips:
                if target == k:
                    v = states[source]
                    h = h + forward * v.detach() + backward * (v - v.detach())
            states.append(h)
        return states


@pytest.fixture
def bare_net() -> Callable[..., BareNet]:
    return BareNet


@pytest.fixture
def small() -> Network:
    """Six tanh layers of 16 with two skips."""
    return Network.mlp(depth=6, width=16, activation="tanh", skips=((1, 3), (2, 6)))
