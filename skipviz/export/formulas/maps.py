"""The op of each kind of layer as a formula, with its derivative."""

from collections.abc import Mapping
from typing import assert_never

from skipviz.export.formulas.nodes import Node, Term, Weight, WeightKind
from skipviz.export.formulas.symbols import Variable, bold, indexed
from skipviz.network.attending import Attention
from skipviz.network.layers import (
    AnyLayer,
    AveragePool,
    Conv1d,
    Conv2d,
    ConvTranspose1d,
    ConvTranspose2d,
    Dense,
    FeedForward,
    Flatten,
    GlobalPool,
    Identity,
    MaxPool,
    Reshape,
    ToSequence,
    Upsample,
)
from skipviz.network.naming import tie
from skipviz.network.over_depth import DepthAttention
from skipviz.network.recurrent import Gru, Lstm, Rnn
from skipviz.network.slices import Slice
from skipviz.network.styles import Style
from skipviz.network.tokens import ClassToken, Embedding, Latents, Positions, Shift

BY_ATTENDED = {"memory": "K", "values": "V"}
"""The letter of the derivative of attention by each state that it names besides what it reads."""
_COMMA = r",\, "


def jacobian(k: int) -> str:
    """The derivative of what layer k does, where it has no symbol of its own."""
    return indexed(bold("J"), k)


def of_table(k: int) -> str:
    """The table of an embedding."""
    return indexed(bold("E"), k)


def linear(node: Node, k: int, bias: bool, weight: str = "") -> Node:
    """w_k s + b_k; `weight` is what w_k is, where it is not its own."""
    w, b = weight or indexed(bold("w"), k), indexed(bold("b"), k)
    out = _weighted(node, w, f"{w} {node.atom}", w)
    return out.plus(b, (), (Weight(b, "", "bias"),)) if bias else out


def _weighted(node: Node, w: str, value: str, factor: str, kind: WeightKind = "matrix") -> Node:
    return node.through(value, factor).plus_weights(Weight(w, node.atom, kind))


def mapped(  # noqa: C901, one case per kind
    layer: AnyLayer, node: Node, k: int, style: Style, attended: Mapping[str, Variable]
) -> Node:
    """op of layer k applied to the value of `node`, and to what it attends to besides; tied, it has
    the weights of another.
    """
    owner = tie(layer) or k
    match layer:
        case Dense():
            return linear(node, owner, style.bias)
        case Conv1d() | Conv2d():
            return _convolved(node, k, owner, style, "*")
        case ConvTranspose1d() | ConvTranspose2d():
            return _convolved(node, k, owner, style, r"*^{\!\top}")
        case FeedForward():
            return _feed_forward(node, k, owner, style)
        case Positions():
            table = indexed(bold("P"), k)
            return node.plus(table, (), (Weight(table, "", "table"),) if layer.learned else ())
        case Identity():
            return node
        case Embedding():
            return _looked_up(node, owner)
        case Attention():
            out = _attention(node, k, attended)
            return out.plus_weights(Weight(indexed(bold("w"), owner), node.atom, "other"))
        case ClassToken():
            token = indexed(bold("c"), k)
            prepended = node.through(rf"\left[{token},\, {node.value}\right]", jacobian(k))
            return prepended.plus_weights(Weight(token, node.atom, "other"))
        case Latents():
            table = indexed(bold("L"), k)
            return node.through(table).without_terms().plus_weights(Weight(table, "", "table"))
        case Shift():
            return _called(node, k, r"\operatorname{shift}")
        case Rnn() | Lstm() | Gru():
            out = _called(node, k, indexed(rf"\operatorname{{{layer.kind.upper()}}}", k))
            return out.plus_weights(Weight(indexed(bold("w"), owner), node.atom, "other"))
        case DepthAttention():
            out = _called(node, k, indexed(r"\operatorname{mix}", k))
            return out.plus_weights(Weight(indexed(bold("q"), owner), node.atom, "other"))
        case MaxPool():
            return _called(node, k, r"\operatorname{maxpool}")
        case AveragePool():
            return _called(node, k, r"\operatorname{avgpool}")
        case GlobalPool():
            return _called(node, k, rf"\operatorname{{{layer.reduce}}}")
        case Upsample():
            return _called(node, k, r"\operatorname{upsample}")
        case Flatten():
            return _called(node, k, r"\operatorname{vec}")
        case Reshape():
            return _called(node, k, r"\operatorname{reshape}")
        case Slice():
            stop = "" if layer.stop is None else str(layer.stop)
            function = rf"\operatorname{{channels}}_{{[{layer.start}:{stop}]}}"
            return _called(node, k, function)
        case ToSequence():
            return _called(node, k, r"\operatorname{sequence}")
        case _:
            assert_never(layer)


def _called(node: Node, k: int, function: str) -> Node:
    return node.through(rf"{function}\left({node.value}\right)", jacobian(k))


def _attention(node: Node, k: int, attended: Mapping[str, Variable]) -> Node:
    """Att(queries from), Att(queries from, keys and values from), or of queries, keys and values;
    by every state that is named besides it has a derivative of its own.
    """
    said = [node.value]
    if attended:
        said += [attended["memory"].tex() if "memory" in attended else node.value]
    if "values" in attended:
        said += [attended["values"].tex()]
    function = indexed(r"\operatorname{Att}", k)
    out = node.through(rf"{function}\left({_COMMA.join(said)}\right)", jacobian(k))
    by = (Term(state).after(by_attended(name, k)) for name, state in attended.items())
    return out.plus_terms(*by)


def by_attended(name: str, k: int) -> str:
    """The derivative of attention by a state that it attends to."""
    return indexed(bold(BY_ATTENDED[name]), k)


def _convolved(node: Node, k: int, owner: int, style: Style, star: str) -> Node:
    w, b = indexed(bold("w"), owner), indexed(bold("b"), owner)
    out = _weighted(node, w, f"{w} {star} {node.atom}", jacobian(k), "other")
    return out.plus(b, (), (Weight(b, "", "other"),)) if style.bias else out


def _looked_up(node: Node, k: int) -> Node:
    table = of_table(k)
    looked_up = node.through(rf"{table}\left[{node.value}\right]").without_terms()
    return looked_up.plus_weights(Weight(table, node.value, "other"))


def _feed_forward(node: Node, k: int, owner: int, style: Style) -> Node:
    inner = linear(node, owner, style.bias)
    v, c = indexed(bold("v"), owner), indexed(bold("c"), owner)
    hidden = activated(inner, k, style.activation)
    out = _weighted(hidden, v, f"{v} {hidden.atom}", v)
    return out.plus(c, (), (Weight(c, "", "bias"),)) if style.bias else out


def activated(node: Node, k: int, activation: str) -> Node:
    """a_k of the value."""
    if activation == "identity":
        return node
    value = rf"{indexed('a', k)}\left({node.value}\right)"
    return node.through(value, indexed(bold("A"), k))
