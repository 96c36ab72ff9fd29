"""Test samples that a network takes for another class, as pictures."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from skipviz.data.catalogue import DataInfo
from skipviz.data.samples import tested
from skipviz.data.split import Split
from skipviz.data.tiles import Picture, tiles_of

ROW = 5  # tiles of one arm; twice as many where there is one arm alone


def wrong(predicted: NDArray[np.int16], split: Split) -> NDArray[np.int64]:
    """Indices of the test samples that are predicted wrongly; of those predicted at all."""
    return np.flatnonzero(predicted != split.test_y[: len(predicted)])


def picture_of_mistakes(
    about: DataInfo, split: Split, by_arm: Sequence[NDArray[np.int16]]
) -> Picture | None:
    """Two rows of tiles, named by what the sample is and by what is said of it.

    None where samples are no pictures: rows of numbers, points, text.
    """
    most = 2 * ROW // len(by_arm)
    chosen = [(k, int(said[k])) for said in by_arm for k in _row(wrong(said, split), most)]
    x = tested(about, split, [max(k, 0) for k, _ in chosen])
    if about.vocabulary is not None or x.ndim < 3:
        return None
    names = [_name(about, int(split.test_y[k]), said) if k >= 0 else "" for k, said in chosen]
    return tiles_of(x, names)


def _row(found: NDArray[np.int64], most: int) -> list[int]:
    """So many of them, -1 where there are fewer."""
    row = [int(k) for k in found[:most]]
    return row + [-1] * (most - len(row))


def _name(about: DataInfo, true: int, said: int) -> str:
    names = about.classes or [str(k) for k in range(about.outputs)]
    return f"{names[true]} → {names[said] if said >= 0 else 'NaN'}"
