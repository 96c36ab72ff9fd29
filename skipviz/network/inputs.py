"""What a network can be fed: samples of what shape, and what of them a time step reads."""

from collections.abc import Sequence
from typing import SupportsIndex

from skipviz.language import _
from skipviz.network.architecture import Architecture
from skipviz.network.problems import Fix, Problem
from skipviz.network.sizes import shape_text
from skipviz.types import Shape


def input_problems(
    network: Architecture, input_shape: Sequence[int], outputs: int
) -> list[Problem]:
    """What is wrong with samples of this shape, or so many outputs, whatever the layers are."""
    return _data_problems(input_shape, outputs) or _time_problems(network, input_shape)


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


def _time_problems(network: Architecture, input_shape: Sequence[int]) -> list[Problem]:
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


def _data_problems(input_shape: Sequence[int], outputs: int) -> list[Problem]:
    if not _are_sizes(input_shape):
        message = _(
            "An input shape is a tuple of whole numbers, as in (64,), not {given}.",
            given=repr(input_shape),
        )
        return [Problem(message)]
    if not _is_size(outputs):
        message = _("Outputs are a whole number, as in 10, not {given}.", given=repr(outputs))
        return [Problem(message)]
    problems = []
    if not 1 <= len(input_shape) <= 3 or min(input_shape) < 1:
        message = _(
            "An input has 1 to 3 axes of size 1 or more, not {given}.", given=tuple(input_shape)
        )
        problems.append(Problem(message))
    if outputs < 1:
        message = _("A readout has at least one output, not {given}.", given=outputs)
        problems.append(Problem(message))
    return problems


def _are_sizes(values: object) -> bool:
    return isinstance(values, Sequence) and all(map(_is_size, values))


def _is_size(value: object) -> bool:
    """Whether it is a whole number, of Python or of numpy."""
    return isinstance(value, SupportsIndex) and not isinstance(value, bool)
