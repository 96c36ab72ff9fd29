"""Initial weights. Each owner (layer, skip, readout) draws from a stream of its own.

So a weight depends on the seed and on its owner's name alone: arms start equal, and drawing a
skip leaves every other weight exactly as it was.
"""

import zlib
from math import prod, sqrt

import torch
from torch import Tensor

from skipviz.network import Init

Shape = tuple[int, ...]


def initial_tensors(
    owner: str, shapes: dict[str, Shape], init: Init, seed: int, dtype: torch.dtype
) -> dict[str, Tensor]:
    """One copy of the tensors of an owner; layout (out, in, ..) for weights, (out,) for biases."""
    stream = torch.Generator().manual_seed(zlib.crc32(f"{seed}/{owner}".encode()))
    fan_in = prod(shapes["weight"][1:]) if "weight" in shapes else 1
    drawn: dict[str, Tensor] = {}
    for name, shape in shapes.items():
        tensor = torch.empty(shape, dtype=dtype)
        drawn[name] = _fill(tensor, name, init, fan_in, stream)
    return drawn


def _fill(tensor: Tensor, name: str, init: Init, fan_in: int, stream: torch.Generator) -> Tensor:
    if init.scheme == "pytorch":
        bound = 1 / sqrt(fan_in)
        tensor.uniform_(-bound, bound, generator=stream)
        return tensor.mul_(init.gain) if name == "weight" else tensor
    if name == "bias":
        return tensor.zero_()
    return _WEIGHTS[init.scheme](tensor, init.gain, stream)


def _xavier(weight: Tensor, gain: float, stream: torch.Generator) -> Tensor:
    return torch.nn.init.xavier_normal_(weight, gain, generator=stream)


def _he(weight: Tensor, gain: float, stream: torch.Generator) -> Tensor:
    return torch.nn.init.kaiming_normal_(weight, nonlinearity="relu", generator=stream).mul_(gain)


def _orthogonal(weight: Tensor, gain: float, stream: torch.Generator) -> Tensor:
    return torch.nn.init.orthogonal_(weight, gain, generator=stream)


def _zero(weight: Tensor, gain: float, stream: torch.Generator) -> Tensor:  # noqa: ARG001
    return weight.zero_()


_WEIGHTS = {"xavier": _xavier, "he": _he, "orthogonal": _orthogonal, "zero": _zero}
