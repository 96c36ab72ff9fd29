"""Bringing a state to other positions."""

from torch import Tensor
from torch.nn import functional

from skipviz.engine.model.folding import SEQUENCE, fold, unfold
from skipviz.network.resizing import pool_windows
from skipviz.types import Shape


def strided(x: Tensor, stride: int) -> Tensor:
    """Every stride-th position of a state, the first one too."""
    if stride == 1 or x.dim() == 3:
        return x
    return x[:, :, ::stride] if x.dim() == 4 else x[:, :, :, ::stride, ::stride]


def resized(x: Tensor, how: str, places: Shape) -> Tensor:
    """A sequence or image at these positions, as `skipviz.network.skips` says."""
    if how in ("crop", "crop_end"):
        return _cropped(x, how, places)
    folded = fold(x)
    if how == "pool":
        return unfold(_pooled(folded, places), len(x))
    if how == "nearest":
        return unfold(functional.interpolate(folded, places, mode="nearest"), len(x))
    if len(places) == 1:
        return unfold(functional.adaptive_avg_pool1d(folded, places[0]), len(x))
    return unfold(functional.adaptive_avg_pool2d(folded, (places[0], places[1])), len(x))


def _cropped(x: Tensor, how: str, places: Shape) -> Tensor:
    """(replicas, batch, ..) with the positions in the middle, or the last ones."""
    first = 2 if x.dim() == SEQUENCE else 3  # the first axis of positions
    for axis, size in enumerate(places, start=first):
        left = x.shape[axis] - size
        x = x.narrow(axis, left if how == "crop_end" else left // 2, size)
    return x


def _pooled(folded: Tensor, places: Shape) -> Tensor:
    """Means of windows that do not overlap; torch takes those at the edge over what is there."""
    windows = pool_windows(tuple(folded.shape[2:]), places)
    if len(places) == 1:
        return functional.avg_pool1d(folded, windows, ceil_mode=True)
    return functional.avg_pool2d(folded, windows, ceil_mode=True)
