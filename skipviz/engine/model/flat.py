"""Tensors that are parts of one: what is done to all their numbers alike is one call."""

from collections.abc import Iterable, Sequence
from itertools import accumulate

import torch
from torch import Tensor, nn

ALIGNED = 16  # numbers: every part starts where a tensor of its own would


class Flat(list[Tensor]):
    """Views of `whole`, a vector; between them are zeros."""

    def __init__(self, whole: Tensor, shapes: Sequence[torch.Size]) -> None:
        starts = _starts(shapes)
        super().__init__(
            whole[start : start + shape.numel()].view(shape)
            for start, shape in zip(starts, shapes, strict=False)
        )
        self.whole = whole

    @classmethod
    def alike(cls, count: int, tensors: Sequence[Tensor]) -> "list[Flat]":
        """So many, with parts as these tensors but all 0, as the rows of one matrix."""
        shapes = [tensor.shape for tensor in tensors]
        rows = tensors[0].new_zeros(count, _starts(shapes)[-1])
        return [cls(row, shapes) for row in rows]


def wholes(*lists: Sequence[Tensor]) -> list[list[Tensor]]:
    """The same numbers in fewer tensors where all these lists are flat, for torch._foreach."""
    flats = [tensors for tensors in lists if isinstance(tensors, Flat)]
    if len(flats) == len(lists):
        return [[flat.whole] for flat in flats]
    return [[*tensors] for tensors in lists]


@torch.no_grad()
def move(parameters: Iterable[nn.Parameter], to: Flat) -> None:
    """The parameters keep their values and are from now on the parts of a flat."""
    for parameter, part in zip(parameters, to, strict=True):
        part.copy_(parameter)
        parameter.data = part


def _starts(shapes: Sequence[torch.Size]) -> list[int]:
    """Where the parts start, and the end."""
    sizes = [-(-shape.numel() // ALIGNED) * ALIGNED for shape in shapes]
    return [*accumulate(sizes, initial=0)]
