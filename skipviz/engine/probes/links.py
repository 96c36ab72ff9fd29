"""One dense layer with the add skips that end at it, forward and backward into given tensors.

With z_k = W_k s_(k-1) + b_k and s_k = act(z_k) + sum over skips p -> k of f s_p, from the top down

    dL/ds_p     += b dL/ds_k                for every skip p -> k with backward gain b
    dL/dz_k      = act'(z_k) dL/ds_k
    dL/dW_k      = dL/dz_k s_(k-1)',  dL/db_k = dL/dz_k summed over the batch
    dL/ds_(k-1) += W_k' dL/dz_k

States are (copies, batch, features), weights (copies, in, out), biases (copies, 1, out).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from skipviz.engine.model.activations import ACTIVATIONS, IN_PLACE
from skipviz.engine.model.derivatives import DERIVATIVES, FROM_OUTPUT


class Sum:
    """dL/ds_p, while what comes down from above adds up in `total`."""

    def __init__(self, total: Tensor) -> None:
        self._total = total
        self._begun = False

    def add_scaled(self, gradient: Tensor, gain: Tensor) -> None:
        """What comes down a skip."""
        if self._begun:
            self._total.addcmul_(gradient, gain)
        else:
            torch.mul(gradient, gain, out=self._total)
        self._begun = True

    def add_product(self, gradient: Tensor, weight: Tensor) -> None:
        """What comes down the chain."""
        if self._begun:
            self._total.baddbmm_(gradient, weight)
        else:
            torch.bmm(gradient, weight, out=self._total)
        self._begun = True

    def take(self) -> Tensor:
        """All that has come; the next to come begins anew."""
        self._begun = False
        return self._total


@dataclass(frozen=True)
class Linear:
    """W and b of a layer and the tensors for their gradients."""

    weight: Tensor
    bias: Tensor | None
    weight_gradient: Tensor
    bias_gradient: Tensor | None

    def forward(self, x: Tensor, out: Tensor) -> None:
        """z = W x + b."""
        if self.bias is None:
            torch.bmm(x, self.weight, out=out)
        else:
            torch.baddbmm(self.bias, x, self.weight, out=out)

    def backward(self, gradient: Tensor, x: Tensor, below: Sum | None) -> None:
        """From dL/dz."""
        torch.bmm(x.transpose(1, 2), gradient, out=self.weight_gradient)
        if self.bias_gradient is not None:
            torch.sum(gradient, 1, keepdim=True, out=self.bias_gradient)
        if below is not None:
            below.add_product(gradient, self.weight.transpose(1, 2))


@dataclass(frozen=True)
class AddSkip:
    """A skip from state `source`, with its gains as (copies, 1, 1)."""

    source: int
    forward_gain: Tensor
    backward_gain: Tensor


class Link:
    """The way from s_(k-1) to s_k, which goes to `state`, and back."""

    def __init__(
        self,
        k: int,
        linear: Linear,
        activation: str,
        skips: Sequence[AddSkip],
        state: Tensor,
        desk: Tensor,
    ) -> None:
        """`desk` is as `state`; several links may share it."""
        self._k, self._linear, self._skips, self._state, self._desk = k, linear, skips, state, desk
        in_place = activation in FROM_OUTPUT
        self._act = (IN_PLACE if in_place else ACTIVATIONS)[activation]
        self._derivative = DERIVATIVES.get(activation)
        self._h = torch.empty_like(state) if skips else state
        self._z = self._h if in_place else torch.empty_like(state)

    def forward(self, states: list[Tensor]) -> None:
        """Appends s_k to s_0 .. s_(k-1)."""
        self._linear.forward(states[-1], self._z)
        h = self._act(self._z)
        if self._z is not self._h:
            self._h.copy_(h)
        u = self._h
        for skip in self._skips:
            u = torch.addcmul(u, states[skip.source], skip.forward_gain, out=self._state)
        states.append(self._state)

    def backward(self, states: Sequence[Tensor], sums: Sequence[Sum | None]) -> None:
        """Takes dL/ds_k from the sums and adds to those of the states below; None needs nothing."""
        own, below = sums[self._k], sums[self._k - 1]
        assert own is not None
        gradient = own.take()
        for skip in self._skips:
            if source := sums[skip.source]:
                source.add_scaled(gradient, skip.backward_gain)
        if self._derivative:
            self._derivative(gradient, self._z, self._desk)
            gradient = self._desk
        self._linear.backward(gradient, states[self._k - 1], below)
