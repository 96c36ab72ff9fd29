"""Parameters and multiply-accumulates of a network, counted without building it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING

from skipviz.network.inference import Shapes
from skipviz.network.parameters import owners
from skipviz.network.shapes import sound
from skipviz.network.sizes import Shape

if TYPE_CHECKING:
    from skipviz.network.network import Network

ParameterShapes = dict[str, Shape]


def all_parameters(
    network: "Network", input_shape: Sequence[int], outputs: int
) -> Iterator[tuple[str, ParameterShapes]]:
    """Owner and shapes of its tensors: `layer1` .. , then `skip1_4` .. , then `readout`."""
    for owner in owners(network, sound(network, input_shape, outputs)):
        yield owner.name, {name: tensor.shape for name, tensor in owner.tensors.items()}


@dataclass(frozen=True)
class Counts:
    """Trainable numbers, and multiply-accumulates of one sample through all time steps.

    One MAC per entry of a weight and use: a convolution uses its weight once per output position,
    a transposed one once per input position, attention its four maps once per position. Not
    counted: biases, scales, norms, activations, pools, look-ups, resizing, and the two products
    inside attention that have no weights (q k' and a v, 2 positions^2 channels).
    """

    parameters: int
    macs: int


def count(network: "Network", shapes: Shapes) -> Counts:
    """Count a network whose shapes are known, readout included."""
    tensors = [tensor for owner in owners(network, shapes) for tensor in owner.tensors.values()]
    sizes = [prod(tensor.shape) for tensor in tensors]
    macs = sum(size * tensor.uses for size, tensor in zip(sizes, tensors, strict=True))
    return Counts(parameters=sum(sizes), macs=macs * network.time_steps)
