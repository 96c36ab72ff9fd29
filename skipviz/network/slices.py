"""Some of the channels of a state, so that it can be read as several streams."""

from typing import ClassVar, Literal

from skipviz.language import _
from skipviz.network.layer_base import Bare, Channel, Size
from skipviz.network.mismatch import MismatchError
from skipviz.network.sizes import channels, with_channels
from skipviz.types import Shape


class Slice(Bare):
    """op hands on channels `start` to `stop` - 1 of a state, counted from 0: streams of a RevNet.

    `stop` None is all from `start` on.
    """

    mark: ClassVar[str] = "S"
    kind: Literal["slice"] = "slice"
    start: Channel = 0
    stop: Size | None = None


def sliced_shape(layer: Slice, source: Shape) -> Shape:
    """The channels that are taken; MismatchError where they are not there."""
    count = channels(source)
    stop = count if layer.stop is None else layer.stop
    if layer.start < stop <= count:
        return with_channels(source, stop - layer.start)
    rest = [(_("Take all from channel {channel} on", channel=layer.start), {"stop": None})]
    raise MismatchError(
        _(
            "takes channels {first} to {last} of {count}, counted from 0",
            first=layer.start,
            last=stop - 1,
            count=count,
        ),
        [
            *(rest if layer.start < count and layer.stop else []),
            (_("Take all channels"), {"start": 0, "stop": None}),
        ],
    )
