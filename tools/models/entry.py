"""One model of a package: how it is built, and what its architecture has to show."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any, cast

import torch
from torch import Tensor, nn

Given = tuple[Any, ...] | dict[str, Any]
Build = Callable[[], nn.Module]
Inputs = Callable[[], Given]


@dataclass(frozen=True)
class Entry:
    """A model with random weights, and the skips that its architecture has.

    `kinds` are merges by kind, `edges` all skips where a concatenation joins several states (None:
    one per merge), `gates` products with what was computed from the same data. `uses` are modules
    that are called several times with the same weights. `told` is a model in which something is
    merged out of sight, and skipviz has to say so. `new` was expected before its first run;
    `first_look` says what that run showed where it was not as expected, and `wrong` what is wrong
    to this day.
    """

    name: str
    build: Build
    inputs: Inputs
    kinds: Mapping[str, int]
    why: str
    gates: int = 0
    edges: int | None = None
    uses: Mapping[str, int] = field(default_factory=dict)
    told: bool = False
    new: bool = True
    first_look: str = ""
    wrong: str = ""


def made(module: str, name: str, *args: Any, **settings: Any) -> Build:
    """Builds `module.name(..)` when it is called, not before: packages are imported one by one."""

    def build() -> nn.Module:
        return cast(nn.Module, getattr(import_module(module), name)(*args, **settings))

    return build


def image(size: int = 32, channels: int = 3, batch: int = 2, dimensions: int = 2) -> Inputs:
    """Pictures (batch, channels, size, size), or volumes."""
    return lambda: (torch.randn(batch, channels, *[size] * dimensions),)


def ids(length: int = 8, **more: Callable[[], Tensor]) -> Inputs:
    """Tokens (2, length) below 50 as `input_ids`, and more by name."""
    return lambda: {"input_ids": tokens(length), **{name: value() for name, value in more.items()}}


def tokens(length: int = 8) -> Tensor:
    return torch.randint(3, 50, (2, length))


def of(**values: Callable[[], Any]) -> Inputs:
    """Arguments by name."""
    return lambda: {name: value() for name, value in values.items()}


def normal(*shape: int) -> Callable[[], Tensor]:
    return lambda: torch.randn(shape)
