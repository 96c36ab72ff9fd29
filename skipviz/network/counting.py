"""Parameters and multiply-accumulates of a network, counted without building it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import prod

from skipviz.network.tensors import Tensor, Tensors


@dataclass(frozen=True)
class Counts:
    """Trainable numbers, and multiply-accumulates of one sample through all time steps.

    One MAC per entry of a weight and use: a convolution uses its weight once per output position,
    a transposed one once per input position, attention its four maps once per position. Not
    counted: biases, scales, norms, activations, pools, look-ups, resizing, and the two products
    inside attention that have no weights (q k' and a v, 2 positions^2 channels), and what
    wiring adds or multiplies.
    """

    parameters: int
    macs: int


def counts_of(modules: Mapping[str, Tensors], time_steps: int) -> dict[str, Counts]:
    """Those of every module by its name."""
    return {name: _count(tensors.values(), time_steps) for name, tensors in modules.items()}


def total(counts: Iterable[Counts]) -> Counts:
    """Their sum."""
    parts = list(counts)
    return Counts(sum(part.parameters for part in parts), sum(part.macs for part in parts))


def _count(tensors: Iterable[Tensor], time_steps: int) -> Counts:
    sizes = [(prod(tensor.shape), tensor.uses) for tensor in tensors]
    macs = sum(size * uses for size, uses in sizes)
    return Counts(parameters=sum(size for size, _ in sizes), macs=macs * time_steps)
