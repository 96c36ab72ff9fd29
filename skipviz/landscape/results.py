"""A slice of the loss as it is computed, row by row. Numpy only."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from skipviz.types import Array


@dataclass(frozen=True)
class Section:
    """The loss along the first direction alone: `offsets` (points,), `losses` (arms, points).

    `test_scores` (arms,) are accuracy or R² of the weights in the centre, on the test split.
    """

    arms: tuple[str, ...]
    offsets: Array
    losses: Array
    test_scores: Array
    samples: int


@dataclass(frozen=True)
class Row:
    """The losses (arms, points) where the second direction's offset is number `place`."""

    place: int
    losses: Array


@dataclass(frozen=True)
class Surface:
    """The losses (arms, points, points): rows by the second direction, NaN where not computed.

    `offsets` (points,) of both directions, from -radius to radius; 1 is as long as the weights.
    """

    offsets: Array
    losses: Array

    @property
    def rows(self) -> int:
        """How many rows have been computed."""
        return int((~np.isnan(self.losses).all(axis=(0, 2))).sum())

    @property
    def complete(self) -> bool:
        """Whether all rows have been computed."""
        return self.rows == len(self.offsets)

    def below(self, threshold: float) -> Array:
        """(arms,) share of the computed points whose loss is below; infinite losses are not."""
        known = ~np.isnan(self.losses).all(axis=(0, 2))
        shown = self.losses[:, known]
        return np.asarray((shown < threshold).mean(axis=(1, 2)) if shown.size else np.nan)


def offsets_of(points: int, radius: float) -> Array:
    """Evenly spaced and symmetric; an odd number of points has the centre among them."""
    return np.linspace(-radius, radius, points)


def surface(rows: Iterable[Row], arms: int, points: int, radius: float) -> Surface:
    """The slice as far as its rows came."""
    losses = np.full((arms, points, points), np.nan)
    for row in rows:
        losses[:, row.place] = np.where(np.isnan(row.losses), np.inf, row.losses)
    return Surface(offsets_of(points, radius), losses)
