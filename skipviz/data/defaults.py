"""Which data set a preset is meant for, and what stands in for one that is not at hand."""

import functools

from skipviz import presets
from skipviz.data.catalogue import DataInfo, info, names
from skipviz.data.downloads import at_hand


@functools.cache
def default_for(preset: str) -> str | None:
    """The data set whose samples have the shape a preset reads; None where there is none."""
    about = presets.info(preset)
    for name in names():
        found = info(name)
        of_this_kind = about.data is not None and name.startswith(about.data)
        if of_this_kind and (found.input_shape, found.outputs) == (
            about.input_shape,
            about.outputs,
        ):
            return name
    return None


def stand_in(name: str) -> str:
    """A data set itself where it is at hand, else the first one at hand of the same kind.

    MNIST gives way to the digits as vectors, CIFAR-10 to the digits as images.
    """
    if at_hand(name):
        return name
    kind = _kind(info(name))
    return next(other for other in names() if at_hand(other) and _kind(info(other)) == kind)


def _kind(about: DataInfo) -> tuple[object, ...]:
    """What decides whether layers that read one data set can read the other."""
    return len(about.input_shape), about.task, about.vocabulary, about.per_position
