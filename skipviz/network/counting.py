"""Parameters and multiply-accumulates of a network, counted without building it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING

from skipviz.network.inference import Shapes
from skipviz.network.parameters import Tensor, owners
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
    parts = count_each(network, shapes).values()
    return Counts(sum(part.parameters for part in parts), sum(part.macs for part in parts))


def count_each(network: "Network", shapes: Shapes) -> dict[str, Counts]:
    """The same of every owner by its name: `layer1` .. , `skip1_4` .. , `readout`."""
    return {
        owner.name: _count(owner.tensors.values(), network.time_steps)
        for owner in owners(network, shapes)
    }


def _count(tensors: Iterable[Tensor], time_steps: int) -> Counts:
    sizes = [(prod(tensor.shape), tensor.uses) for tensor in tensors]
    macs = sum(size * uses for size, uses in sizes)
    return Counts(parameters=sum(size for size, _ in sizes), macs=macs * time_steps)
