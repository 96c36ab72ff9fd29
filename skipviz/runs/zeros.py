"""What is exactly 0, and how that reads: one rule for charts, drawings and tables.

A layer that nothing reaches has a gradient of 0, not a small one. float32, in which all is
measured, goes down to 1.4e-45 (IEEE 754: 2**-149); only what lies below becomes 0 as well.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from skipviz.language import N_, _
from skipviz.text import number_text

ZERO = N_("exactly 0")


def is_zero(values: ArrayLike) -> NDArray[np.bool_]:
    """Which entries are exactly 0; the smallest number is not, nor is NaN."""
    found: NDArray[np.bool_] = np.asarray(values) == 0
    return found


def size_text(value: float) -> str:
    """A size as people read it: 6.2 × 10⁻¹⁵, or "exactly 0", which no other number reads as."""
    return _(ZERO) if value == 0 else number_text(value)


def among_seeds(zeros: int, seeds: int) -> str:
    """How many of the seeds have an exact zero: "exactly 0 in 1 of 3 seeds"."""
    if zeros == seeds:
        return _(ZERO)
    return _("exactly 0 in {zeros} of {seeds} seeds", zeros=zeros, seeds=seeds)
