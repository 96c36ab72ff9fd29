"""How a skip joins a state, with the gains of each arm."""

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor


Merge = Callable[[Tensor, Tensor], Tensor]
"""Joins the increment v = merge(h_q, s_p) - h_q to h_q; both (copies, batch, ..)."""


class _TwoGains(torch.autograd.Function):
    """forward gain f on the value, backward gain b on the gradient: f sg(v) + b (v - sg(v))."""

    @staticmethod
    def forward(ctx: Any, v: Tensor, f: Tensor, b: Tensor) -> Tensor:
        ctx.save_for_backward(b)
        return v * f

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, None, None]:
        (b,) = ctx.saved_tensors
        return gradients[0] * b, None, None


def merge_with(gains: Sequence[tuple[float, float]], like: Tensor) -> Merge:
    """The merge for one skip; `gains` holds (forward, backward) of every copy.

    `like` (copies, ..) gives device, dtype and number of axes.
    """
    if all(gain == (1.0, 1.0) for gain in gains):
        return _add
    shape = (len(gains),) + (1,) * (like.dim() - 1)
    f = like.new_tensor([forward for forward, _ in gains]).view(shape)
    b = like.new_tensor([backward for _, backward in gains]).view(shape)
    if torch.equal(f, b):
        return lambda h, v: torch.addcmul(h, v, f)
    return lambda h, v: h + _TwoGains.apply(v, f, b)  # type: ignore[no-untyped-call]


def _add(h: Tensor, v: Tensor) -> Tensor:
    return h + v
