"""What was measured, in the words of the messages: NaN and infinities are None in JSON."""

from collections.abc import Sequence

import numpy as np

from skipviz.own_model.cut import Cut
from skipviz.own_model.live.messages import Part
from skipviz.own_model.said import LONGEST
from skipviz.types import Array


def told_part(
    arm: str, cut: Cut, loss: float | None, norms: Array, shares: Sequence[float] | None
) -> Part:
    """(layers,) norms and (skips,) shares of one backward pass."""
    return Part(
        arm=arm,
        cut=None if cut is None else tuple(sorted(cut)),
        loss=loss if loss is not None and np.isfinite(loss) else None,
        norms=_finite(norms.tolist()),
        shares=None if shares is None else _finite(shares),
    )


def told_notes(notes: Sequence[str]) -> tuple[str, ...]:
    """As many and as long as a message may have."""
    return tuple(note if len(note) <= LONGEST else note[:LONGEST] for note in notes[:100])


def _finite(values: Sequence[float]) -> tuple[float | None, ...]:
    return tuple(value if np.isfinite(value) else None for value in values)
