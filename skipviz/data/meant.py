"""Which data set a preset is meant for."""

import functools

from skipviz import presets
from skipviz.data.catalogue import info, names


@functools.cache
def meant_for(preset: str) -> str | None:
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
