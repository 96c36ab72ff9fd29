"""Ops that hand on the entries they read, in the same or another shape.

Every state is a tensor of its own, also where it has the entries of the one before: its gradient is
not that of the state before, from which skips may start.
"""

from skipviz.engine.model.context import Stage
from skipviz.engine.model.place import Place
from skipviz.network import Flatten, Identity, Reshape, ToSequence


def flatten(layer: Flatten, place: Place) -> Stage:  # noqa: ARG001
    """All entries as one vector."""
    return lambda _, x: x.flatten(2) if x.dim() > 3 else x.view_as(x)


def reshape(layer: Reshape, place: Place) -> Stage:  # noqa: ARG001
    """The same entries, row-major, in another shape."""
    shape = layer.shape
    return lambda _, x: x.reshape(*x.shape[:2], *shape)


def to_sequence(layer: ToSequence, place: Place) -> Stage:  # noqa: ARG001
    """(channels, height, width) as (height * width, channels), row by row."""
    return lambda _, x: x.flatten(3).transpose(2, 3)


def identity(layer: Identity, place: Place) -> Stage:  # noqa: ARG001
    """op(s) = s."""
    return lambda _, x: x.view_as(x)
