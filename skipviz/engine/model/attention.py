"""Multi-head self-attention; the replicas are part of the batch."""

from torch import Tensor
from torch.nn import functional

from skipviz.engine.model.context import Context, Stage
from skipviz.engine.model.dense import linear_stage
from skipviz.engine.model.place import Place
from skipviz.network import Attention


def attention(layer: Attention, place: Place) -> Stage:
    """op(s) = [a_1 .. a_heads] Wo' + bo, each a = softmax(q k' / sqrt(d)) v."""
    query, key, value, out = (
        linear_stage(place.module, prefix) for prefix in ("query_", "key_", "value_", "out_")
    )
    heads, causal = layer.heads, layer.causal

    def attend(context: Context, x: Tensor) -> Tensor:
        q, k, v = (_split(map_(context, x), heads) for map_ in (query, key, value))
        attended = functional.scaled_dot_product_attention(q, k, v, is_causal=causal)
        return out(context, attended.transpose(1, 2).reshape(x.shape))

    return attend


def _split(x: Tensor, heads: int) -> Tensor:
    """(replicas, batch, positions, D) to (replicas * batch, heads, positions, D / heads)."""
    return x.reshape(-1, x.shape[2], heads, x.shape[3] // heads).transpose(1, 2)
