"""The forward pass of a network on tensors with a leading axis of copies (arms times seeds)."""

from collections.abc import Callable, Mapping, Sequence

import torch
from torch import Tensor

from skipviz.model.activations import IN_PLACE
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
        self._names = [network.style(k).activation for k in range(1, network.depth + 1)]
        self._activations = [IN_PLACE[name] for name in self._names]
        owners = [f"layer{k}" for k in range(1, network.depth + 1)] + ["readout"]
        self._tensors = [(f"{owner}.weight", f"{owner}.bias") for owner in owners]
        self._skips: list[list[_Shortcut]] = [[] for _ in range(network.depth + 2)]
        for place, skip in enumerate(network.skips):
            owner = f"skip{skip.source}_{skip.target}" if isinstance(skip, Projection) else None
            shortcut = _Shortcut(skip.source, owner, [copy[place] for copy in gains])
            self._skips[skip.target].append(shortcut)

    def states(self, tensors: Tensors, x: Tensor) -> list[Tensor]:
        """s_0 .. s_(N+1) for x (copies, batch, features); the last are the logits."""
        states = [x]
        for k in range(1, self.depth + 2):
            h = self._linear(k, tensors, states[-1])
            if k <= self.depth:
                h = self._activations[k - 1](h)
            for shortcut in self._skips[k]:
                h = shortcut(h, states, tensors)
            states.append(h)
        return states

    @torch.no_grad()
    def activation_inputs(
        self, tensors: Tensors, states: Sequence[Tensor]
    ) -> list[tuple[str, Tensor] | None]:
        """Name of the activation and its argument z_k for k = 1..N, from s_0, s_1, ..

        None for a layer without a nonlinear activation.
        """
        return [
            None if name == "identity" else (name, self._linear(k, tensors, states[k - 1]))
            for k, name in enumerate(self._names, start=1)
        ]

    def _linear(self, k: int, tensors: Tensors, x: Tensor) -> Tensor:
        weight, bias = self._tensors[k - 1]
        return linear(x, tensors[weight], tensors.get(bias))


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
