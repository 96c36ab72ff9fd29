"""One dense layer with the add skips that end at it, forward and backward, as calls.

With z_k = W_k s_(k-1) + b_k and s_k = act(z_k) + sum over skips p -> k of f s_p, from the top down

    dL/ds_p     += b dL/ds_k                for every skip p -> k with backward gain b
    dL/dz_k      = act'(z_k) dL/ds_k
    dL/ds_(k-1) += W_k' dL/dz_k

States are (replicas, batch, features), weights (replicas, in, out), biases (replicas, 1, out). They
are kept from pass to pass, so a call is bound to those that it reads and to the one it writes.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import torch
from torch import Tensor

from skipviz.engine.model.activations import ACTIVATIONS, IN_PLACE
from skipviz.engine.model.derivatives import DERIVATIVES, FROM_OUTPUT

Call = Callable[[], object]


class Sum:
    """dL/ds_p: what comes down first overwrites that of the pass before, the rest is added."""

    def __init__(self, total: Tensor) -> None:
        self.total = total
        self._begun = False

    def add_scaled(self, gradient: Tensor, gain: Tensor) -> Call:
        """What comes down a skip."""
        if self._begins():
            return partial(torch.mul, gradient, gain, out=self.total)
        return partial(self.total.addcmul_, gradient, gain)

    def add_product(self, gradient: Tensor, weight: Tensor) -> Call:
        """What comes down the chain."""
        if self._begins():
            return partial(torch.bmm, gradient, weight, out=self.total)
        return partial(self.total.baddbmm_, gradient, weight)

    def _begins(self) -> bool:
        begun, self._begun = self._begun, True
        return not begun


@dataclass(frozen=True)
class Linear:
    """W and b of a layer and the tensors for their gradients."""

    weight: Tensor
    bias: Tensor | None
    weight_gradient: Tensor
    bias_gradient: Tensor | None

    def forward(self, x: Tensor, out: Tensor) -> Call:
        """z = W x + b."""
        if self.bias is None:
            return partial(torch.bmm, x, self.weight, out=out)
        return partial(torch.baddbmm, self.bias, x, self.weight, out=out)


@dataclass(frozen=True)
class AddSkip:
    """A skip from state `source`, with its gains as (replicas, 1, 1)."""

    source: int
    forward_gain: Tensor
    backward_gain: Tensor


class Link:
    """The way from s_(k-1), held in `below`, to s_k, which goes to `state`, and back."""

    def __init__(
        self,
        k: int,
        linear: Linear,
        activation: str,
        skips: Sequence[AddSkip],
        below: Tensor,
        state: Tensor,
    ) -> None:
        self.linear, self.below, self.state = linear, below, state
        self.k, self._skips = k, skips
        in_place = activation in FROM_OUTPUT
        self._act = (IN_PLACE if in_place else ACTIVATIONS)[activation]
        self._derivative = DERIVATIVES.get(activation)
        self._h = torch.empty_like(state) if skips else state
        self._z = self._h if in_place else torch.empty_like(state)

    @property
    def is_linear(self) -> bool:
        """Whether dL/dz_k is dL/ds_k."""
        return self._derivative is None

    def forward(self, states: Sequence[Tensor]) -> Iterator[Call]:
        """From s_0 .. s_(k-1)."""
        yield self.linear.forward(self.below, self._z)
        if not self.is_linear:
            yield partial(self._act, self._z) if self._z is self._h else self._activate
        u = self._h
        for skip in self._skips:
            yield partial(torch.addcmul, u, states[skip.source], skip.forward_gain, out=self.state)
            u = self.state

    def _activate(self) -> None:
        self._h.copy_(self._act(self._z))

    def backward(self, sums: Sequence[Sum | None], inner: Tensor) -> Iterator[Call]:
        """From dL/ds_k to its parts in the sums below, of which None needs nothing.

        dL/dz_k goes to `inner`, which is where dL/ds_k stands if the link `is_linear`.
        """
        own, below = sums[self.k], sums[self.k - 1]
        assert own is not None
        for skip in self._skips:
            if source := sums[skip.source]:
                yield source.add_scaled(own.total, skip.backward_gain)
        if self._derivative:
            yield partial(self._derivative, own.total, self._z, inner)
        if below is not None:
            yield below.add_product(inner, self.linear.weight.transpose(1, 2))
