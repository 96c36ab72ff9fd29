"""Linear maps of vectors and of every position of a sequence, all replicas in one product."""

import torch
from torch import Tensor

from skipviz.engine.model.activations import ACTIVATIONS
from skipviz.engine.model.context import Context, Stage
from skipviz.engine.model.folding import flat
from skipviz.engine.model.place import Place
from skipviz.network import Dense, FeedForward


def linear(x: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
    """x (replicas, .., in) W (replicas, in, out) + b (replicas, 1, out)"""
    if x.dim() > 3:
        return linear(x.flatten(1, -2), weight, bias).view(*x.shape[:-1], weight.shape[2])
    return torch.bmm(x, weight) if bias is None else torch.baddbmm(bias, x, weight)


def linear_stage(module: str, prefix: str = "") -> Stage:
    """The map with the tensors `prefix`weight and, where there is one, `prefix`bias."""
    weight, bias = f"{module}.{prefix}weight", f"{module}.{prefix}bias"

    def map_(context: Context, x: Tensor) -> Tensor:
        return linear(x, context.tensors[weight], context.tensors.get(bias))

    return map_


def flat_linear_stage(module: str, rank: int) -> Stage:
    """The map of all entries of a state with this many axes."""
    map_ = linear_stage(module)
    return map_ if rank == 1 else lambda context, x: map_(context, flat(x))


def dense(layer: Dense, place: Place) -> Stage:  # noqa: ARG001
    """op(s) = W s + b, s flattened."""
    return flat_linear_stage(place.module, len(place.shapes.fed))


def feed_forward(layer: FeedForward, place: Place) -> Stage:  # noqa: ARG001
    """op(s) = act(s W1' + b1) W2' + b2."""
    inner, outer = linear_stage(place.module, "inner_"), linear_stage(place.module, "outer_")
    name, k, factor = place.style.activation, place.layer, place.style.frequency

    def op(context: Context, x: Tensor) -> Tensor:
        z = inner(context, x)
        if factor != 1:
            z = factor * z
        if context.hook is not None and name != "identity":
            context.hook(k, z)
        return outer(context, ACTIVATIONS[name](z))

    return op
