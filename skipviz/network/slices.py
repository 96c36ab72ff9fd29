"""Some of the channels of a state, so that it can be read as several streams."""

from typing import ClassVar, Literal

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
    rest = [(f"Take all from channel {layer.start} on", {"stop": None})]
    raise MismatchError(
        f"takes channels {layer.start} to {stop - 1} of {count}, counted from 0",
        [
            *(rest if layer.start < count and layer.stop else []),
            ("Take all channels", {"start": 0, "stop": None}),
        ],
    )
