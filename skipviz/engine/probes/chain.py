"""Passes of chains of dense layers with add skips: no autograd, and buffers that are kept.

Small layers are bound by what surrounds the arithmetic (docs/performance.md). So a pass is written
out once, as calls on these buffers, and is made by calling one after the other.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from functools import partial

import torch
from torch import Tensor

from skipviz.engine.model.dense_chain import dense_chain, is_chain
from skipviz.engine.model.folding import flat
from skipviz.engine.model.stack import Stack
from skipviz.engine.probes.blocks import Block, blocks_of, weights_of
from skipviz.engine.probes.links import AddSkip, Call, Linear, Link, Sum
from skipviz.engine.probes.losses import losses_and_gradient
from skipviz.engine.probes.norms import Stacked
from skipviz.engine.probes.passes import Pass, Tensors, forward_backward


def passes_of(stack: Stack, gradients: Tensors = ()) -> Callable[[Tensor, Tensor], Pass]:
    """`forward_backward` of this stack, the fast way where there is one.

    What a pass gave is valid until the next. `gradients` as in `ChainPasses`.
    """
    if is_chain(stack.network):
        return ChainPasses(stack, gradients)
    return partial(forward_backward, stack)


class ChainPasses:
    """One pass after the other of a network that `is_chain`; each is valid until the next."""

    def __init__(self, stack: Stack, gradients: Tensors = ()) -> None:
        """`gradients` are where those of the weights are to stand, as `stack.groups`."""
        self._stack = stack
        self._gradients = gradients or [torch.empty_like(group.detach()) for group in stack.groups]
        self._x = torch.empty(0, 0)
        self._states = self._state_gradients = Stacked()
        self._forward: list[Call] = []
        self._backward: list[Call] = []

    def __call__(self, x: Tensor, y: Tensor) -> Pass:
        """The same as `forward_backward` of the stack."""
        if self._x.shape[1] != x.shape[1]:
            self._write_out(flat(x))
        self._x.copy_(flat(x))
        for call in self._forward:
            call()
        losses, _ = losses_and_gradient(self._states[-1], y, out=self._state_gradients[-1])
        for call in self._backward:
            call()
        return Pass(x, y, losses, self._states, self._gradients, self._state_gradients)

    def _write_out(self, like: Tensor) -> None:
        """The calls, for batches of this shape."""
        linears = self._linears()
        shapes = [(*like.shape[:2], linear.weight.shape[2]) for linear in linears]
        self._x = torch.empty_like(like)
        self._state_gradients, self._states = Stacked.empty(2, shapes, like)
        states = [self._x, *self._states]
        activations, skips = dense_chain(self._stack.network), self._skips()
        links = [
            Link(k, linear, activations[k], skips[k], states[k - 1], states[k])
            for k, linear in enumerate(linears, start=1)
        ]
        self._forward = [call for link in links for call in link.forward(states)]
        self._backward = [*self._down(links)]

    def _down(self, links: Sequence[Link]) -> Iterator[Call]:
        """Block by block from the top: through its links, then to its weights."""
        sums = [None, *map(Sum, self._state_gradients)]
        blocks = blocks_of(links)
        desks = _desks(blocks)
        for block in reversed(blocks):
            first = block[0]
            if first.is_linear:
                inner = [self._state_gradients[link.k - 1] for link in block]
            else:
                inner = desks[first.state.shape][: len(block)]
            for link, gradient in reversed([*zip(block, inner, strict=True)]):
                yield from link.backward(sums, gradient)
            yield from weights_of(block, inner)

    def _linears(self) -> list[Linear]:
        tensors = self._by_name([group.detach() for group in self._stack.groups])
        gradients = self._by_name(self._gradients)
        modules = [*(f"layer{k}" for k in range(1, self._stack.network.depth + 1)), "readout"]
        ends = ((f"{module}.weight", f"{module}.bias") for module in modules)
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
        forward, backward = zip(
            *(replica[place] for replica in self._stack.plan.gains), strict=True
        )
        like = self._gradients[0]
        gains = (like.new_tensor(gain).view(-1, 1, 1) for gain in (forward, backward))
        return AddSkip(source, *gains)


def _desks(blocks: Sequence[Block]) -> dict[torch.Size, list[Tensor]]:
    """Room side by side for the dL/dz_k of a block, by shape: one block is done with it first."""
    longest: defaultdict[torch.Size, int] = defaultdict(int)
    for block in blocks:
        shape = block[0].state.shape
        longest[shape] = max(longest[shape], len(block))
    like = blocks[0][0].state
    return {shape: [*like.new_empty(count, *shape)] for shape, count in longest.items()}
