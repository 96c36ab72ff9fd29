"""Multi-head attention; the replicas are part of the batch."""

from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn import functional

from skipviz.engine.model.context import Context, Stage
from skipviz.engine.model.dense import linear_stage
from skipviz.engine.model.norms import EPSILON
from skipviz.engine.model.place import Place
from skipviz.network import Attention

ROTARY_BASE = 10_000.0


def attention(layer: Attention, place: Place) -> Stage:
    """op(s) = [a_1 .. a_heads] Wo' + bo, each a = softmax(q k' / sqrt(d)) v."""
    query, key, out = (linear_stage(place.module, prefix) for prefix in ("query_", "key_", "out_"))
    value = linear_stage(place.module, "value_") if layer.values is None else _given
    heads, key_heads, causal = layer.heads, layer.key_heads, layer.causal
    size = place.shapes.fed[1] // heads
    queries, keys = (_normed(layer, f"{place.module}.{name}_norm") for name in ("query", "key"))
    turn_queries = _turned(layer, place.shapes.fed[0], size)
    turn_keys = _turned(layer, (place.shapes.memory or place.shapes.fed)[0], size)

    def attend(context: Context, x: Tensor) -> Tensor:
        there = context.attended.get("memory", x)
        q = turn_queries(_batched(queries(context, _split(query(context, x), size))))
        k = turn_keys(_batched(keys(context, _split(key(context, there), size))))
        v = _batched(_split(value(context, there), size))
        k, v = (_for_all(each, heads // key_heads) for each in (k, v))
        attended = functional.scaled_dot_product_attention(q, k, v, is_causal=causal)
        return out(context, attended.transpose(1, 2).reshape(x.shape))

    return attend


def _given(context: Context, there: Tensor) -> Tensor:  # noqa: ARG001
    """The values that a state holds, in place of those that are made of keys' source."""
    return context.attended["values"]


def _split(x: Tensor, size: int) -> Tensor:
    """(replicas, batch, positions, D) to (replicas, batch, positions, heads, size)."""
    return x.reshape(*x.shape[:3], -1, size)


def _batched(x: Tensor) -> Tensor:
    """(replicas, batch, positions, heads, d) to (replicas * batch, heads, positions, d)."""
    return x.flatten(0, 1).transpose(1, 2)


def _for_all(x: Tensor, times: int) -> Tensor:
    """Every head `times` times, one after the other."""
    return x if times == 1 else x.repeat_interleave(times, 1)


def _normed(layer: Attention, prefix: str) -> Stage:
    """The norm of q or k (replicas, batch, positions, heads, d) over d."""
    if layer.qk_norm == "none":
        return lambda _, x: x
    if layer.qk_norm == "layer":
        return lambda context, x: torch.addcmul(
            _alike(context, f"{prefix}_bias"),
            functional.layer_norm(x, x.shape[-1:], eps=EPSILON),
            _alike(context, f"{prefix}_weight"),
        )
    return lambda context, x: (
        functional.rms_norm(x, x.shape[-1:], eps=EPSILON) * _alike(context, f"{prefix}_weight")
    )


def _alike(context: Context, name: str) -> Tensor:
    """(replicas, 1, d) for all samples, positions and heads."""
    return context.tensors[name][:, :, None, None]


def _turned(layer: Attention, positions: int, size: int) -> Callable[[Tensor], Tensor]:
    """Channels i and i + d / 2 turned by t / 10000^(2 i / d) (Su et al. 2021)."""
    if not layer.rotary:
        return lambda x: x
    rates = ROTARY_BASE ** (-torch.arange(0, size, 2, dtype=torch.float64) / size)
    angles = torch.arange(positions, dtype=torch.float64)[:, None] * rates
    cosines, sines = angles.cos(), angles.sin()

    def turn(x: Tensor) -> Tensor:
        first, second = x.chunk(2, -1)
        c, s = cosines.to(x), sines.to(x)
        return torch.cat([first * c - second * s, second * c + first * s], -1)

    return turn
