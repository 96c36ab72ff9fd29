"""The shape rule of every kind of layer: from the shape its op reads to the shape it gives."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import prod
from typing import Any, assert_never

from skipviz.network.layers import (
    AnyLayer,
    Attention,
    AveragePool,
    Conv1d,
    Conv2d,
    Convolution,
    ConvTranspose1d,
    ConvTranspose2d,
    Dense,
    Embedding,
    FeedForward,
    Flatten,
    GlobalPool,
    Identity,
    MaxPool,
    Pool,
    Positions,
    Reshape,
    ToSequence,
    TransposedConvolution,
    Upsample,
)
from skipviz.network.sizes import (
    LARGEST_MARGIN,
    RANKS,
    channels,
    fitting_groups,
    joined,
    positions,
    shape_text,
    shapes_of_rank,
    with_channels,
)
from skipviz.types import Shape


@dataclass
class MismatchError(Exception):
    """Why something does not fit, and what might help: changed fields, or layers put before."""

    message: str
    changes: Sequence[tuple[str, dict[str, Any]]] = ()
    before: Sequence[tuple[str, dict[str, Any]]] = field(default_factory=tuple)


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
            _needs_positions(source)
            return (channels(source),)
        case Upsample():
            _needs_positions(source)
            return joined(channels(source), tuple(n * layer.factor for n in positions(source)))
        case Flatten():
            return (prod(source),)
        case Reshape():
            return _reshaped(layer, source)
        case ToSequence():
            _needs_rank(source, 3)
            return prod(positions(source)), channels(source)
        case Identity():
            return source
        case Positions():
            _needs_rank(source, 2)
            return source
        case Embedding():
            return _looked_up(layer, source)
        case Attention():
            return _attended(layer, source)
        case FeedForward():
            if len(source) == 3:
                _needs_rank(source, 2)
            return source
        case _:
            assert_never(layer)


def _convolved(layer: Convolution, source: Shape) -> Shape:
    _needs_rank(source, 3 if isinstance(layer, Conv2d) else 2)
    _needs_group_divisor(layer, source)
    reach = layer.dilation * (layer.kernel - 1) + 1
    places = _windows(positions(source), reach, layer.stride, layer.margin)
    if min(places) < 1:
        raise _too_large(reach, source, layer.margin, _wide_enough(layer, reach))
    return joined(layer.channels, places)


def _transposed(layer: TransposedConvolution, source: Shape) -> Shape:
    _needs_rank(source, 3 if isinstance(layer, ConvTranspose2d) else 2)
    _needs_group_divisor(layer, source)
    if layer.output_padding >= max(layer.stride, layer.dilation):
        raise MismatchError(
            f"has output padding {layer.output_padding}, which must be smaller than its stride "
            f"{layer.stride} or its dilation {layer.dilation}",
            [("Set the output padding to 0", {"output_padding": 0})],
        )
    reach = layer.dilation * (layer.kernel - 1) + 1
    grown = reach + layer.output_padding - 2 * layer.padding
    places = tuple((n - 1) * layer.stride + grown for n in positions(source))
    if min(places) < 1:
        message = f"pads {layer.padding} away from {shape_text(source)} and leaves nothing"
        raise MismatchError(message, [("Set the padding to 0", {"padding": 0})])
    return joined(layer.channels, places)


def _pooled(layer: Pool, source: Shape) -> Shape:
    _needs_positions(source)
    if 2 * layer.padding > layer.kernel:
        raise MismatchError(
            f"pads {layer.padding} on each side, which must be at most half its kernel "
            f"{layer.kernel}",
            [(f"Set the padding to {layer.kernel // 2}", {"padding": layer.kernel // 2})],
        )
    places = _windows(positions(source), layer.kernel, layer.step, layer.padding)
    if min(places) < 1:
        smallest = min(positions(source))
        raise _too_large(
            layer.kernel, source, layer.padding, {"kernel": smallest, "padding": 0, "stride": None}
        )
    return joined(channels(source), places)


def _reshaped(layer: Reshape, source: Shape) -> Shape:
    if prod(layer.shape) == prod(source):
        return layer.shape
    raise MismatchError(
        f"cannot give the {prod(source)} entries of {shape_text(source)} the shape "
        f"{shape_text(layer.shape)}",
        [
            (f"Reshape to {shape_text(shape)}", {"shape": list(shape)})
            for shape in shapes_of_rank(len(layer.shape), source)
        ],
    )


def _looked_up(layer: Embedding, source: Shape) -> Shape:
    if len(source) != 1:
        raise MismatchError(f"reads a list of token numbers; here is {shape_text(source)}")
    return source[0], layer.width


def _attended(layer: Attention, source: Shape) -> Shape:
    _needs_rank(source, 2)
    width = channels(source)
    if width % layer.heads:
        heads = fitting_groups(width, layer.heads)
        raise MismatchError(
            f"cannot share {width} channels among {layer.heads} heads",
            [(f"Use {heads} heads", {"heads": heads})],
        )
    return source


def activated_shape(activation: str, shape: Shape) -> Shape:
    """CReLU doubles the channels; every other activation keeps the shape."""
    return with_channels(shape, 2 * channels(shape)) if activation == "crelu" else shape


def _windows(places: Shape, reach: int, stride: int, margin: int) -> Shape:
    return tuple((n + 2 * margin - reach) // stride + 1 for n in places)


def _needs_rank(source: Shape, rank: int) -> None:
    if len(source) == rank:
        return
    before = _reshapes(rank, source)
    if (len(source), rank) == (3, 2):
        before.insert(0, ("Put a to_sequence layer before it", {"kind": "to_sequence"}))
    raise MismatchError(
        f"reads {RANKS[rank]}; here is {RANKS[len(source)]} of {shape_text(source)}", before=before
    )


def _needs_positions(source: Shape) -> None:
    if len(source) == 1:
        raise MismatchError(
            f"reads a sequence or an image; here is a vector of {source[0]}",
            before=_reshapes(3, source),
        )


def _reshapes(rank: int, source: Shape) -> list[tuple[str, dict[str, Any]]]:
    return [
        (
            f"Put a reshape to {shape_text(shape)} before it",
            {"kind": "reshape", "shape": list(shape)},
        )
        for shape in shapes_of_rank(rank, source)
    ]


def _needs_group_divisor(layer: Convolution | TransposedConvolution, source: Shape) -> None:
    count = channels(source)
    if count % layer.groups or layer.channels % layer.groups:
        groups = fitting_groups(fitting_groups(count, layer.channels), layer.groups)
        raise MismatchError(
            f"cannot share {count} channels in and {layer.channels} out among "
            f"{layer.groups} groups",
            [(f"Use {groups} groups" if groups > 1 else "Use no groups", {"groups": groups})],
        )


def _wide_enough(layer: Convolution, reach: int) -> dict[str, Any]:
    """A padding under which the window fits any input; dilated too far, none can be that wide."""
    if reach // 2 <= LARGEST_MARGIN:
        return {"padding": reach // 2}
    return {"dilation": 1, "padding": layer.kernel // 2}


def _too_large(reach: int, source: Shape, margin: int, change: dict[str, Any]) -> MismatchError:
    padded = f" padded by {margin}" if margin else ""
    fields = ", ".join(f"{k} {v}" for k, v in change.items() if v)
    return MismatchError(
        f"has a window of {reach}, which is larger than its input {shape_text(source)}{padded}",
        [(f"Set {fields}", change)],
    )
