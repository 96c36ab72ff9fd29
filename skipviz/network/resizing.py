"""Bringing the state that a skip reads to the positions of the one that it joins."""

from skipviz.language import _
from skipviz.network.mismatch import Change, MismatchError
from skipviz.network.sizes import channels, joined, positions, shape_text, strided
from skipviz.network.skips import AnySkip
from skipviz.types import Shape


def resized() -> Change:
    """Every position takes the nearest one."""
    return _("Resize it"), {"resize": "nearest"}


def read_shape(skip: AnySkip, source: Shape, target: Shape) -> Shape:
    """The shape of r: the positions of the target where the skip is to be resized.

    MismatchError says why there is none.
    """
    if skip.resize == "none" or len(source) != len(target):
        return source
    if skip.resize == "pool" and not _come_out(positions(source), positions(target)):
        message = _(
            "pools a state of shape {shape} to the positions of one of {other}",
            shape=shape_text(source),
            other=shape_text(target),
        )
        raise MismatchError(message, [(_("Average it"), {"resize": "average"})])
    if skip.resize in ("crop", "crop_end") and _is_smaller(source, target):
        message = _(
            "crops a state of shape {shape} to the positions of one of {other}",
            shape=shape_text(source),
            other=shape_text(target),
        )
        raise MismatchError(message, [resized()])
    return joined(channels(source), positions(target))


def pool_windows(places: Shape, target: Shape) -> Shape:
    """The sizes of the windows that take one to the other, axis by axis: n = 15, m = 8: 2."""
    return tuple(strided(n, m) for n, m in zip(places, target, strict=True))


def crop_starts(how: str, source: Shape, target: Shape) -> Shape:
    """How many positions are left out before the first that is kept, axis by axis."""
    pairs = zip(positions(source), positions(target), strict=True)
    return tuple(n - m if how == "crop_end" else (n - m) // 2 for n, m in pairs)


def _come_out(places: Shape, target: Shape) -> bool:
    """Whether these windows do: no size leaves 5 of 7."""
    windows = zip(places, pool_windows(places, target), strict=True)
    return tuple(strided(n, size) for n, size in windows) == target


def _is_smaller(source: Shape, target: Shape) -> bool:
    pairs = zip(positions(source), positions(target), strict=True)
    return any(n < m for n, m in pairs)
