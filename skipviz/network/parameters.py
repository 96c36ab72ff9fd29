"""The shapes of every trainable tensor, from the drawing alone.

One truth for counting, for the model and for the exported code. Layout as in torch: a weight is
(out, in), a bias (out,).
"""

from math import prod

from skipviz.network.layers import Dense
from skipviz.network.skips import Add, Projection

Shape = tuple[int, ...]
ParameterShapes = dict[str, Shape]


def dense_parameters(fan_in: int, width: int, bias: bool) -> ParameterShapes:
    """Weight (width, fan_in) and, if wanted, bias (width,)."""
    weight: ParameterShapes = {"weight": (width, fan_in)}
    return weight | {"bias": (width,)} if bias else weight


def layer_parameters(layer: Dense, bias: bool, source: Shape) -> ParameterShapes:
    """The tensors of one layer that reads a state of shape `source`."""
    return dense_parameters(prod(source), layer.width, bias)


def skip_parameters(skip: Add | Projection, source: Shape, target: Shape) -> ParameterShapes:
    """The tensors of one skip from a state of shape `source` to one of shape `target`."""
    if isinstance(skip, Projection):
        return dense_parameters(prod(source), prod(target), bias=False)
    return {}
