"""The rules of attention: what it can read and attend to, and the tensors that it holds."""

from skipviz.network.inference import LayerShapes
from skipviz.network.layers import Attention
from skipviz.network.mismatch import MismatchError, needs_rank
from skipviz.network.sizes import RANKS, channels, fitting_groups, shape_text
from skipviz.network.styles import Style
from skipviz.network.tensors import InitSpec, Tensor, Tensors, linear_tensors, without_zero
from skipviz.types import Shape


def attended_shape(layer: Attention, source: Shape) -> Shape:
    """The shape of what it gives, that of what it reads; MismatchError says why there is none."""
    needs_rank(source, 2)
    width = channels(source)
    if width % layer.heads:
        heads = fitting_groups(width, layer.heads)
        raise MismatchError(
            f"cannot share {width} channels among {layer.heads} heads",
            [(f"Use {heads} heads", {"heads": heads})],
        )
    if layer.heads % layer.key_heads:
        fitting = fitting_groups(layer.heads, layer.key_heads)
        raise MismatchError(
            f"cannot share {layer.key_heads} heads of keys and values among {layer.heads} heads",
            [(f"Use {fitting} heads of keys and values", {"kv_heads": fitting})],
        )
    if layer.rotary and width // layer.heads % 2:
        raise MismatchError(
            f"turns pairs of channels, and its heads have {width // layer.heads}",
            [*_even_heads(layer, width), ("Leave out the rotation", {"rotary": False})],
        )
    return source


def check_memory(state: int, shape: Shape) -> None:
    """Attention attends to sequences."""
    if len(shape) != 2:
        it = f"layer {state} gives" if state else "the input is"
        raise MismatchError(
            f"attends to a sequence; {it} {RANKS[len(shape)]} of {shape_text(shape)}",
            [("Attend to what it reads", {"memory": None})],
        )


def attention_tensors(layer: Attention, shapes: LayerShapes, style: Style) -> Tensors:
    """The four maps, and the norms of queries and keys."""
    places, width = shapes.fed
    there, given = shapes.memory or shapes.fed
    size = width // layer.heads
    narrow = size * layer.key_heads
    inner = without_zero(style.init)
    unscaled = inner.model_copy(update={"gain": 1.0})
    tensors: Tensors = {}
    for prefix, shape, uses, init in (
        ("query_", (width, width), places, unscaled),
        ("key_", (narrow, given), there, unscaled),
        ("value_", (narrow, given), there, inner),
        ("out_", (width, width), places, style.init),
    ):
        tensors |= linear_tensors(prefix, shape, uses, style.bias, init)
    for name in ("query_norm", "key_norm") if layer.qk_norm != "none" else ():
        tensors[f"{name}_weight"] = Tensor((size,), InitSpec("constant", value=1.0))
        if layer.qk_norm == "layer":
            tensors[f"{name}_bias"] = Tensor((size,), InitSpec("constant", value=0.0))
    return tensors


def _even_heads(layer: Attention, width: int) -> list[tuple[str, dict[str, int]]]:
    """So many heads that pairs of channels fit in each."""
    if width % 2:
        return []
    heads = fitting_groups(width // 2, layer.heads)
    fields = {"heads": heads}
    if layer.kv_heads:
        fields["kv_heads"] = fitting_groups(heads, layer.kv_heads)
    return [(f"Use {heads} heads", fields)]
