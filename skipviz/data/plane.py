"""A grid over the plane that two-dimensional data lie in."""

import numpy as np
from numpy.typing import NDArray

from skipviz.data.split import Split

OUTPUTS = "outputs_on_plane"  # the name under which the snapshots of a run hold them
CELLS = 41  # along each axis
ROOM = 1.15  # of the plane beyond the outermost sample


def plane_axis(split: Split) -> NDArray[np.float32]:
    """(CELLS,) coordinates, the same along both axes, about the mean of the data."""
    reach = ROOM * max(float(np.abs(x).max()) for x in (split.train_x, split.test_x))
    return np.linspace(-reach, reach, CELLS, dtype=np.float32)


def plane_points(split: Split) -> NDArray[np.float32]:
    """(CELLS², 2): row by row from the bottom, each from left to right."""
    along = plane_axis(split)
    right, up = np.meshgrid(along, along)
    return np.stack([right.ravel(), up.ravel()], axis=1)
