"""The forward pass of a network on tensors with a leading axis of copies (arms times seeds)."""

from collections.abc import Callable, Mapping, Sequence

import torch
from torch import Tensor

from skipviz.model.activations import ACTIVATIONS
from skipviz.model.merge import merge_with
from skipviz.network import Network, Projection

Tensors = Mapping[str, Tensor]
"""`layer3.weight` and so on, in the layout of `skipviz.model.layout.running`."""
Gains = Sequence[Sequence[tuple[float, float]]]
"""(forward, backward) per copy and skip."""


def linear(x: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
    """x (copies, batch, in), weight (copies, in, out), bias (copies, 1, out) to (.., out)."""
    if bias is None:
        return torch.bmm(x, weight)
    return torch.baddbmm(bias, x, weight)


class Plan:
    """A network made ready to run: which function and which skips come after which layer."""

    def __init__(self, network: Network, gains: Gains) -> None:
        self.depth = network.depth
        self._activations = [
            ACTIVATIONS[network.style(k).activation] for k in range(1, network.depth + 1)
        ]
        self._skips: list[list[_Shortcut]] = [[] for _ in range(network.depth + 2)]
        for place, skip in enumerate(network.skips):
            owner = f"skip{skip.source}_{skip.target}" if isinstance(skip, Projection) else None
            shortcut = _Shortcut(skip.source, owner, [copy[place] for copy in gains])
            self._skips[skip.target].append(shortcut)

    def states(self, tensors: Tensors, x: Tensor) -> list[Tensor]:
        """s_0 .. s_(N+1) for x (copies, batch, features); the last are the logits."""
        states = [x]
        for k in range(1, self.depth + 2):
            owner = f"layer{k}" if k <= self.depth else "readout"
            bias = tensors.get(f"{owner}.bias")
            h = linear(states[-1], tensors[f"{owner}.weight"], bias)
            if k <= self.depth:
                h = self._activations[k - 1](h)
            for shortcut in self._skips[k]:
                h = shortcut(h, states, tensors)
            states.append(h)
        return states


class _Shortcut:
    """One skip with the gains of every copy."""

    def __init__(
        self, source: int, owner: str | None, gains: Sequence[tuple[float, float]]
    ) -> None:
        self._source = source
        self._owner = owner
        self._gains = gains
        self._merge: Callable[[Tensor, Tensor], Tensor] | None = None

    def __call__(self, h: Tensor, states: Sequence[Tensor], tensors: Tensors) -> Tensor:
        v = states[self._source]
        if self._owner is not None:
            v = linear(v, tensors[f"{self._owner}.weight"], None)
        if self._merge is None:
            self._merge = merge_with(self._gains, h)
        return self._merge(h, v)
