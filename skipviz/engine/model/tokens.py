"""What turns token numbers into states, and tells positions apart."""

import torch
from torch import Tensor
from torch.nn import functional

from skipviz.engine.model.context import Context, Stage
from skipviz.engine.model.place import Place
from skipviz.network import Embedding, Positions, Shift


def embedding(layer: Embedding, place: Place) -> Stage:
    """op looks up row s[t] of the replica's table; the tables lie one after the other."""
    name, rows = f"{place.module}.weight", layer.vocabulary

    def look_up(context: Context, x: Tensor) -> Tensor:
        starts = torch.arange(len(x), device=x.device).view(-1, 1, 1) * rows
        return functional.embedding(x.long() + starts, context.tensors[name].flatten(0, 1))

    return look_up


def positions(layer: Positions, place: Place) -> Stage:
    """op(s) = s + P."""
    if layer.learned:
        name = f"{place.module}.weight"
        return lambda context, x: x + context.tensors[name].unsqueeze(1)
    table = sinusoids(*place.shapes.fed)
    return lambda _, x: x + table.to(x)


def class_token(place: Place) -> Stage:
    """op puts the replica's vector before the sequence."""
    name = f"{place.module}.weight"

    def prepend(context: Context, x: Tensor) -> Tensor:
        token = context.tensors[name].unsqueeze(1)
        return torch.cat([token.expand(-1, x.shape[1], -1, -1), x], 2)

    return prepend


def latents(place: Place) -> Stage:
    """The replica's vectors for every sample."""
    name = f"{place.module}.weight"
    return lambda context, x: context.tensors[name].unsqueeze(1).expand(-1, x.shape[1], -1, -1)


def shift(layer: Shift) -> Stage:
    """op moves a sequence to later positions."""
    by = layer.by
    return lambda _, x: functional.pad(x, (0, 0, by, 0))[:, :, : x.shape[2]]


def sinusoids(length: int, width: int) -> Tensor:
    """P[t, 2i] = sin(t / 10000^(2i/width)), P[t, 2i+1] = cos(same) (Vaswani et al. 2017)."""
    time = torch.arange(length, dtype=torch.float64)[:, None]
    columns = torch.arange(width)
    angle = time / 10_000 ** (columns // 2 * 2 / width)
    return torch.where(columns % 2 == 0, angle.sin(), angle.cos())
