"""Attention over depth: a mixture of states, all replicas at once."""

from torch import Tensor

from skipviz.engine.model.context import Context, Stage
from skipviz.engine.model.folding import SEQUENCE, channel_axis
from skipviz.engine.model.place import Place
from skipviz.network.over_depth import SMALLEST, DepthAttention


def depth_attention(layer: DepthAttention, place: Place) -> Stage:
    """op([r_1, r_2, ..]) = sum over e of softmax(q r_e / rms(r_e)) r_e."""
    name, parts = f"{place.module}.query_weight", layer.parts

    def mix(context: Context, x: Tensor) -> Tensor:
        axis = channel_axis(x)
        states = x.reshape(*x.shape[:axis], parts, -1, *x.shape[axis + 1 :])
        sizes = (states.square().mean(axis + 1, keepdim=True) + SMALLEST).sqrt()
        query = _for_states(context.tensors[name], x)
        scores = (query * states).sum(axis + 1, keepdim=True) / sizes
        mixed: Tensor = (scores.softmax(axis) * states).sum(axis)
        return mixed

    return mix


def _for_states(query: Tensor, x: Tensor) -> Tensor:
    """(replicas, 1, D) made to broadcast with the states of x, told apart."""
    before, after = (1,) * (x.dim() == SEQUENCE), (1, 1) if x.dim() > SEQUENCE else ()
    return query.view(len(query), 1, *before, 1, query.shape[2], *after)
