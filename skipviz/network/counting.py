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
    wiring adds or multiplies. Weights that layers share are counted once, their MACs per use.
    """

    parameters: int
    macs: int


def counts_of(
    owned: Mapping[str, Tensors], used: Mapping[str, Tensors], time_steps: int
) -> dict[str, Counts]:
    """Those of every module by its name: of the tensors that it has and of those that it uses."""
    return {
        name: Counts(_numbers(owned[name].values()), _macs(tensors.values()) * time_steps)
        for name, tensors in used.items()
    }


def total(counts: Iterable[Counts]) -> Counts:
    """Their sum."""
    parts = list(counts)
    return Counts(sum(part.parameters for part in parts), sum(part.macs for part in parts))


def _numbers(tensors: Iterable[Tensor]) -> int:
    return sum(prod(tensor.shape) for tensor in tensors)


def _macs(tensors: Iterable[Tensor]) -> int:
    return sum(prod(tensor.shape) * tensor.uses for tensor in tensors)
