"""Attention: what it computes, what it can read and attend to, and the tensors that it holds."""

from typing import ClassVar, Literal

from skipviz.language import _, _n
from skipviz.network.inference import LayerShapes
from skipviz.network.layer_base import Named, Size, Weighted
from skipviz.network.mismatch import Change, MismatchError, needs_rank
from skipviz.network.sizes import RANKS, channels, fitting_groups, shape_text
from skipviz.network.styles import Style
from skipviz.network.tensors import InitSpec, Tensor, Tensors, linear_tensors, without_zero
from skipviz.types import Shape


class Attention(Weighted):
    """Multi-head attention (Vaswani et al. 2017) of a sequence s of D channels to a sequence m.

    m is s, or with `memory: k` the state s_k as layer k hands it on, of the same arm and time step.
    With `values: k` v is such a state, as it is: of the positions of m and d channels for each head
    of keys, without W_v and b_v.
    q, k, v = s Wq' + bq, m Wk' + bk, m Wv' + bv; in each of `heads` slices of d = D / heads
    channels a = softmax(q k' / sqrt(d)) v, with `causal` over positions up to the own one;
    op(s) = [a_1 .. a_heads] Wo' + bo. No activation.

    `kv_heads`: keys and values have so many slices only, each for heads / kv_heads neighbours
    (Ainslie et al. 2023). `qk_norm`: every q and k is normalised over its d channels, scaled (and
    for `layer` shifted) alike in all heads (Dehghani et al. 2023). `rotary`: then channels i and
    i + d / 2 of q and k at position t are turned by the angle t / 10000^(2 i / d) (Su et al. 2021).
    """

    mark: ClassVar[str] = "A"
    kind: Literal["attention"] = "attention"
    heads: Size = 4
    causal: bool = False
    activation: Literal["identity"] = "identity"
    kv_heads: Size | None = None
    rotary: bool = False
    qk_norm: Literal["none", "layer", "rms"] = "none"
    memory: Named = None
    values: Named = None

    @property
    def key_heads(self) -> int:
        """The slices of keys and values."""
        return self.kv_heads or self.heads


def attended_shape(layer: Attention, source: Shape) -> Shape:
    """The shape of what it gives, that of what it reads; MismatchError says why there is none."""
    needs_rank(source, 2)
    width = channels(source)
    if width % layer.heads:
        heads = fitting_groups(width, layer.heads)
        raise MismatchError(
            _n(
                "cannot share {count} channel among {heads} heads",
                "cannot share {count} channels among {heads} heads",
                width,
                heads=layer.heads,
            ),
            [(_use_heads(heads), {"heads": heads})],
        )
    if layer.heads % layer.key_heads:
        fitting = fitting_groups(layer.heads, layer.key_heads)
        raise MismatchError(
            _n(
                "cannot share {keys} heads of keys and values among {count} head",
                "cannot share {keys} heads of keys and values among {count} heads",
                layer.heads,
                keys=layer.key_heads,
            ),
            [(_use_key_heads(fitting), {"kv_heads": fitting})],
        )
    if layer.rotary and width // layer.heads % 2:
        raise MismatchError(
            _(
                "turns pairs of channels, and its heads have {count}",
                count=width // layer.heads,
            ),
            [*_even_heads(layer, width), (_("Leave out the rotation"), {"rotary": False})],
        )
    return source


def check_memory(state: int, shape: Shape) -> None:
    """Attention attends to sequences."""
    if len(shape) != 2:
        given = {"rank": _(RANKS[len(shape)]), "size": shape_text(shape)}
        message = _("attends to a sequence; the input is {rank} of {size}", **given)
        if state:
            message = _(
                "attends to a sequence; layer {layer} gives {rank} of {size}", layer=state, **given
            )
        raise MismatchError(message, [attend_to_read()])


def check_values(layer: Attention, state: int, shape: Shape, fed: Shape, there: Shape) -> None:
    """Values that are given have a position for every key, and d channels for each of its heads.

    `shape` is theirs, `fed` that of what queries are made from, `there` of what keys are made from.
    """
    if len(shape) != 2:
        given = {"rank": _(RANKS[len(shape)]), "size": shape_text(shape)}
        message = _("takes its values from a sequence; the input is {rank} of {size}", **given)
        if state:
            message = _(
                "takes its values from a sequence; layer {layer} gives {rank} of {size}",
                layer=state,
                **given,
            )
        raise MismatchError(message, [make_values()])
    size = fed[1] // layer.heads
    wanted = size * layer.key_heads
    if shape[0] != there[0]:
        message = _n(
            "has keys at {count} position and values at {others}",
            "has keys at {count} positions and values at {others}",
            there[0],
            others=shape[0],
        )
        keys = _keys_of(layer, state, shape, fed) if shape[1] == wanted else []
        raise MismatchError(message, [*keys, make_values()])
    if shape[1] != wanted:
        message = _n(
            "takes values of {count} channel, {size} for each head of keys; here are {given}",
            "takes values of {count} channels, {size} for each head of keys; here are {given}",
            wanted,
            size=size,
            given=shape[1],
        )
        raise MismatchError(message, [*_heads_of(layer, shape[1], fed[1]), make_values()])


def attend_to_read() -> Change:
    """Keys, and values that are made, are made from what it reads."""
    return _("Attend to what it reads"), {"memory": None}


def make_values() -> Change:
    """Values are made by a map of its own."""
    return _("Make the values itself"), {"values": None}


def _keys_of(layer: Attention, state: int, shape: Shape, fed: Shape) -> list[Change]:
    """Keys made from the values, or from what it reads, where that gives them the positions."""
    if layer.memory is not None and fed[0] == shape[0]:
        return [attend_to_read()]
    return [(_("Make the keys from the same state"), {"memory": state})]


def _heads_of(layer: Attention, given: int, width: int) -> list[Change]:
    """So many heads of keys that the values have the channels for them."""
    size = width // layer.heads
    if given % size == 0 and layer.heads % (given // size) == 0:
        count = given // size
        return [(_use_key_heads(count), {"kv_heads": count})]
    return []


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
        *((("value_", (narrow, given), there, inner),) if layer.values is None else ()),
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
    return [(_use_heads(heads), fields)]


def _use_heads(count: int) -> str:
    return _n("Use {count} head", "Use {count} heads", count)


def _use_key_heads(count: int) -> str:
    return _n("Use {count} head of keys and values", "Use {count} heads of keys and values", count)
