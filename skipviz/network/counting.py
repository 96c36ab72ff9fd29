"""Parameters and multiply-accumulates of a network, counted without building it."""

from collections.abc import Iterator
from math import prod
from typing import TYPE_CHECKING

from skipviz.network.parameters import (
    ParameterShapes,
    dense_parameters,
    layer_parameters,
    skip_parameters,
)
from skipviz.network.shapes import sound

if TYPE_CHECKING:
    from skipviz.network.network import Network

Shape = tuple[int, ...]


def all_parameters(
    network: "Network", input_shape: Shape, outputs: int
) -> Iterator[tuple[str, ParameterShapes]]:
    """Owner and tensors in the order of the forward pass: `layer3`, `skip1_4`, .., `readout`."""
    states = sound(network, input_shape, outputs).states
    for k, layer in enumerate(network.layers, start=1):
        yield f"layer{k}", layer_parameters(layer, network.style(k).bias, states[k - 1])
    for skip in network.skips:
        owner = f"skip{skip.source}_{skip.target}"
        yield owner, skip_parameters(skip, states[skip.source], states[skip.target])
    yield "readout", dense_parameters(prod(states[-2]), outputs, bias=True)


def count_parameters(network: "Network", input_shape: Shape, outputs: int) -> int:
    """The sum of the sizes of all trainable tensors."""
    owners = all_parameters(network, input_shape, outputs)
    return sum(prod(shape) for _, shapes in owners for shape in shapes.values())


def count_macs(network: "Network", input_shape: Shape, outputs: int) -> int:
    """One MAC per entry of a weight matrix; activations, biases and additions do not count."""
    owners = all_parameters(network, input_shape, outputs)
    return sum(prod(shapes["weight"]) for _, shapes in owners if "weight" in shapes)
