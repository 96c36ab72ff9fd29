"""Bringing a state to other positions."""

from torch import Tensor
from torch.nn import functional

from skipviz.engine.model.folding import fold, unfold
from skipviz.types import Shape


def strided(x: Tensor, stride: int) -> Tensor:
    """Every stride-th position of a state, the first one too."""
    if stride == 1 or x.dim() == 3:
        return x
    return x[:, :, ::stride] if x.dim() == 4 else x[:, :, :, ::stride, ::stride]


def resized(x: Tensor, how: str, places: Shape) -> Tensor:
    """A sequence or image at these positions: the "nearest" ones, or the "average" of each part."""
    folded = fold(x)
    if how == "nearest":
        return unfold(functional.interpolate(folded, places, mode="nearest"), len(x))
    if len(places) == 1:
        return unfold(functional.adaptive_avg_pool1d(folded, places[0]), len(x))
    return unfold(functional.adaptive_avg_pool2d(folded, (places[0], places[1])), len(x))
