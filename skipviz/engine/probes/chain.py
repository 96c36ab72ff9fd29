"""Passes of chains of dense layers with add skips: no autograd, and buffers that are kept.

Small layers are bound by what autograd does around the arithmetic (docs/performance.md).
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import partial

import torch
from torch import Tensor

from skipviz.engine.model.folding import flat
from skipviz.engine.model.short import short_layers
from skipviz.engine.model.stack import Stack
from skipviz.engine.probes.links import AddSkip, Linear, Link, Sum
from skipviz.engine.probes.losses import losses_of_samples
from skipviz.engine.probes.norms import Stacked
from skipviz.engine.probes.passes import Pass, forward_backward


def is_chain(stack: Stack) -> bool:
    """Whether all layers and the readout have the form of `skipviz.engine.model.short`."""
    return len(short_layers(stack.network)) == stack.network.depth + 1


def passes_of(stack: Stack) -> Callable[[Tensor, Tensor], Pass]:
    """`forward_backward` of this stack, the fast way where there is one.

    What a pass gave is valid until the next.
    """
    return ChainPasses(stack) if is_chain(stack) else partial(forward_backward, stack)


class ChainPasses:
    """One pass after the other of a stack that `is_chain`; each is valid until the next."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._gradients = tuple(torch.empty_like(group.detach()) for group in stack.groups)
        self._links: list[Link] = []
        self._states = self._state_gradients = Stacked()
        self._sums: list[Sum | None] = []

    @torch.no_grad()
    def __call__(self, x: Tensor, y: Tensor) -> Pass:
        """The same as `forward_backward` of the stack."""
        if not self._links or self._states[0].shape[1] != x.shape[1]:
            self._make_room(x.shape[1])
        states = [flat(x)]
        for link in self._links:
            link.forward(states)
        losses = self._loss(y)
        for link in reversed(self._links):
            link.backward(states, self._sums)
        return Pass(x, y, losses, self._states, self._gradients, self._state_gradients)

    def _loss(self, y: Tensor) -> Tensor:
        """(copies,) means over the batch; dL/ds_(N+1) goes to its place."""
        with torch.enable_grad():
            logits = self._states[-1].detach().requires_grad_()
            losses = losses_of_samples(logits, y)
        of_mean = torch.full_like(losses, 1 / losses.shape[1])
        (gradient,) = torch.autograd.grad(losses, logits, of_mean)
        self._state_gradients[-1].copy_(gradient)
        return losses.detach().mean(1)

    def _make_room(self, batch: int) -> None:
        network = self._stack.network
        linears = self._linears()
        shapes = [(self._stack.copies, batch, linear.weight.shape[2]) for linear in linears]
        like = self._gradients[0]
        self._states, self._state_gradients = (Stacked.empty(shapes, like) for _ in range(2))
        self._sums = [None, *map(Sum, self._state_gradients)]
        desks = {shape: like.new_empty(shape) for shape in shapes}
        activations, skips = short_layers(network), self._skips()
        self._links = [
            Link(k, linear, activations[k], skips[k], state, desks[shape])
            for k, (linear, state, shape) in enumerate(
                zip(linears, self._states, shapes, strict=True), start=1
            )
        ]

    def _linears(self) -> list[Linear]:
        tensors = self._by_name([group.detach() for group in self._stack.groups])
        gradients = self._by_name(self._gradients)
        owners = [*(f"layer{k}" for k in range(1, self._stack.network.depth + 1)), "readout"]
        ends = ((f"{owner}.weight", f"{owner}.bias") for owner in owners)
        return [
            Linear(tensors[weight], tensors.get(bias), gradients[weight], gradients.get(bias))
            for weight, bias in ends
        ]

    def _by_name(self, groups: Sequence[Tensor]) -> dict[str, Tensor]:
        return {
            name: tensor
            for names, group in zip(self._stack.places, groups, strict=True)
            for name, tensor in zip(names, group, strict=True)
        }

    def _skips(self) -> defaultdict[int, list[AddSkip]]:
        """Those that end at a layer, in the order in which they join."""
        found: defaultdict[int, list[AddSkip]] = defaultdict(list)
        for place, skip in enumerate(self._stack.network.skips):
            found[skip.target].append(self._skip(place, skip.source))
        return found

    def _skip(self, place: int, source: int) -> AddSkip:
        forward, backward = zip(*(copy[place] for copy in self._stack.plan.gains), strict=True)
        like = self._gradients[0]
        gains = (like.new_tensor(gain).view(-1, 1, 1) for gain in (forward, backward))
        return AddSkip(source, *gains)
