"""Activation functions by their name in the network language."""

from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn import functional

from skipviz.engine.model.derivatives import ALPHA, SCALE
from skipviz.engine.model.folding import joined


def _identity(x: Tensor) -> Tensor:
    return x


def _crelu(x: Tensor) -> Tensor:
    """[relu(x), relu(-x)] on the channel axis (Shang et al. 2016); x (replicas, batch, ..)."""
    return torch.relu_(joined([x, -x]))


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
    "relu6": functional.relu6,
    "hardswish": functional.hardswish,
    "hard_sigmoid": functional.hardsigmoid,
    "selu": functional.selu,
    "crelu": _crelu,
}

IN_PLACE: dict[str, Callable[[Tensor], Tensor]] = ACTIVATIONS | {
    "relu": torch.relu_,
    "tanh": torch.tanh_,
    "sigmoid": torch.sigmoid_,
}
"""For what a linear map has just made, which its own gradient does not need."""

STEEPEST = {
    "sigmoid": 0.25,
    "gelu": 1.129,
    "silu": 1.0998,
    "hardswish": 1.5,
    "hard_sigmoid": 1 / 6,
    "selu": SCALE * ALPHA,
}
"""The largest slope, where it is not 1."""


def slope(name: str, z: Tensor) -> Tensor:
    """|act'(z)| over its largest value, for every entry of z; CReLU has two units per entry."""
    if name == "crelu":
        return slope("relu", torch.cat([z, -z], -1))
    with torch.enable_grad():
        at = z.detach().requires_grad_()
        (derivative,) = torch.autograd.grad(ACTIVATIONS[name](at).sum(), at)
    return derivative.abs_().div_(STEEPEST.get(name, 1.0))
