"""How a hand-written model is described, and inputs for it."""

from collections.abc import Callable
from dataclasses import dataclass, field

import torch
from torch import Tensor, nn


@dataclass(frozen=True)
class Case:
    """A model, an input, and what there is to be found: merges by kind."""

    make: Callable[[], nn.Module]
    inputs: Callable[[], tuple[Tensor, ...]]
    kinds: dict[str, int]
    edges: int | None = None
    gates: int = 0
    recurrent: bool = False
    parallel: bool = False
    uses: dict[str, int] = field(default_factory=dict)


def image(channels: int = 3, size: int = 8, batch: int = 2) -> Callable[[], tuple[Tensor, ...]]:
    return lambda: (torch.randn(batch, channels, size, size),)


def rows(width: int = 8, batch: int = 4) -> Callable[[], tuple[Tensor, ...]]:
    return lambda: (torch.randn(batch, width),)


def series(length: int = 5, width: int = 8, batch: int = 2) -> Callable[[], tuple[Tensor, ...]]:
    return lambda: (torch.randn(batch, length, width),)


def tokens(length: int = 6, batch: int = 2) -> Callable[[], tuple[Tensor, ...]]:
    return lambda: (torch.randint(0, 11, (batch, length)),)
