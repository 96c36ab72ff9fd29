"""The derivatives of activations as autograd takes them, into a given tensor (no new memory)."""

from collections.abc import Callable

import torch
from torch import Tensor

_aten = torch.ops.aten
ALPHA, SCALE = 1.6732632423543772, 1.0507009873554805  # of SELU (Klambauer et al. 2017)


def _relu(g: Tensor, h: Tensor, out: Tensor) -> None:
    _aten.threshold_backward.grad_input(g, h, 0, grad_input=out)


def _tanh(g: Tensor, h: Tensor, out: Tensor) -> None:
    _aten.tanh_backward.grad_input(g, h, grad_input=out)


def _sigmoid(g: Tensor, h: Tensor, out: Tensor) -> None:
    _aten.sigmoid_backward.grad_input(g, h, grad_input=out)


def _leaky_relu(g: Tensor, z: Tensor, out: Tensor) -> None:
    _aten.leaky_relu_backward.grad_input(g, z, 0.01, self_is_result=False, grad_input=out)


def _gelu(g: Tensor, z: Tensor, out: Tensor) -> None:
    _aten.gelu_backward.grad_input(g, z, grad_input=out)


def _silu(g: Tensor, z: Tensor, out: Tensor) -> None:
    _aten.silu_backward.grad_input(g, z, grad_input=out)


def _softplus(g: Tensor, z: Tensor, out: Tensor) -> None:
    _aten.softplus_backward.grad_input(g, z, 1, 20, grad_input=out)


def _sine(g: Tensor, z: Tensor, out: Tensor) -> None:
    torch.mul(g, z.cos(), out=out)


def _relu6(g: Tensor, z: Tensor, out: Tensor) -> None:
    _aten.hardtanh_backward.grad_input(g, z, 0, 6, grad_input=out)


def _hardswish(g: Tensor, z: Tensor, out: Tensor) -> None:
    _aten.hardswish_backward.out(g, z, out=out)


def _hard_sigmoid(g: Tensor, z: Tensor, out: Tensor) -> None:
    _aten.hardsigmoid_backward.grad_input(g, z, grad_input=out)


def _selu(g: Tensor, z: Tensor, out: Tensor) -> None:
    _aten.elu_backward.grad_input(g, ALPHA, SCALE, 1, False, z, grad_input=out)


Derivative = Callable[[Tensor, Tensor, Tensor], None]
"""From dL/dact(z) and act(z) or z to dL/dz, which goes into the last tensor."""

DERIVATIVES: dict[str, Derivative] = {
    "relu": _relu,
    "tanh": _tanh,
    "sigmoid": _sigmoid,
    "leaky_relu": _leaky_relu,
    "gelu": _gelu,
    "silu": _silu,
    "softplus": _softplus,
    "sine": _sine,
    "relu6": _relu6,
    "hardswish": _hardswish,
    "hard_sigmoid": _hard_sigmoid,
    "selu": _selu,
}
"""Of everything elementwise but the identity."""

FROM_OUTPUT = frozenset({"identity", "relu", "tanh", "sigmoid"})
"""Those that need act(z) only, so that it may overwrite z; the others need z."""
