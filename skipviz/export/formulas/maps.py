"""The op of each kind of layer as a formula, with its derivative."""

from functools import singledispatch

from skipviz.export.formulas.nodes import Node, Weight, WeightKind
from skipviz.export.formulas.symbols import bold, indexed
from skipviz.network.layers import (
    AnyLayer,
    Attention,
    Convolution,
    Dense,
    Embedding,
    FeedForward,
    Flatten,
    GlobalPool,
    Identity,
    Pool,
    Positions,
    Reshape,
    ToSequence,
    TransposedConvolution,
    Upsample,
)
from skipviz.network.styles import Style


def jacobian(k: int) -> str:
    """The derivative of what layer k does, where it has no symbol of its own."""
    return indexed(bold("J"), k)


def linear(node: Node, k: int, bias: bool) -> Node:
    """w_k s + b_k."""
    w, b = indexed(bold("w"), k), indexed(bold("b"), k)
    out = _weighted(node, w, f"{w} {node.atom}", w)
    return out.plus(b, (), (Weight(b, "", "bias"),)) if bias else out


def _weighted(node: Node, w: str, value: str, factor: str, kind: WeightKind = "matrix") -> Node:
    return node.through(value, factor).plus_weights(Weight(w, node.atom, kind))


@singledispatch
def mapped(layer: AnyLayer, node: Node, k: int, style: Style) -> Node:
    """op of layer k applied to the value of `node`."""
    raise NotImplementedError(layer.kind)


@mapped.register
def _(layer: Dense, node: Node, k: int, style: Style) -> Node:  # noqa: ARG001
    return linear(node, k, style.bias)


@mapped.register
def _(layer: Convolution | TransposedConvolution, node: Node, k: int, style: Style) -> Node:
    w, b = indexed(bold("w"), k), indexed(bold("b"), k)
    star = "*" if isinstance(layer, Convolution) else r"*^{\!\top}"
    out = _weighted(node, w, f"{w} {star} {node.atom}", jacobian(k), "other")
    return out.plus(b, (), (Weight(b, "", "other"),)) if style.bias else out


@mapped.register
def _(layer: FeedForward, node: Node, k: int, style: Style) -> Node:  # noqa: ARG001
    inner = linear(node, k, style.bias)
    v, c = indexed(bold("v"), k), indexed(bold("c"), k)
    hidden = activated(inner, k, style.activation)
    out = _weighted(hidden, v, f"{v} {hidden.atom}", v)
    return out.plus(c, (), (Weight(c, "", "bias"),)) if style.bias else out


def activated(node: Node, k: int, activation: str) -> Node:
    """a_k of the value."""
    if activation == "identity":
        return node
    value = rf"{indexed('a', k)}\left({node.value}\right)"
    return node.through(value, indexed(bold("A"), k))


@mapped.register
def _(layer: Positions, node: Node, k: int, style: Style) -> Node:  # noqa: ARG001
    table = indexed(bold("P"), k)
    return node.plus(table, (), (Weight(table, "", "table"),) if layer.learned else ())


@mapped.register
def _(layer: Identity, node: Node, k: int, style: Style) -> Node:  # noqa: ARG001
    return node


@mapped.register
def _(layer: Embedding, node: Node, k: int, style: Style) -> Node:  # noqa: ARG001
    table = indexed(bold("E"), k)
    looked_up = node.through(rf"{table}\left[{node.value}\right]").without_terms()
    return looked_up.plus_weights(Weight(table, node.value, "other"))


@mapped.register
def _(layer: Attention, node: Node, k: int, style: Style) -> Node:  # noqa: ARG001
    name = indexed(r"\operatorname{Att}", k)
    weight = indexed(bold("w"), k)
    out = node.through(rf"{name}\left({node.value}\right)", jacobian(k))
    return out.plus_weights(Weight(weight, node.atom, "other"))


@mapped.register
def _(
    layer: Pool | GlobalPool | Upsample | Flatten | Reshape | ToSequence,
    node: Node,
    k: int,
    style: Style,  # noqa: ARG001
) -> Node:
    return node.through(rf"\operatorname{{{_word(layer)}}}\left({node.value}\right)", jacobian(k))


def _word(layer: AnyLayer) -> str:
    if isinstance(layer, GlobalPool):
        return "mean" if layer.reduce == "mean" else "max"
    return _WORDS[layer.kind]


_WORDS = {
    "max_pool": "maxpool",
    "average_pool": "avgpool",
    "upsample": "upsample",
    "flatten": "vec",
    "reshape": "reshape",
    "to_sequence": "sequence",
}
