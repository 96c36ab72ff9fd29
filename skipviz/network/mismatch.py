"""Why something does not fit, and what every rule asks of a shape."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from skipviz.language import _, _n
from skipviz.network.sizes import RANKS, channels, fitting_groups, shape_text, shapes_of_rank
from skipviz.types import Shape

Change = tuple[str, dict[str, Any]]
"""What is changed, in words, and the fields."""


@dataclass
class MismatchError(Exception):
    """Why something does not fit, and what might help: changed fields, or layers put before."""

    message: str
    changes: Sequence[Change] = ()
    before: Sequence[Change] = field(default_factory=tuple)


def needs_rank(source: Shape, rank: int) -> None:
    """It reads states of this rank only; what could be put before it brings others there."""
    if len(source) == rank:
        return
    before = _reshapes(rank, source)
    if (len(source), rank) == (3, 2):
        before.insert(0, (_("Put a to_sequence layer before it"), {"kind": "to_sequence"}))
    message = _(
        "reads {wanted}; here is {given} of {size}",
        wanted=_(RANKS[rank]),
        given=_(RANKS[len(source)]),
        size=shape_text(source),
    )
    raise MismatchError(message, before=before)


def needs_positions(source: Shape) -> None:
    """It reads sequences and images."""
    if len(source) == 1:
        raise MismatchError(
            _("reads a sequence or an image; here is a vector of {size}", size=source[0]),
            before=_reshapes(3, source),
        )


def needs_groups(wanted: int, source: Shape, channels_out: int) -> None:
    """A map in groups shares the channels that it reads, and those that it gives, among them."""
    count = channels(source)
    if count % wanted or channels_out % wanted:
        groups = fitting_groups(fitting_groups(count, channels_out), wanted)
        label = _("Use {count} groups", count=groups) if groups > 1 else _("Use no groups")
        raise MismatchError(
            _n(
                "cannot share {count} channel in and {out} out among {groups} groups",
                "cannot share {count} channels in and {out} out among {groups} groups",
                count,
                out=channels_out,
                groups=wanted,
            ),
            [(label, {"groups": groups})],
        )


def too_large(reach: int, source: Shape, padding: int, change: dict[str, Any]) -> MismatchError:
    """A window of `reach` positions with nowhere to be; `change` is what makes it fit."""
    size = shape_text(source)
    if padding:
        size = _("{size} padded by {padding}", size=size, padding=padding)
    fields = ", ".join(f"{k} {v}" for k, v in change.items() if v)
    return MismatchError(
        _("has a window of {reach}, which is larger than its input {size}", reach=reach, size=size),
        [(_("Set {fields}", fields=fields), change)],
    )


def _reshapes(rank: int, source: Shape) -> list[tuple[str, dict[str, Any]]]:
    return [
        (
            _("Put a reshape to {shape} before it", shape=shape_text(shape)),
            {"kind": "reshape", "shape": list(shape)},
        )
        for shape in shapes_of_rank(rank, source)
    ]
