"""First values of all tensors. Each module (layer, skip, readout) draws from a stream of its own.

So a weight depends on the seed and on its module's name alone: arms start equal, and drawing a
skip leaves every other weight exactly as it was. All are drawn in float32, for torch draws other
numbers in float64 from the same stream; what measures in float64 widens them, and so speaks of
the network that is trained.
"""

import zlib
from math import sqrt

import torch
from torch import Tensor

from skipviz.network import Init
from skipviz.network.tensors import InitSpec, Tensors

Stream = torch.Generator


def initial_tensors(module: str, tensors: Tensors, seed: int) -> dict[str, Tensor]:
    """One replica of the tensors of a module, by `module.name`, in torch's layout and float32."""
    stream = torch.Generator().manual_seed(zlib.crc32(f"{seed}/{module}".encode()))
    drawn: dict[str, Tensor] = {}
    for name, tensor in tensors.items():
        start = tensor.start
        if start.rule == "length":
            drawn[name] = row_lengths(drawn[start.of])
        else:
            drawn[name] = _filled(torch.empty(tensor.shape, dtype=torch.float32), start, stream)
    return {f"{module}.{name}": tensor for name, tensor in drawn.items()}


def row_lengths(weight: Tensor) -> Tensor:
    """|w| of every row, as torch's weight_norm has it: (out, ..) -> (out, 1, ..)."""
    lengths: Tensor = torch.linalg.vector_norm(weight.flatten(1), dim=1)
    return lengths.view(-1, *(1,) * (weight.dim() - 1))


def _filled(tensor: Tensor, start: InitSpec, stream: Stream) -> Tensor:
    if start.rule == "constant":
        return tensor.fill_(start.value)
    if start.rule == "normal":
        return tensor.normal_(0, start.value, generator=stream)
    if start.init.scheme == "pytorch":
        bound = 1 / sqrt(start.fan_in)
        tensor.uniform_(-bound, bound, generator=stream)
        return tensor.mul_(start.init.gain) if start.rule == "weight" else tensor
    return tensor.zero_() if start.rule == "bias" else _drawn(tensor, start, stream)


def _drawn(weight: Tensor, start: InitSpec, stream: Stream) -> Tensor:
    """A weight by a scheme other than torch's own."""
    if start.init.scheme == "looks_linear" and start.mirrored:
        half = weight.new_empty(weight.shape[0], weight.shape[1] // 2, *weight.shape[2:])
        _orthogonal(half, start.init, stream)
        return torch.cat([half, -half], 1)
    return _WEIGHTS[start.init.scheme](weight, start.init, stream)


def _xavier(weight: Tensor, init: Init, stream: Stream) -> Tensor:
    return torch.nn.init.xavier_normal_(weight, init.gain, generator=stream)


def _he(weight: Tensor, init: Init, stream: Stream) -> Tensor:
    drawn = torch.nn.init.kaiming_normal_(weight, nonlinearity="relu", generator=stream)
    return drawn.mul_(init.gain)


def _orthogonal(weight: Tensor, init: Init, stream: Stream) -> Tensor:
    return torch.nn.init.orthogonal_(weight, init.gain, generator=stream)


def _zero(weight: Tensor, init: Init, stream: Stream) -> Tensor:  # noqa: ARG001
    return weight.zero_()


_WEIGHTS = {
    "xavier": _xavier,
    "he": _he,
    "orthogonal": _orthogonal,
    "looks_linear": _orthogonal,
    "zero": _zero,
}
