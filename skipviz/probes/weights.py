"""Which tensors are the weights W_k of a layer. No torch."""

from skipviz.network import Network
from skipviz.network.parameters import owners
from skipviz.network.shapes import sound

Shape = tuple[int, ...]


def is_weight(name: str) -> bool:
    """Whether a tensor of a layer counts as its weight: biases and norms do not."""
    return name.endswith("weight") and not name.endswith("norm_weight")


def weighted_layers(network: Network, input_shape: Shape, outputs: int) -> list[int]:
    """The layers of 1..N that have weights, in order."""
    found = owners(network, sound(network, input_shape, outputs))[: network.depth]
    return [k for k, owner in enumerate(found, start=1) if any(map(is_weight, owner.tensors))]
