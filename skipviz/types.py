"""Types that stand everywhere: arrays of numbers, shapes, ends of a skip."""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Steps = NDArray[np.int64]
Flags = NDArray[np.bool_]
Shape = tuple[int, ...]
"""Of a state or sample, without the batch axis."""
Ends = tuple[int, int]
"""Of a skip: (source, target)."""
