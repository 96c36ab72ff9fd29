"""What a skip carries, times a factor: f on the value forward, b on its gradient backward."""

from typing import Any, NamedTuple

import torch
from torch import Tensor


class Gains(NamedTuple):
    """Factors of one skip; 1 and 1 leave the model as it is."""

    forward: float = 1.0
    backward: float = 1.0

    @property
    def open(self) -> bool:
        """Whether nothing is changed."""
        return self == OPEN


OPEN = Gains()


class _Gain(torch.autograd.Function):
    """Saves no tensor, so that checkpointing counts the same tensors with and without it."""

    @staticmethod
    def forward(ctx: Any, value: Tensor, forward: float, backward: float) -> Tensor:
        ctx.backward_gain = backward
        ctx.set_materialize_grads(False)
        if forward == 1:
            return value.clone()
        return torch.zeros_like(value) if forward == 0 else value * forward

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor | None) -> tuple[Tensor | None, None, None]:
        (gradient,) = gradients
        factor = ctx.backward_gain
        if factor == 0 or gradient is None:
            return None, None, None
        return gradient if factor == 1 else gradient * factor, None, None


def carried(value: Tensor, gains: Gains) -> Tensor:
    """A new tensor f v, whose gradient reaches v times b. f = 0 gives zeros, of NaN too."""
    found: Tensor = _Gain.apply(value, gains.forward, gains.backward)  # type: ignore[no-untyped-call]
    return found
