"""Random directions in the space of weights, normalised filter by filter (Li et al. 2018).

Section 4: d_ij <- d_ij / |d_ij| |w_ij|, the j-th filter of layer i. A filter is what makes one
output: in torch's layout a row of a matrix, the kernels w[j] of a convolution and w[:, j] of a
transposed one (within its group), a line of a table. Whatever has one number per channel (biases,
the weights and biases of norms, learned scales) stays as it is: its direction is 0, as in the
authors' own experiments.
"""

import zlib
from collections.abc import Mapping

import torch
from torch import Tensor

from skipviz.engine.model.layout import running
from skipviz.network.tensors import Tensor as Described


def direction(
    described: Mapping[str, Described], weights: Mapping[str, Tensor], seed: int, axis: int
) -> dict[str, Tensor]:
    """One direction per replica, by the name of the tensor, in the layout of the running model.

    `weights` hold (replicas, ..). Before they are scaled to the replica's filters, the numbers are
    the same for all replicas; they depend on the seed, the axis (0 or 1) and the tensor's name.
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
    unit = numbers / _lengths(numbers, described)
    return torch.mul(unit, _lengths(weight, described))


def _lengths(tensor: Tensor, described: Described) -> Tensor:
    """Of the filter every entry of (replicas, ..) belongs to, in a shape that broadcasts to it."""
    if described.transposed:
        return _lengths_of_transposed(tensor, described.transposed)
    axes = _inside_a_filter(described)
    lengths: Tensor = torch.linalg.vector_norm(tensor, dim=axes, keepdim=True)
    return lengths


def _lengths_of_transposed(kernel: Tensor, groups: int) -> Tensor:
    """(replicas, in, out / groups, *kernel) -> (replicas, in, out / groups, 1, ..)."""
    replicas, inputs, *rest = kernel.shape
    grouped = kernel.reshape(replicas, groups, inputs // groups, *rest)
    axes = (2, *range(4, grouped.dim()))
    lengths: Tensor = torch.linalg.vector_norm(grouped, dim=axes, keepdim=True)
    return lengths.repeat_interleave(inputs // groups, dim=2).flatten(1, 2)


def _inside_a_filter(described: Described) -> tuple[int, ...]:
    """The axes of (replicas, ..) that run through a filter; `running` transposes linear maps."""
    is_map = len(described.shape) == 2 and described.uses > 0
    return (1,) if is_map else tuple(range(2, len(described.shape) + 1))
