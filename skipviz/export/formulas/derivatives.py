"""The backward pass: total derivatives d of the loss, from partial derivatives of each equation."""

from collections.abc import Sequence

from skipviz.export.formulas.nodes import Node, Weight
from skipviz.export.formulas.symbols import Variable

LOSS = r"\mathrm{d} L"
Lines = list[str]


def total(of: str) -> str:
    """dL / d of, a row."""
    return rf"\frac{{{LOSS}}}{{\mathrm{{d}} {of}}}"


def partial(of: str, by: str) -> str:
    """The direct derivative of one equation, others held fixed."""
    return rf"\frac{{\partial {of}}}{{\partial {by}}}"


def forward_pass(nodes: Sequence[Node], depth: int) -> list[tuple[str, ...]]:
    """By layer: what is computed, the last first."""
    by_layer: list[Lines] = [[] for _ in range(depth + 1)]
    for node in reversed(nodes):
        lines = [f"{node.variable.tex()} &= {node.value}", *node.asides]
        by_layer[node.layer - 1] += lines
    return [tuple(lines) for lines in by_layer]


def state_gradients(nodes: Sequence[Node], depth: int) -> list[tuple[str, ...]]:
    """By layer 1 .. N + 1: dL/ds_k and dL/dh_k as sums over all that reads them."""
    by_layer: list[Lines] = [[] for _ in range(depth + 1)]
    readers = _readers(nodes)
    for node in reversed(nodes):
        uses = readers.get(node.variable, [])
        if uses:
            if node.variable.letter == "y":
                uses = [partial("L", node.variable.tex()), *uses]
            line = f"{total(node.variable.tex())} &= {' + '.join(uses)}"
            by_layer[node.layer - 1].append(line)
    return [tuple(lines) for lines in by_layer]


def _readers(nodes: Sequence[Node]) -> dict[Variable, list[str]]:
    readers: dict[Variable, list[str]] = {}
    for node in nodes:
        for term in node.terms:
            time = "t+1" if term.delayed else "t"
            above = node.variable.tex(time)
            use = f"{total(above)} {partial(above, term.source.tex())}"
            readers.setdefault(term.source, []).append(use)
    return readers


def local_derivatives(nodes: Sequence[Node], depth: int) -> list[tuple[str, ...]]:
    """By layer: the partial derivatives of its equations."""
    by_layer: list[Lines] = [[] for _ in range(depth + 1)]
    for node in reversed(nodes):
        for term in node.terms:
            below = term.source.tex("t-1" if term.delayed else "t")
            line = f"{partial(node.variable.tex(), below)} &= {term.partial}"
            by_layer[node.layer - 1].append(line)
    return [tuple(lines) for lines in by_layer]


def weight_gradients(nodes: Sequence[Node], depth: int) -> list[tuple[str, ...]]:
    """By layer: the gradients of what is learned there, skips that join included.

    What several layers use stands at the first of them, as a sum over all of its uses.
    """
    uses: dict[str, list[tuple[Node, Weight]]] = {}
    for node in reversed(nodes):
        for weight in node.weights:
            uses.setdefault(weight.symbol, []).append((node, weight))
    by_layer: list[Lines] = [[] for _ in range(depth + 1)]
    for symbol, found in uses.items():
        first, _ = found[-1]
        over_time = r"\sum_{t=1}^{T} " if first.variable.moves else ""
        added = " + ".join(_gradient(node, weight) for node, weight in found)
        if over_time and len(found) > 1:
            added = rf"\left({added}\right)"
        by_layer[first.layer - 1].append(f"{total(symbol)} &= {over_time}{added}")
    return [tuple(lines) for lines in by_layer]


def _gradient(node: Node, weight: Weight) -> str:
    """The chain rule down to one use of a weight; rows times columns."""
    row = " ".join((total(node.variable.tex()), *weight.chain))
    match weight.kind:
        case "matrix":
            return rf"\left({row}\right)^{{\!\top}} {_transposed(weight.reads)}"
        case "bias" | "table":
            return row
        case "scalar":
            return rf"{row}\, {weight.reads}"
        case "channel":
            return rf"{row} \operatorname{{diag}}\left({weight.reads}\right)"
        case _:
            value = node.variable.tex()
            return f"{total(value)} {partial(value, weight.symbol)}"


def _transposed(column: str) -> str:
    is_symbol = " " not in column and "^" not in column and "(" not in column
    return rf"{column}^{{\top}}" if is_symbol else rf"\left({column}\right)^{{\!\top}}"
