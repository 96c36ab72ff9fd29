"""Weight norm: w = g v / |v| row by row (Salimans and Kingma 2016), where a map asks for w."""

from collections.abc import Iterable
from dataclasses import replace

import torch
from torch import Tensor

from skipviz.engine.model.context import Context, Stage

LENGTH = "_length"


def with_lengths(stage: Stage, module: str, tensors: Iterable[str]) -> Stage:
    """The stage with the weights of its module as their lengths say; as it is where none has."""
    names = [f"{module}.{name.removesuffix(LENGTH)}" for name in tensors if name.endswith(LENGTH)]
    if not names:
        return stage

    def normed(context: Context, x: Tensor) -> Tensor:
        held = context.tensors
        weights = {name: _rescaled(held[name], held[name + LENGTH]) for name in names}
        return stage(replace(context, tensors={**held, **weights}), x)

    return normed


def _rescaled(directions: Tensor, lengths: Tensor) -> Tensor:
    """g v / |v|: v is (replicas, out, in / groups, ..), of a linear map (replicas, in, out)."""
    linear = directions.dim() == 3
    axes = (1,) if linear else tuple(range(2, directions.dim()))
    found: Tensor = torch.linalg.vector_norm(directions, dim=axes, keepdim=True)
    return directions * ((lengths.transpose(1, 2) if linear else lengths) / found)
