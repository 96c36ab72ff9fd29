"""Pools and upsampling; replicas are folded into channels, so they run once for all."""

from collections.abc import Callable

from torch import Tensor
from torch.nn import functional

from skipviz.engine.model.context import Stage
from skipviz.engine.model.folding import SEQUENCE, fold, unfold
from skipviz.engine.model.place import Place
from skipviz.network import AveragePool, GlobalPool, MaxPool, Upsample


def max_pool(layer: MaxPool, place: Place) -> Stage:
    """op takes the largest entry of every window."""
    pool = functional.max_pool1d if _is_sequence(place) else functional.max_pool2d
    kernel, step, padding, ceil = layer.kernel, layer.step, layer.padding, layer.ceil
    return _folded(lambda x: pool(x, kernel, step, padding, ceil_mode=ceil))


def average_pool(layer: AveragePool, place: Place) -> Stage:
    """op takes the mean of every window; padded zeros count."""
    pool = functional.avg_pool1d if _is_sequence(place) else functional.avg_pool2d
    kernel, step, padding, ceil = layer.kernel, layer.step, layer.padding, layer.ceil
    return _folded(lambda x: pool(x, kernel, step, padding, ceil_mode=ceil))


def global_pool(layer: GlobalPool, place: Place) -> Stage:
    """op takes the mean or maximum over all positions, or the first or last of them."""
    sequence = _is_sequence(place)
    axes = (2,) if sequence else (3, 4)
    if layer.reduce == "mean":
        return lambda _, x: x.mean(axes)
    if layer.reduce in ("first", "last"):
        at = 0 if layer.reduce == "first" else -1
        return lambda _, x: x[:, :, at] if sequence else x[..., at, at]
    return lambda _, x: x.amax(axes)


def upsample(layer: Upsample, place: Place) -> Stage:
    """op makes every axis of positions longer."""
    linear = "linear" if _is_sequence(place) else "bilinear"
    mode = linear if layer.mode == "linear" else "nearest"
    factor = float(layer.factor)
    return _folded(lambda x: functional.interpolate(x, scale_factor=factor, mode=mode))


def _is_sequence(place: Place) -> bool:
    return len(place.shapes.fed) == SEQUENCE - 2


def _folded(pool: Callable[[Tensor], Tensor]) -> Stage:
    return lambda _, x: unfold(pool(fold(x)), len(x))
