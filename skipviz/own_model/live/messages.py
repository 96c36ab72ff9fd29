"""What goes between the process of a model and that of the page: JSON, checked on both sides."""

from typing import Annotated, Literal

from pydantic import Field, TypeAdapter, ValidationError

from skipviz.own_model.cut import Weights
from skipviz.own_model.said import Said
from skipviz.own_model.saved import ArmName, Number, Step
from skipviz.own_model.structure import MOST_LAYERS, MOST_SKIPS, Count, Structure
from skipviz.spec import Spec

LARGEST_TOLD = 64 * 2**20
"""Bytes of a message from the model: a structure of the most layers and skips there may be."""
LARGEST_ASKED = 2**20
"""Bytes of a command."""
MOST_FRAMES = 256
"""In one message."""

Numbers = Annotated[tuple[Count, ...], Field(max_length=MOST_SKIPS)]
Doing = Literal["running", "paused", "idle", "ended"]


class Part(Spec):
    """One backward pass: `cut` are the skips that its `arm` concerns, None for all; `norms` by
    layer and `shares` by skip, None for NaN and infinities."""

    arm: ArmName
    cut: Numbers | None = None
    loss: Number = None
    norms: Annotated[tuple[Number, ...], Field(max_length=MOST_LAYERS)]
    shares: Annotated[tuple[Number, ...], Field(max_length=MOST_SKIPS)] | None = None


class LiveFrame(Spec):
    """What was measured in one step; of several arms on the same batch."""

    step: Step
    seconds: Annotated[float, Field(ge=0)]
    parts: Annotated[tuple[Part, ...], Field(min_length=1, max_length=2)]


class Told(Spec):
    """The model says what it has: all that is new, in this order."""

    structure: Structure | None = None
    frames: Annotated[tuple[LiveFrame, ...], Field(max_length=MOST_FRAMES)] = ()
    state: "LiveState | None" = None


class LiveState(Spec):
    """What the process of a model is doing. `steers`: its loop is skipviz's own, so that it can be
    stopped and made to take single steps; `cut` and `arm` are what its next pass will have."""

    doing: Doing = "running"
    why: Said = ""
    weights: Weights = "beside training"
    steers: bool = False
    arm: ArmName = "plain"
    cut: Numbers | None = None
    notes: Annotated[tuple[Said, ...], Field(max_length=100)] = ()


class Switch(Spec):
    """Cut these skips, all with None, and put the others back."""

    do: Literal["switch"] = "switch"
    arm: Literal["plain", "plain_unscaled"] = "plain"
    cut: Numbers | None = None


class Steer(Spec):
    """Pause, go on, make one step and pause, or stop."""

    do: Literal["pause", "resume", "step", "stop"]


Command = Switch | Steer
_COMMAND: TypeAdapter[Command] = TypeAdapter(Annotated[Command, Field(discriminator="do")])


class MessageError(ValueError):
    """Bytes that are no message."""


def told_in(text: bytes) -> Told:
    """What the model says; MessageError where it is none of this."""
    try:
        return Told.model_validate_json(text)
    except ValidationError as error:
        raise MessageError(str(error)[:500]) from None


def command_in(text: bytes) -> Command:
    """What the page asks for; MessageError where it is none of this."""
    try:
        return _COMMAND.validate_json(text)
    except ValidationError as error:
        raise MessageError(str(error)[:500]) from None
