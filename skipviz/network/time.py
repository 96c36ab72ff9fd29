"""What a time step reads where the chain runs along a sequence, one position after the other."""

from collections.abc import Sequence

from skipviz.language import _
from skipviz.network.architecture import Architecture
from skipviz.network.problems import Fix, Problem
from skipviz.network.sizes import shape_text
from skipviz.types import Shape


def more_steps() -> Fix:
    """The fix of a network of one time step that needs several."""
    return Fix(_("Run for 4 time steps"), ({"do": "set_time", "time": "repeat", "steps": 4},))


def steps_of(network: Architecture, input_shape: Sequence[int]) -> int:
    """How often the chain runs on samples of this shape."""
    return input_shape[0] if network.time == "positions" else network.time_steps


def shape_of_a_step(network: Architecture, input_shape: Shape) -> Shape:
    """The shape of s_0 at one time step: one position of a sequence, one number of a vector."""
    if network.time == "repeat":
        return input_shape
    return input_shape[1:] or (1,)


def time_problems(network: Architecture, input_shape: Sequence[int]) -> list[Problem]:
    """Only sequences and vectors have positions in a row."""
    if network.time == "repeat" or len(input_shape) < 3:
        return []
    fix = Fix(_("Read the whole input at every step"), ({"do": "set_time", "time": "repeat"},))
    message = _(
        "Every time step reads one position of a sequence; here is an image of {shape}. {fix}.",
        shape=shape_text(tuple(input_shape)),
        fix=fix.label,
    )
    return [Problem(message, fixes=(fix,))]
