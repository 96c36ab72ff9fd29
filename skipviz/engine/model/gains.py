"""How a skip joins a state, with the gains of each arm."""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor


class _TwoGains(torch.autograd.Function):
    """h + f sg(v) + b (v - sg(v)), sg = stop gradient: f on the value, b on the gradient of v."""

    @staticmethod
    def forward(ctx: Any, h: Tensor, v: Tensor, f: Tensor, b: Tensor) -> Tensor:
        ctx.backward_gain = b  # no variable, so nothing to save for a second backward
        return torch.addcmul(h, v, f)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, Tensor, None, None]:
        (gradient,) = gradients
        return gradient, gradient * ctx.backward_gain, None, None


class _TwoBlends(torch.autograd.Function):
    """(1 - f) h + f m in value; the gradient goes to h by 1 - b and to m by b."""

    @staticmethod
    def forward(ctx: Any, h: Tensor, m: Tensor, f: Tensor, b: Tensor) -> Tensor:
        ctx.backward_gain = b
        return torch.lerp(h, m, f)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, Tensor, None, None]:
        (gradient,) = gradients
        through = gradient * ctx.backward_gain
        return gradient - through, through, None, None


class Gains:
    """The forward gain f and the backward gain b of one skip, for every replica.

    They act on v = merge(h_q, s_p) - h_q; h and v are (replicas, batch, ..).
    """

    def __init__(self, pairs: Sequence[tuple[float, float]]) -> None:
        self._pairs = pairs
        self._equal = all(f == b for f, b in pairs)
        self._f = self._b = torch.empty(0)
        self.all_ones = all(pair == (1.0, 1.0) for pair in pairs)
        """Whether every replica has the skip as it is drawn."""

    def add(self, h: Tensor, v: Tensor) -> Tensor:
        """s = h + f sg(v) + b (v - sg(v))."""
        f, b = self._like(v)
        if self._equal:
            return torch.addcmul(h, v, f)
        return _TwoGains.apply(h, v, f, b)  # type: ignore[no-untyped-call, no-any-return]

    def blend(self, h: Tensor, merged: Tensor) -> Tensor:
        """The same for v = merged - h, without taking that difference.

        Where a branch is scaled by a small c, c h + s - h + h loses the digits of c h: in float32
        1 + (c - 1) is 0 for c = 1e-8. (1 - f) h + f merged is exact for f = 0 and f = 1.
        """
        f, b = self._like(merged)
        if self._equal:
            return torch.lerp(h, merged, f)
        return _TwoBlends.apply(h, merged, f, b)  # type: ignore[no-untyped-call, no-any-return]

    def scale(self, v: Tensor) -> Tensor:
        """f sg(v) + b (v - sg(v)) by itself, for channels that a skip appends."""
        return v * self._like(v)[0] if self._equal else self.add(torch.zeros_like(v), v)

    def _like(self, v: Tensor) -> tuple[Tensor, Tensor]:
        """f and b as (replicas, 1, ..) of the dtype and on the device of v; kept between calls."""
        if self._f.dim() != v.dim() or self._f.dtype != v.dtype or self._f.device != v.device:
            shape = (len(self._pairs),) + (1,) * (v.dim() - 1)
            self._f = v.new_tensor([f for f, _ in self._pairs]).view(shape)
            self._b = v.new_tensor([b for _, b in self._pairs]).view(shape)
        return self._f, self._b
