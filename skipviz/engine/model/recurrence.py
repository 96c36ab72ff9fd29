"""Recurrent layers: position after position, all replicas in one product each time.

What reads the input alone, W x_t + b, is one product for all positions before the loop begins.
"""

from collections.abc import Callable
from typing import assert_never

import torch
from torch import Tensor

from skipviz.engine.model.context import Context, Stage
from skipviz.engine.model.dense import linear
from skipviz.engine.model.place import Place
from skipviz.network.recurrent import Gru, Lstm, Recurrent, Rnn

Cell = Callable[[Tensor, Tensor, tuple[Tensor, ...]], tuple[Tensor, ...]]
"""From W x_t + b, U h_(t-1) + c (replicas, batch, gates * width) and what is carried from position
to position, h_(t-1) first, to the same of position t."""


def recurrent(layer: Recurrent, place: Place) -> Stage:
    """op gives h_1 .. h_T, of both directions side by side where there are two."""
    readers = [
        _reader(layer, f"{place.module}.{direction}", backwards=bool(direction))
        for direction in layer.directions
    ]
    if len(readers) == 1:
        return readers[0]
    return lambda context, x: torch.cat([reader(context, x) for reader in readers], 3)


def _reader(layer: Recurrent, prefix: str, *, backwards: bool) -> Stage:
    cell, width, memories = _cell(layer), layer.width, 1 + isinstance(layer, Lstm)

    def read(context: Context, x: Tensor) -> Tensor:
        held = context.tensors
        fed = linear(x, held[f"{prefix}input_weight"], held.get(f"{prefix}input_bias"))
        weight, bias = held[f"{prefix}hidden_weight"], held.get(f"{prefix}hidden_bias")
        carried = (x.new_zeros(*x.shape[:2], width),) * memories
        states = []
        for at in _ordered(fed.unbind(2), backwards=backwards):
            carried = cell(at, linear(carried[0], weight, bias), carried)
            states.append(carried[0])
        return torch.stack(_ordered(states, backwards=backwards), 2)

    return read


def _ordered(pieces: list[Tensor] | tuple[Tensor, ...], *, backwards: bool) -> list[Tensor]:
    return [*reversed(pieces)] if backwards else [*pieces]


def _cell(layer: Recurrent) -> Cell:
    match layer:
        case Rnn():
            act = torch.tanh if layer.nonlinearity == "tanh" else torch.relu
            return lambda fed, own, _: (act(fed + own),)
        case Lstm():
            return _lstm
        case Gru():
            return _gru
        case _:
            assert_never(layer)


def _lstm(fed: Tensor, own: Tensor, carried: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
    i, f, g, o = (fed + own).chunk(4, 2)
    memory = f.sigmoid() * carried[1] + i.sigmoid() * g.tanh()
    return o.sigmoid() * memory.tanh(), memory


def _gru(fed: Tensor, own: Tensor, carried: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
    (r, z, n), (own_r, own_z, own_n) = fed.chunk(3, 2), own.chunk(3, 2)
    new = (n + (r + own_r).sigmoid() * own_n).tanh()
    return (torch.lerp(new, carried[0], (z + own_z).sigmoid()),)
