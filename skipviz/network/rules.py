"""The rules of every kind of layer: the shape that its op gives, and the tensors that it holds."""

from dataclasses import dataclass
from math import prod
from typing import Any, assert_never

from skipviz.language import _, _n
from skipviz.network.attending import Attention, attended_shape, attention_tensors
from skipviz.network.inference import LayerShapes
from skipviz.network.layer_base import Bare
from skipviz.network.layers import (
    AnyLayer,
    AveragePool,
    Conv1d,
    Conv2d,
    Convolution,
    ConvTranspose1d,
    ConvTranspose2d,
    Dense,
    FeedForward,
    Flatten,
    GlobalPool,
    Identity,
    MaxPool,
    Pool,
    Reshape,
    ToSequence,
    TransposedConvolution,
    Upsample,
)
from skipviz.network.mismatch import (
    MismatchError,
    needs_groups,
    needs_positions,
    needs_rank,
    too_large,
)
from skipviz.network.over_depth import DepthAttention, mixed_shape, query_tensors
from skipviz.network.recurrent import Gru, Lstm, Rnn, recurrent_shape, recurrent_tensors
from skipviz.network.sizes import (
    LARGEST_MARGIN,
    activated_shape,
    channels,
    joined,
    positions,
    positions_in,
    shape_text,
    shapes_of_rank,
)
from skipviz.network.slices import Slice, sliced_shape
from skipviz.network.styles import Style
from skipviz.network.tensors import InitSpec, Tensor, Tensors, bias_of, linear_tensors, without_zero
from skipviz.network.tokens import ClassToken, Embedding, Latents, Positions, Shift, looked_up_shape
from skipviz.types import Shape


@dataclass(frozen=True)
class Place:
    """What the tensors of a layer depend on besides the layer."""

    style: Style
    shapes: LayerShapes
    mirrored: bool


def op_shape(layer: AnyLayer, source: Shape) -> Shape:  # noqa: C901, one case per kind
    """The shape of op(s) for s of shape `source`; MismatchError says why there is none."""
    match layer:
        case Dense():
            return (layer.width,)
        case Conv1d() | Conv2d():
            return _convolved(layer, source)
        case ConvTranspose1d() | ConvTranspose2d():
            return _transposed(layer, source)
        case MaxPool() | AveragePool():
            return _pooled(layer, source)
        case GlobalPool():
            needs_positions(source)
            return (channels(source),)
        case Upsample():
            needs_positions(source)
            return joined(channels(source), tuple(n * layer.factor for n in positions(source)))
        case Flatten():
            return (prod(source),)
        case Reshape():
            return _reshaped(layer, source)
        case ToSequence():
            needs_rank(source, 3)
            return prod(positions(source)), channels(source)
        case Identity():
            return source
        case Slice():
            return sliced_shape(layer, source)
        case Positions():
            needs_rank(source, 2)
            return source
        case Embedding():
            return looked_up_shape(layer, source)
        case ClassToken():
            needs_rank(source, 2)
            return source[0] + 1, source[1]
        case Latents():
            return layer.count, layer.width
        case Shift():
            needs_rank(source, 2)
            return source
        case Attention():
            return attended_shape(layer, source)
        case FeedForward():
            if len(source) == 3:
                needs_rank(source, 2)
            return source
        case Rnn() | Lstm() | Gru():
            return recurrent_shape(layer, source)
        case DepthAttention():
            return mixed_shape(layer, source)
        case _:
            assert_never(layer)


def op_tensors(layer: AnyLayer, place: Place) -> Tensors:  # noqa: C901, one case per kind
    """The tensors of a layer's op."""
    match layer:
        case Dense():
            return _dense_tensors(layer, place)
        case Conv1d() | Conv2d():
            return _convolution_tensors(layer, place)
        case ConvTranspose1d() | ConvTranspose2d():
            return _transposed_tensors(layer, place)
        case Embedding():
            return _learned((layer.vocabulary, layer.width), layer.std)
        case Positions():
            return _learned(place.shapes.fed, layer.std) if layer.learned else {}
        case ClassToken():
            return _learned((channels(place.shapes.fed),), layer.std)
        case Latents():
            return _learned((layer.count, layer.width), layer.std)
        case Attention():
            return attention_tensors(layer, place.shapes, place.style)
        case FeedForward():
            return _feed_forward_tensors(layer, place)
        case Rnn() | Lstm() | Gru():
            return recurrent_tensors(layer, place.shapes.fed, place.style.bias, place.style.init)
        case DepthAttention():
            return query_tensors(layer, place.shapes.fed)
        case Bare():
            return {}
        case _:
            assert_never(layer)


def _convolved(layer: Convolution, source: Shape) -> Shape:
    needs_rank(source, 3 if isinstance(layer, Conv2d) else 2)
    needs_groups(layer.groups, source, layer.channels)
    reach, margin = layer.reach + 1, sum(layer.margins)
    places = tuple((n + margin - reach) // layer.stride + 1 for n in positions(source))
    if min(places) < 1:
        raise too_large(reach, source, layer.padding_size, _wide_enough(layer, reach))
    return joined(layer.channels, places)


def _transposed(layer: TransposedConvolution, source: Shape) -> Shape:
    needs_rank(source, 3 if isinstance(layer, ConvTranspose2d) else 2)
    needs_groups(layer.groups, source, layer.channels)
    if layer.output_padding >= max(layer.stride, layer.dilation):
        raise MismatchError(
            _(
                "has output padding {padding}, which must be smaller than its stride {stride} or "
                "its dilation {dilation}",
                padding=layer.output_padding,
                stride=layer.stride,
                dilation=layer.dilation,
            ),
            [(_("Set the output padding to 0"), {"output_padding": 0})],
        )
    reach = layer.dilation * (layer.kernel - 1) + 1
    grown = reach + layer.output_padding - 2 * layer.padding
    places = tuple((n - 1) * layer.stride + grown for n in positions(source))
    if min(places) < 1:
        message = _(
            "pads {padding} away from {shape} and leaves nothing",
            padding=layer.padding,
            shape=shape_text(source),
        )
        raise MismatchError(message, [(_("Set the padding to {size}", size=0), {"padding": 0})])
    return joined(layer.channels, places)


def _pooled(layer: Pool, source: Shape) -> Shape:
    needs_positions(source)
    if 2 * layer.padding > layer.kernel:
        half = layer.kernel // 2
        raise MismatchError(
            _(
                "pads {padding} on each side, which must be at most half its kernel {kernel}",
                padding=layer.padding,
                kernel=layer.kernel,
            ),
            [(_("Set the padding to {size}", size=half), {"padding": half})],
        )
    places = tuple(_windows(layer, n) for n in positions(source))
    if min(places) < 1:
        smallest = min(positions(source))
        raise too_large(
            layer.kernel, source, layer.padding, {"kernel": smallest, "padding": 0, "stride": None}
        )
    return joined(channels(source), places)


def _reshaped(layer: Reshape, source: Shape) -> Shape:
    if prod(layer.shape) == prod(source):
        return layer.shape
    raise MismatchError(
        _n(
            "cannot give the {count} entry of {source} the shape {shape}",
            "cannot give the {count} entries of {source} the shape {shape}",
            prod(source),
            source=shape_text(source),
            shape=shape_text(layer.shape),
        ),
        [
            (_("Reshape to {shape}", shape=shape_text(shape)), {"shape": list(shape)})
            for shape in shapes_of_rank(len(layer.shape), source)
        ],
    )


def _windows(layer: Pool, size: int) -> int:
    """How many windows of a pool there are along an axis."""
    left = size + 2 * layer.padding - layer.kernel
    if not layer.ceil:
        return left // layer.step + 1
    count = -(-left // layer.step) + 1
    return count - ((count - 1) * layer.step >= size + layer.padding)


def _wide_enough(layer: Convolution, reach: int) -> dict[str, Any]:
    """A padding under which the window fits any input; dilated too far, none can be that wide."""
    one_sided = layer.sides != "both"
    margin = reach - 1 if one_sided else reach // 2
    if margin <= LARGEST_MARGIN:
        return {"padding": margin}
    return {"dilation": 1, "padding": layer.kernel - 1 if one_sided else layer.kernel // 2}


def _dense_tensors(layer: Dense, place: Place) -> Tensors:
    fed, style = place.shapes.fed, place.style
    mirrored = place.mirrored and len(fed) != 2
    return linear_tensors("", (layer.width, prod(fed)), 1, style.bias, style.init, mirrored)


def _convolution_tensors(layer: Convolution, place: Place) -> Tensors:
    axes = 1 if isinstance(layer, Conv1d) else 2
    fan = channels(place.shapes.fed) // layer.groups
    weight = (layer.channels, fan, *(layer.kernel,) * axes)
    mirrored = place.mirrored and layer.groups == 1
    uses, style = positions_in(place.shapes.mapped), place.style
    return linear_tensors("", weight, uses, style.bias, style.init, mirrored)


def _transposed_tensors(layer: TransposedConvolution, place: Place) -> Tensors:
    axes = 1 if isinstance(layer, ConvTranspose1d) else 2
    fed, style = place.shapes.fed, place.style
    weight = (channels(fed), layer.channels // layer.groups, *(layer.kernel,) * axes)
    init = InitSpec("weight", style.init, prod(weight[1:]))
    tensors = {"weight": Tensor(weight, init, positions_in(fed), transposed=layer.groups)}
    bias = {"bias": bias_of(layer.channels, weight, style.init)}
    return tensors | bias if style.bias else tensors


def _learned(shape: Shape, std: float) -> Tensors:
    """Numbers that are learned as they are."""
    return {"weight": Tensor(shape, InitSpec("normal", value=std))}


def _feed_forward_tensors(layer: FeedForward, place: Place) -> Tensors:
    fed, style = place.shapes.fed, place.style
    width, uses = channels(fed), positions_in(fed)
    fan = activated_shape(style.activation, (layer.width,))[0]
    mirrored = style.activation == "crelu"
    inner = without_zero(style.init)
    return linear_tensors("inner_", (layer.width, width), uses, style.bias, inner) | linear_tensors(
        "outer_", (width, fan), uses, style.bias, style.init, mirrored
    )
