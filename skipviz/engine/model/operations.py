"""From a layer to the function that makes its op: one case per kind.

Every state is a tensor of its own, also where it has the entries of the one before: its gradient is
not that of the state before, from which skips may start.
"""

from typing import assert_never

from skipviz.engine.model import (
    attention,
    convolution,
    dense,
    over_depth,
    pooling,
    recurrence,
    tokens,
)
from skipviz.engine.model.context import Stage
from skipviz.engine.model.folding import channel_axis
from skipviz.engine.model.place import Place
from skipviz.network import (
    ClassToken,
    DepthAttention,
    Gru,
    Latents,
    Lstm,
    Rnn,
    Shift,
    Slice,
    layers,
)
from skipviz.network.attending import Attention
from skipviz.network.sizes import channels
from skipviz.network.tokens import Embedding, Positions


def op_stage(layer: layers.AnyLayer, place: Place) -> Stage:  # noqa: C901, one case per kind
    """op of a layer, as `skipviz.network.layers` defines it."""
    match layer:
        case layers.Dense():
            return dense.dense(layer, place)
        case layers.FeedForward():
            return dense.feed_forward(layer, place)
        case layers.Conv1d() | layers.Conv2d():
            return convolution.convolution(layer, place)
        case layers.ConvTranspose1d() | layers.ConvTranspose2d():
            return convolution.transposed_convolution(layer, place)
        case layers.MaxPool():
            return pooling.max_pool(layer, place)
        case layers.AveragePool():
            return pooling.average_pool(layer, place)
        case layers.GlobalPool():
            return pooling.global_pool(layer, place)
        case layers.Upsample():
            return pooling.upsample(layer, place)
        case layers.Flatten():
            return lambda _, x: x.flatten(2) if x.dim() > 3 else x.view_as(x)
        case layers.Reshape():
            shape = layer.shape
            return lambda _, x: x.reshape(*x.shape[:2], *shape)
        case layers.ToSequence():
            return lambda _, x: x.flatten(3).transpose(2, 3)
        case layers.Identity():
            return lambda _, x: x.view_as(x)
        case Slice():
            start, count = layer.start, channels(place.shapes.mapped)
            return lambda _, x: x.narrow(channel_axis(x), start, count)
        case Attention():
            return attention.attention(layer, place)
        case Rnn() | Lstm() | Gru():
            return recurrence.recurrent(layer, place)
        case DepthAttention():
            return over_depth.depth_attention(layer, place)
        case Embedding():
            return tokens.embedding(layer, place)
        case ClassToken():
            return tokens.class_token(place)
        case Latents():
            return tokens.latents(place)
        case Shift():
            return tokens.shift(layer)
        case Positions():
            return tokens.positions(layer, place)
        case _:
            assert_never(layer)
