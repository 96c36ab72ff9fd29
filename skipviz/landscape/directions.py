"""Random directions in the space of weights, normalised filter by filter (Li et al. 2018).

Section 4: d_ij <- d_ij / |d_ij| |w_ij|, the j-th filter of layer i. A filter is what makes one
output: a row of a matrix and a kernel in torch's layout, a line of a table. Whatever has one
number per channel (biases, the weights and biases of norms, learned scales) stays as it is:
its direction is 0, as in the authors' own experiments.
"""

import zlib
from collections.abc import Mapping

import torch
from torch import Tensor

from skipviz.model.layout import running
from skipviz.network.parameters import Tensor as Described


def direction(
    described: Mapping[str, Described], weights: Mapping[str, Tensor], seed: int, axis: int
) -> dict[str, Tensor]:
    """One direction per copy, by the name of the tensor, in the layout of the running model.

    `weights` hold (copies, ..). Before they are scaled to the copy's filters, the numbers are
    the same for all copies; they depend on the seed, the axis (0 or 1) and the tensor's name.
    """
    return {
        name: _scaled(_drawn(tensor, f"{seed}/{axis}/{name}", weights[name]), weights[name], tensor)
        for name, tensor in described.items()
    }


def _drawn(described: Described, stream: str, like: Tensor) -> Tensor:
    generator = torch.Generator().manual_seed(zlib.crc32(stream.encode()))
    numbers = torch.randn(1, *described.shape, generator=generator, dtype=torch.float64)
    return running(numbers.to(like), described)


def _scaled(numbers: Tensor, weight: Tensor, described: Described) -> Tensor:
    if len(described.shape) == 1:
        return torch.zeros_like(weight)
    axes = _inside_a_filter(described)
    size = torch.linalg.vector_norm(weight, dim=axes, keepdim=True)
    unit = numbers / torch.linalg.vector_norm(numbers, dim=axes, keepdim=True)
    return torch.mul(unit, size)


def _inside_a_filter(described: Described) -> tuple[int, ...]:
    """The axes of (copies, ..) that run through a filter; `running` transposes linear maps."""
    transposed = len(described.shape) == 2 and described.uses > 0
    return (1,) if transposed else tuple(range(2, len(described.shape) + 1))
