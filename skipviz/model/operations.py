"""The one registry of layers: from a layer's class to the function that makes its op."""

from collections.abc import Callable
from typing import Any

from skipviz.model import attention, convolution, dense, pooling, rearranging, tokens
from skipviz.model.context import Stage
from skipviz.model.place import Place
from skipviz.network import layers

_MAKERS: dict[type[layers.AnyLayer], Callable[[Any, Place], Stage]] = {
    layers.Dense: dense.dense,
    layers.FeedForward: dense.feed_forward,
    layers.Conv1d: convolution.convolution,
    layers.Conv2d: convolution.convolution,
    layers.ConvTranspose1d: convolution.transposed_convolution,
    layers.ConvTranspose2d: convolution.transposed_convolution,
    layers.MaxPool: pooling.max_pool,
    layers.AveragePool: pooling.average_pool,
    layers.GlobalPool: pooling.global_pool,
    layers.Upsample: pooling.upsample,
    layers.Flatten: rearranging.flatten,
    layers.Reshape: rearranging.reshape,
    layers.ToSequence: rearranging.to_sequence,
    layers.Identity: rearranging.identity,
    layers.Attention: attention.attention,
    layers.Embedding: tokens.embedding,
    layers.Positions: tokens.positions,
}


def op_stage(layer: layers.AnyLayer, place: Place) -> Stage:
    """op of a layer, as `skipviz.network.layers` defines it."""
    return _MAKERS[type(layer)](layer, place)
