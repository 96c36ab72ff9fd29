"""What inference finds out about a network on some data."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from skipviz.network.joints import Joint
from skipviz.network.problems import Problem
from skipviz.types import Shape

T = TypeVar("T")


@dataclass(frozen=True)
class LayerShapes:
    """One layer, or the readout, at its place.

    `source` is the shape of what it reads, s_(k-1) or what its `reads` say, `fed` of what op reads,
    `mapped` of what op gives, `inner` of what the activation reads in order post (after the skips
    that join there), `branch` of h_k, `state` of s_k. `memory` is that of what attention attends to
    besides; () where there is none.
    """

    source: Shape
    fed: Shape
    mapped: Shape
    inner: Shape
    branch: Shape
    state: Shape
    memory: Shape = ()


@dataclass
class Inference:
    """What is known of a network for some data; None stands for what a problem leaves open.

    `states` are the shapes of s_0 .. s_(N+1), without the batch axis; `layers` belong to layers
    1 .. N and the readout, `joints` to the skips in the network's order.
    """

    states: list[Shape | None] = field(default_factory=list)
    layers: list[LayerShapes | None] = field(default_factory=list)
    joints: list[Joint | None] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


@dataclass(frozen=True)
class Shapes:
    """The inference of a network that can be built."""

    states: tuple[Shape, ...]
    layers: tuple[LayerShapes, ...]
    joints: tuple[Joint, ...]


def known(found: Inference) -> Shapes:
    """An inference without problems, and so without anything left open."""
    return Shapes(_all(found.states), _all(found.layers), _all(found.joints))


def _all(entries: Sequence[T | None]) -> tuple[T, ...]:
    return tuple(entry for entry in entries if entry is not None)
