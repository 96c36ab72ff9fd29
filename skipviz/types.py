"""Types that stand everywhere: arrays of numbers, shapes, ends of a skip."""

from typing import TypeGuard

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Steps = NDArray[np.int64]
Flags = NDArray[np.bool_]
Shape = tuple[int, ...]
"""Of a state or sample, without the batch axis."""
Ends = tuple[int, int]
"""Of a skip: (source, target)."""


def is_whole(given: object) -> TypeGuard[int]:
    """Whether it is a whole number of Python, and no truth value."""
    return isinstance(given, int) and not isinstance(given, bool)
