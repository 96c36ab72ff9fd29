"""Activation functions by their name in the network language."""

from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn import functional


def _identity(x: Tensor) -> Tensor:
    return x


ACTIVATIONS: dict[str, Callable[[Tensor], Tensor]] = {
    "identity": _identity,
    "relu": torch.relu,
    "leaky_relu": functional.leaky_relu,
    "gelu": functional.gelu,
    "silu": functional.silu,
    "tanh": torch.tanh,
    "sigmoid": torch.sigmoid,
    "softplus": functional.softplus,
    "sine": torch.sin,
}

IN_PLACE: dict[str, Callable[[Tensor], Tensor]] = ACTIVATIONS | {
    "relu": torch.relu_,
    "tanh": torch.tanh_,
    "sigmoid": torch.sigmoid_,
}
"""For what a linear map has just made, which its own gradient does not need."""

STEEPEST = {"sigmoid": 0.25, "gelu": 1.129, "silu": 1.0998}
"""The largest slope, where it is not 1."""


def slope(name: str, z: Tensor) -> Tensor:
    """|act'(z)| over its largest value, for every entry of z."""
    with torch.enable_grad():
        at = z.detach().requires_grad_()
        (derivative,) = torch.autograd.grad(ACTIVATIONS[name](at).sum(), at)
    return derivative.abs_().div_(STEEPEST.get(name, 1.0))
