"""Where channels are, and how replicas become channels for operations that know no replicas.

States are (replicas, batch, features), (replicas, batch, positions, channels) or
(replicas, batch, channels, height, width). Convolutions, batch and group norm run once for all
replicas on (batch, replicas * channels, ..). A state they made keeps that order in memory and is
only seen as (replicas, batch, ..), so that the next one folds it again without a copy.
"""

import torch
from torch import Tensor

SEQUENCE = 4  # axes of a sequence state


def channel_axis(x: Tensor) -> int:
    """The axis of a state that holds the channels."""
    return 3 if x.dim() == SEQUENCE else 2


def per_channel(values: Tensor, like: Tensor) -> Tensor:
    """(replicas, 1, channels) made to broadcast with the state `like`."""
    if like.dim() == 3:
        return values
    if like.dim() == SEQUENCE:
        return values.unsqueeze(1)
    return values.unsqueeze(3).unsqueeze(4)


def fold(x: Tensor) -> Tensor:
    """A state as (batch, replicas * channels, *positions)."""
    order = x.permute(1, 0, 3, 2) if x.dim() == SEQUENCE else x.transpose(0, 1)
    return order.flatten(1, 2)


def unfold(y: Tensor, replicas: int) -> Tensor:
    """The state of which `y` is the fold."""
    apart = y.reshape(len(y), replicas, y.shape[1] // replicas, *y.shape[2:])
    return apart.permute(1, 0, 3, 2) if apart.dim() == SEQUENCE else apart.transpose(0, 1)


def flat(x: Tensor) -> Tensor:
    """A state as (replicas, batch, features), row-major."""
    return x if x.dim() == 3 else x.flatten(2)


def joined(pieces: list[Tensor]) -> Tensor:
    """States joined on their channels."""
    return torch.cat(pieces, channel_axis(pieces[0]))
