"""Every trainable tensor of a network, from the drawing alone: name, shape, first value, use.

One truth for counting, for the model and for the exported code; laid out as `network.tensors` says.
Running statistics of a batch norm are buffers, not parameters, and not listed.
"""

from dataclasses import dataclass
from math import prod
from typing import assert_never

from skipviz.network.architecture import Architecture
from skipviz.network.inference import LayerShapes, Shapes
from skipviz.network.joints import skip_tensors
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
    Positions,
    Reshape,
    ToSequence,
    TransposedConvolution,
    Upsample,
)
from skipviz.network.resolve import outer_activation
from skipviz.network.rules import activated_shape
from skipviz.network.sizes import channels, positions_in
from skipviz.network.styles import Init, Style
from skipviz.network.tensors import InitSpec, Tensor, Tensors, bias_of, linear_tensors, norm_tensors


@dataclass(frozen=True)
class _Place:
    """What the tensors of a layer depend on besides the layer."""

    style: Style
    shapes: LayerShapes
    mirrored: bool


def is_weight(name: str) -> bool:
    """Whether a tensor of a layer counts as its weight: biases and norms do not."""
    return name.endswith("weight") and not name.endswith("norm_weight")


def modules_of(network: Architecture, shapes: Shapes) -> dict[str, Tensors]:
    """The tensors of layer1 .. layerN, skip{p}_{q} as drawn, readout, by module."""
    layers = {
        f"layer{k}": _layer_tensors(network, k, shapes.layers[k - 1])
        for k in range(1, network.depth + 1)
    }
    skips = {
        skip.module: skip_tensors(skip, joint, network.defaults)
        for skip, joint in zip(network.skips, shapes.joints, strict=True)
    }
    return layers | skips | {"readout": _readout_tensors(network, shapes.layers[-1])}


def _layer_tensors(network: Architecture, k: int, shapes: LayerShapes) -> Tensors:
    layer, style = network.layers[k - 1], network.style(k)
    mirrored = style.init.scheme == "looks_linear" and mirrored_input(network, k)
    normed = shapes.source if style.order == "pre" else shapes.mapped
    return (
        _op_tensors(layer, _Place(style, shapes, mirrored))
        | norm_tensors("norm", style.norm, normed)
        | norm_tensors("state_norm", layer.state_norm, shapes.state)
    )


def _readout_tensors(network: Architecture, shapes: LayerShapes) -> Tensors:
    readout, source, logits = network.readout, shapes.source, shapes.mapped
    init = readout.init or network.defaults.init
    mirrored = init.scheme == "looks_linear" and mirrored_input(network, network.depth + 1)
    if readout.kind == "dense":
        flat = mirrored and len(source) != 2
        return linear_tensors("", (logits[0], prod(source)), 1, readout.bias, init, flat)
    kernel = (1, 1) if len(source) == 3 else ()
    weight = (channels(logits), channels(source), *kernel)
    return linear_tensors("", weight, positions_in(source), readout.bias, init, mirrored)


def _op_tensors(layer: AnyLayer, place: _Place) -> Tensors:
    """The tensors of a layer's op."""
    match layer:
        case Dense():
            return _dense(layer, place)
        case Conv1d() | Conv2d():
            return _convolution(layer, place)
        case ConvTranspose1d() | ConvTranspose2d():
            return _transposed_convolution(layer, place)
        case Embedding():
            return _embedding(layer)
        case Positions():
            return _positions(layer, place)
        case Attention():
            return _attention(place)
        case FeedForward():
            return _feed_forward(layer, place)
        case MaxPool() | AveragePool() | GlobalPool() | Upsample():
            return {}
        case Flatten() | Reshape() | ToSequence() | Identity():
            return {}
        case _:
            assert_never(layer)


def _dense(layer: Dense, place: _Place) -> Tensors:
    fed, style = place.shapes.fed, place.style
    mirrored = place.mirrored and len(fed) != 2
    return linear_tensors("", (layer.width, prod(fed)), 1, style.bias, style.init, mirrored)


def _convolution(layer: Convolution, place: _Place) -> Tensors:
    axes = 1 if isinstance(layer, Conv1d) else 2
    fan = channels(place.shapes.fed) // layer.groups
    weight = (layer.channels, fan, *(layer.kernel,) * axes)
    mirrored = place.mirrored and layer.groups == 1
    uses, style = positions_in(place.shapes.mapped), place.style
    return linear_tensors("", weight, uses, style.bias, style.init, mirrored)


def _transposed_convolution(layer: TransposedConvolution, place: _Place) -> Tensors:
    axes = 1 if isinstance(layer, ConvTranspose1d) else 2
    fed, style = place.shapes.fed, place.style
    weight = (channels(fed), layer.channels // layer.groups, *(layer.kernel,) * axes)
    init = InitSpec("weight", style.init, prod(weight[1:]))
    tensors = {"weight": Tensor(weight, init, positions_in(fed), transposed=layer.groups)}
    bias = {"bias": bias_of(layer.channels, weight, style.init)}
    return tensors | bias if style.bias else tensors


def _embedding(layer: Embedding) -> Tensors:
    table = (layer.vocabulary, layer.width)
    return {"weight": Tensor(table, InitSpec("normal", value=layer.std))}


def _positions(layer: Positions, place: _Place) -> Tensors:
    if not layer.learned:
        return {}
    return {"weight": Tensor(place.shapes.fed, InitSpec("normal", value=layer.std))}


def _attention(place: _Place) -> Tensors:
    length, width = place.shapes.fed
    style = place.style
    inner = _without_zero(style.init)
    unscaled = inner.model_copy(update={"gain": 1.0})
    inits = {"query_": unscaled, "key_": unscaled, "value_": inner, "out_": style.init}
    tensors: Tensors = {}
    for prefix, init in inits.items():
        tensors |= linear_tensors(prefix, (width, width), length, style.bias, init)
    return tensors


def _feed_forward(layer: FeedForward, place: _Place) -> Tensors:
    fed, style = place.shapes.fed, place.style
    width, uses = channels(fed), positions_in(fed)
    fan = activated_shape(style.activation, (layer.width,))[0]
    mirrored = style.activation == "crelu"
    inner = _without_zero(style.init)
    return linear_tensors("inner_", (layer.width, width), uses, style.bias, inner) | linear_tensors(
        "outer_", (width, fan), uses, style.bias, style.init, mirrored
    )


def _without_zero(init: Init) -> Init:
    return Init() if init.scheme == "zero" else init


def mirrored_input(network: Architecture, k: int) -> bool:
    """Whether layer k (N + 1: the readout) reads [relu(x), relu(-x)] as a CReLU leaves it.

    Where it does, a looks-linear weight is [W, -W] (Balduzzi et al. 2017). Skips that add keep
    the two halves apart, as in that paper; one that concatenates does not.
    """
    if k <= network.depth:
        layer, style = network.layers[k - 1], network.style(k)
        if style.order == "pre":
            return outer_activation(layer, style) == "crelu"
    if k == 1:
        return False
    before, its = network.layers[k - 2], network.style(k - 1)
    grown = any(s.appends and s.target == k - 1 for s in network.skips)
    return its.order == "post" and outer_activation(before, its) == "crelu" and not grown
