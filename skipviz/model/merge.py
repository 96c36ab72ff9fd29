"""How a skip joins a state, with the gains of each arm."""

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor

Merge = Callable[[Tensor, Tensor], Tensor]
"""Joins the increment v = merge(h_q, s_p) - h_q to h_q; both (copies, batch, ..)."""


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


def merge_with(gains: Sequence[tuple[float, float]], like: Tensor) -> Merge:
    """The merge for one skip; `gains` holds (forward, backward) of every copy.

    `like` (copies, ..) gives device, dtype and number of axes.
    """
    if all(gain == (1.0, 1.0) for gain in gains):
        return torch.add
    shape = (len(gains),) + (1,) * (like.dim() - 1)
    f = like.new_tensor([forward for forward, _ in gains]).view(shape)
    b = like.new_tensor([backward for _, backward in gains]).view(shape)
    if torch.equal(f, b):
        return lambda h, v: torch.addcmul(h, v, f)
    return lambda h, v: _TwoGains.apply(h, v, f, b)  # type: ignore[no-untyped-call]
