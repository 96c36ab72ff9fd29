"""Convolutions: one grouped convolution for all replicas (see docs/performance.md)."""

from collections.abc import Callable
from typing import Any

from torch import Tensor
from torch.nn import functional

from skipviz.engine.model.context import Context, Stage
from skipviz.engine.model.dense import linear_stage
from skipviz.engine.model.folding import SEQUENCE, fold, unfold
from skipviz.engine.model.place import Place
from skipviz.engine.model.resizing import strided
from skipviz.network.layers import Convolution, TransposedConvolution

_Convolve = Callable[[Tensor, Tensor, Tensor | None, int], Tensor]
"""From folded input, folded weight, folded bias and groups to the folded output."""


def convolution(layer: Convolution, place: Place) -> Stage:
    """op(s) = W * s + b."""
    how: dict[str, Any] = {
        "stride": layer.stride,
        "padding": layer.padding_size if layer.sides == "both" else 0,
        "dilation": layer.dilation,
    }
    convolve = functional.conv1d if layer.kind == "conv1d" else functional.conv2d
    if layer.sides != "both":
        convolve = _padded(convolve, layer.margins * (1 if layer.kind == "conv1d" else 2))
    return _grouped(
        place.module, layer.groups, lambda x, w, b, groups: convolve(x, w, b, groups=groups, **how)
    )


def _padded(convolve: Callable[..., Tensor], margins: tuple[int, ...]) -> Callable[..., Tensor]:
    """The same on an input with zeros around it, as functional.pad takes them."""
    return lambda x, *rest, **how: convolve(functional.pad(x, margins), *rest, **how)


def transposed_convolution(layer: TransposedConvolution, place: Place) -> Stage:
    """The transpose of a convolution's map, plus b."""
    how: dict[str, Any] = {
        "stride": layer.stride,
        "padding": layer.padding,
        "output_padding": layer.output_padding,
        "dilation": layer.dilation,
    }
    one_axis = layer.kind == "conv_transpose1d"
    convolve = functional.conv_transpose1d if one_axis else functional.conv_transpose2d
    return _grouped(
        place.module, layer.groups, lambda x, w, b, groups: convolve(x, w, b, groups=groups, **how)
    )


def pointwise_stage(module: str, prefix: str, stride: int) -> Stage:
    """The same linear map of the channels at every stride-th position; a vector is one position."""
    on_image = _grouped(
        module, 1, lambda x, w, b, g: functional.conv2d(x, w, b, stride=stride, groups=g), prefix
    )
    linear = linear_stage(module, prefix)

    def map_(context: Context, x: Tensor) -> Tensor:
        if x.dim() > SEQUENCE:
            return on_image(context, x)
        return linear(context, strided(x, stride))

    return map_


def _grouped(module: str, groups: int, convolve: _Convolve, prefix: str = "") -> Stage:
    weight, bias = f"{module}.{prefix}weight", f"{module}.{prefix}bias"

    def map_(context: Context, x: Tensor) -> Tensor:
        shift = context.tensors.get(bias)
        folded_bias = None if shift is None else shift.flatten()
        folded_weight = context.tensors[weight].flatten(0, 1)
        return unfold(convolve(fold(x), folded_weight, folded_bias, len(x) * groups), len(x))

    return map_
