"""Every trainable tensor of a network, from the drawing alone: name, shape, first value, use.

One truth for counting, for the model and for the exported code; laid out as `network.tensors` says.
Running statistics of a batch norm are buffers, not parameters, and not listed.
"""

from math import prod

from skipviz.network.architecture import Architecture, outer_activation
from skipviz.network.inference import LayerShapes, Shapes
from skipviz.network.joints import skip_tensors
from skipviz.network.rules import Place, op_tensors
from skipviz.network.sizes import channels, positions_in
from skipviz.network.tensors import Tensors, linear_tensors, norm_tensors, with_lengths


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
        with_lengths(op_tensors(layer, Place(style, shapes, mirrored)), style.norm)
        | norm_tensors("norm", style.norm, normed)
        | norm_tensors("state_norm", layer.state_norm, shapes.state)
    )


def _readout_tensors(network: Architecture, shapes: LayerShapes) -> Tensors:
    readout, source, logits = network.readout, shapes.source, shapes.mapped
    init = readout.init or network.defaults.init
    mirrored = init.scheme == "looks_linear" and mirrored_input(network, network.depth + 1)
    if network.reads_out_flat:
        flat = mirrored and len(source) != 2
        return linear_tensors("", (logits[0], prod(source)), 1, readout.bias, init, flat)
    kernel = (1, 1) if len(source) == 3 else ()
    weight = (channels(logits), channels(source), *kernel)
    return linear_tensors("", weight, positions_in(source), readout.bias, init, mirrored)


def mirrored_input(network: Architecture, k: int) -> bool:
    """Whether layer k (N + 1: the readout) reads [relu(x), relu(-x)] as a CReLU leaves it.

    Where it does, a looks-linear weight is [W, -W] (Balduzzi et al. 2017). Skips that add keep
    the two halves apart, as in that paper; one that concatenates does not.
    """
    if k <= network.depth:
        layer, style = network.layers[k - 1], network.style(k)
        if style.order == "pre":
            return outer_activation(layer, style) == "crelu"
    source = network.reads_of(k).only
    if not source:
        return False
    before, its = network.layers[source - 1], network.style(source)
    grown = any(s.appends and s.target == source for s in network.skips)
    return its.order == "post" and outer_activation(before, its) == "crelu" and not grown
