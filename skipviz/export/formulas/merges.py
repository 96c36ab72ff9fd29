"""How each kind of skip joins, as a formula with its derivatives; in evaluation, so that dropout
and stochastic depth are left out.
"""

from collections.abc import Iterator
from typing import assert_never

from skipviz.export.formulas.meanings import activation_lines, derivative_line, weight_norm_line
from skipviz.export.formulas.nodes import Node, Term, Weight
from skipviz.export.formulas.symbols import Variable, bold, indexed
from skipviz.language import N_
from skipviz.network.skips import (
    Add,
    AnySkip,
    Concat,
    Entrywise,
    Gate,
    Gated,
    Pad,
    Projection,
    Scale,
    ShortcutGate,
)
from skipviz.network.styles import of_state

_NORMS = {"batch": "BN", "layer": "LN", "group": "GN", "rms": "RMS"}
_ONES = r"\bm{1}"


def normed(node: Node, norm: str, *indices: int, letter: str = "N") -> Node:
    """The norm of the value, with the derivative N."""
    if not of_state(norm):
        return node
    name = indexed(rf"\operatorname{{{_NORMS[norm]}}}", *indices)
    return node.through(rf"{name}\left({node.value}\right)", indexed(bold(letter), *indices))


def join(node: Node, skip: AnySkip, source: Variable) -> Node:
    """The value after the skip from `source` has joined."""
    delayed = skip.is_feedback
    carried = Node(source, skip.target, source.tex("t-1" if delayed else "t"), node.spread)
    carried = carried.plus_terms(Term(source, delayed=delayed))
    if skip.resize != "none":
        carried = _called(carried, _resizes(skip), indexed(bold("R"), *skip.ends))
    return _merged(skip, node, carried)


def _resizes(skip: AnySkip) -> str:
    names = {"crop": N_("crop"), "crop_end": N_("crop"), "pool": N_("pool")}
    return names.get(skip.resize, N_("resize"))


def _called(node: Node, function: str, derivative: str) -> Node:
    return node.through(rf"\operatorname{{{function}}}\left({node.value}\right)", derivative)


def _merged(skip: AnySkip, node: Node, carried: Node) -> Node:
    match skip:
        case Add():
            return _sum(skip, node, carried)
        case Pad():
            return _sum(skip, node, _called(carried, "pad", indexed(bold("P"), *skip.ends)))
        case Projection():
            return _sum(skip, node, _projected(skip, carried))
        case Concat():
            return _appended(skip, node, carried)
        case Gated() | ShortcutGate():
            return _mixed(skip, node, carried)
        case _:
            assert_never(skip)


def _projected(skip: Projection, carried: Node) -> Node:
    w, b = indexed(bold("w"), *skip.ends), indexed(bold("b"), *skip.ends)
    weight = Weight(w, carried.atom)
    value = carried.through(f"{w} {carried.atom}", w).plus_weights(weight)
    if skip.bias:
        value = value.plus(b, (), (Weight(b, "", "bias"),))
    value = normed(value, skip.norm, *skip.ends)
    if skip.activation != "identity":
        inner = rf"{indexed('a', *skip.ends)}\left({value.value}\right)"
        value = value.through(inner, indexed(bold("A"), *skip.ends))
    return value


def _appended(skip: Concat, node: Node, carried: Node) -> Node:
    """[u, v] = E u + F v with E and F the identity above and below zeros."""
    upper = node.through(node.value, indexed(bold("E"), *skip.ends))
    lower = carried.through(carried.value, indexed(bold("F"), *skip.ends))
    both = upper.plus("", lower.terms, lower.weights)
    return both.through(rf"\left[{node.value},\, {carried.value}\right]")


def _mixed(skip: Gated | ShortcutGate, node: Node, carried: Node) -> Node:
    """T u + (1 - T) v, or u + (1 - T) v; dT/dv = G = diag(T (1 - T)) w."""
    gate, slope = indexed(bold("T"), *skip.ends), indexed(bold("G"), *skip.ends)
    mixes = isinstance(skip, Gated)
    direct = rf"\operatorname{{diag}}\left({_ONES} - {gate}\right)"
    through_gate = f"{node.atom} - {carried.atom}" if mixes else carried.atom
    sign = "+" if mixes else "-"
    turned = rf"\operatorname{{diag}}\left({through_gate}\right) {slope}"
    side = carried.through("", rf"\left({direct} {sign} {turned}\right)")
    branch = node
    if mixes:
        branch = node.through(
            rf"{gate} \odot {node.atom}", rf"\operatorname{{diag}}\left({gate}\right)"
        )
    w, b = indexed(bold("w"), *skip.ends), indexed(bold("b"), *skip.ends)
    weights = (Weight(w, "", "other"), Weight(b, "", "other"))
    value = rf"\left({_ONES} - {gate}\right) \odot {carried.atom}"
    aside = rf"{gate} &= \sigma\left({w} {carried.atom} + {b}\right)"
    return branch.plus(value, side.terms, weights).plus_aside(aside)


def _sum(skip: Add | Projection | Pad, node: Node, carried: Node) -> Node:
    branch = _scaled(node, skip.branch_scale, r"\alpha", skip)
    shortcut = _scaled(carried, skip.shortcut_scale, r"\beta", skip)
    return branch.plus(shortcut.value, shortcut.terms, shortcut.weights)


def _scaled(node: Node, scale: Scale, letter: str, skip: AnySkip) -> Node:
    if scale.learned == "no":
        if scale.value == 1:
            return node
        number = _number(scale.value)
        return node.through(rf"{number}\, {node.atom}", number)
    if scale.learned == "scalar":
        factor = indexed(letter, *skip.ends)
        out = node.through(f"{factor} {node.atom}", factor)
        return out.plus_weights(Weight(factor, node.atom, "scalar"))
    factor = indexed(bold(letter), *skip.ends)
    out = node.through(rf"{factor} \odot {node.atom}", rf"\operatorname{{diag}}({factor})")
    return out.plus_weights(Weight(factor, node.atom, "channel"))


def _number(value: float) -> str:
    digits, _, exponent = f"{value:.6g}".partition("e")
    text = rf"{digits} \times 10^{{{int(exponent)}}}" if exponent else digits
    return text if value >= 0 and not exponent else rf"\left({text}\right)"


def skip_lines(skip: AnySkip) -> Iterator[str]:
    """What the symbols of a skip stand for."""
    match skip:
        case Gate():
            gate, w = indexed(bold("T"), *skip.ends), indexed(bold("w"), *skip.ends)
            slope = rf"\operatorname{{diag}}\left({gate} \odot (\bm{{1}} - {gate})\right) {w}"
            yield f"{indexed(bold('G'), *skip.ends)} &= {slope}"
        case Projection():
            if skip.activation != "identity":
                yield from activation_lines(skip.ends, skip.activation)
            if of_state(skip.norm):
                yield derivative_line("N", N_("norm"), skip.ends)
            if skip.norm == "weight":
                yield weight_norm_line("w", skip.ends)
        case Pad():
            yield derivative_line("P", N_("pad"), skip.ends)
        case Concat():
            upper, lower = (indexed(bold(letter), *skip.ends) for letter in "EF")
            yield (
                rf"{upper} &= \begin{{bmatrix}} \bm{{I}} \\ \bm{{0}} \end{{bmatrix}},\quad "
                rf"{lower} = \begin{{bmatrix}} \bm{{0}} \\ \bm{{I}} \end{{bmatrix}}"
            )
        case Entrywise():
            pass
        case _:
            assert_never(skip)
    if skip.resize != "none":
        yield derivative_line("R", _resizes(skip), skip.ends)
