"""Shapes of states, without the batch axis: (features,), (positions, channels) or
(channels, height, width).
"""

from math import gcd, isqrt, prod

from skipviz.language import N_
from skipviz.types import Shape

LARGEST_SIZE = 1_000_000
"""The most a width, a number of channels or an axis of a reshape can be."""
LARGEST_MARGIN = 1_000
"""The most positions that can be padded on each side."""
RANKS = {
    1: N_("a vector"),
    2: N_("a sequence (positions × channels)"),
    3: N_("an image (channels × h × w)"),
}


def channels(shape: Shape) -> int:
    """The size of the channel axis: the last of a sequence, else the first."""
    return shape[-1] if len(shape) == 2 else shape[0]


def channel_axis(rank: int) -> int:
    """The place of the channel axis in a shape of this rank, batch axis not counted."""
    return 1 if rank == 2 else 0


def positions(shape: Shape) -> Shape:
    """The axes that are not channels: (), (positions,) or (height, width)."""
    return shape[:1] if len(shape) == 2 else shape[1:]


def with_channels(shape: Shape, count: int) -> Shape:
    """The same positions with another number of channels."""
    return joined(count, positions(shape))


def joined(count: int, places: Shape) -> Shape:
    """The shape of `count` channels at these positions."""
    return (*places, count) if len(places) == 1 else (count, *places)


def positions_in(shape: Shape) -> int:
    """The number of positions; 1 for a vector."""
    return prod(positions(shape))


def shape_text(shape: Shape) -> str:
    """(64,) as `64`, (16, 8, 8) as `16×8×8`."""
    return "×".join(str(size) for size in shape)


def strided(size: int, stride: int) -> int:
    """How many positions are left of `size` when every `stride`-th is kept, the first one too."""
    return -(-size // stride)


def fitting_stride(source: Shape, target: Shape) -> int | None:
    """The smallest stride that takes the positions of one shape to those of the other."""
    pairs = list(zip(positions(source), positions(target), strict=True))
    stride = max((strided(n, m) for n, m in pairs), default=1)
    return stride if all(strided(n, stride) == m for n, m in pairs) else None


def fitting_groups(count: int, wanted: int) -> int:
    """A number of groups near `wanted` that divides `count` channels."""
    return gcd(count, wanted)


def shapes_of_rank(rank: int, shape: Shape) -> list[Shape]:
    """Shapes of this rank with as many entries: square first, then one position or channel.

    Only shapes that a reshape can be given: no axis above LARGEST_SIZE.
    """
    size = prod(shape)
    side = isqrt(size)
    square = [(1,) * (rank - 2) + (side, side)] if rank > 1 and side * side == size > 1 else []
    flat = (size, *(1,) * (rank - 1))
    return [found for found in (*square, flat) if max(found) <= LARGEST_SIZE]


def activated_shape(activation: str, shape: Shape) -> Shape:
    """CReLU doubles the channels; every other activation keeps the shape."""
    return with_channels(shape, 2 * channels(shape)) if activation == "crelu" else shape
