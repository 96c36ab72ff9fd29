"""Why something does not fit, and what every rule asks of a shape."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

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
        before.insert(0, ("Put a to_sequence layer before it", {"kind": "to_sequence"}))
    raise MismatchError(
        f"reads {RANKS[rank]}; here is {RANKS[len(source)]} of {shape_text(source)}", before=before
    )


def needs_positions(source: Shape) -> None:
    """It reads sequences and images."""
    if len(source) == 1:
        raise MismatchError(
            f"reads a sequence or an image; here is a vector of {source[0]}",
            before=_reshapes(3, source),
        )


def needs_groups(wanted: int, source: Shape, channels_out: int) -> None:
    """A map in groups shares the channels that it reads, and those that it gives, among them."""
    count = channels(source)
    if count % wanted or channels_out % wanted:
        groups = fitting_groups(fitting_groups(count, channels_out), wanted)
        raise MismatchError(
            f"cannot share {count} channels in and {channels_out} out among {wanted} groups",
            [(f"Use {groups} groups" if groups > 1 else "Use no groups", {"groups": groups})],
        )


def too_large(reach: int, source: Shape, padding: int, change: dict[str, Any]) -> MismatchError:
    """A window of `reach` positions with nowhere to be; `change` is what makes it fit."""
    padded = f" padded by {padding}" if padding else ""
    fields = ", ".join(f"{k} {v}" for k, v in change.items() if v)
    return MismatchError(
        f"has a window of {reach}, which is larger than its input {shape_text(source)}{padded}",
        [(f"Set {fields}", change)],
    )


def _reshapes(rank: int, source: Shape) -> list[tuple[str, dict[str, Any]]]:
    return [
        (
            f"Put a reshape to {shape_text(shape)} before it",
            {"kind": "reshape", "shape": list(shape)},
        )
        for shape in shapes_of_rank(rank, source)
    ]
