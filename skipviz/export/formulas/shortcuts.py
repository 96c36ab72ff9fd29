"""The gradient that a skip lets through: the chain's product of Jacobians plus its own term.

For s_q = h_q + s_p this is J + I with J = dh_q/ds_p along the chain and I the identity matrix:
dL/ds_p = dL/ds_q (J + I). Shown for every forward skip that has no other one inside, over layers
that read one after the other.
"""

from collections.abc import Sequence

from skipviz.export.formulas.derivatives import partial, total
from skipviz.export.formulas.nodes import IDENTITY, Node, Term
from skipviz.export.formulas.symbols import Symbols, Variable
from skipviz.network import AnySkip, Embedding, Network


def skip_gradients(network: Network, nodes: Sequence[Node]) -> list[tuple[str, ...]]:
    """By layer q: one line per skip p -> q; nothing for networks with feedback."""
    by_layer: list[list[str]] = [[] for _ in range(network.depth + 1)]
    symbols = Symbols(network)
    found = {node.variable: node for node in nodes}
    for skip in [] if symbols.moves else _innermost(network):
        if _can_be_split(network, skip):
            by_layer[skip.target - 1].append(_line(network, symbols, found, skip))
    return [tuple(lines) for lines in by_layer]


def _innermost(network: Network) -> list[AnySkip]:
    """The skips p -> q with no other one inside: chain and skip are the only ways from p to q."""
    innermost: list[AnySkip] = []
    nearest = network.depth + 2  # the first target of all skips that start later
    for skip in sorted(network.skips, key=lambda skip: (-skip.source, skip.target)):
        if skip.target < nearest:
            innermost.append(skip)
            nearest = skip.target
    return innermost


def _can_be_split(network: Network, skip: AnySkip) -> bool:
    """Whether s_p has a derivative, and the skip's part of it a symbol of its own."""
    merged_with_chain = skip.join == "preactivation" and skip.target == skip.source + 1
    between = network.layers[skip.source : skip.target]
    looked_up = any(isinstance(layer, Embedding) for layer in between)
    wired = any(network.is_wired_at(k) for k in range(skip.source + 1, skip.target + 1))
    return skip.source > 0 and not merged_with_chain and not looked_up and not wired


def _line(network: Network, symbols: Symbols, nodes: dict[Variable, Node], skip: AnySkip) -> str:
    source = symbols.state(skip.source)
    end = (symbols.state if skip.join == "output" else symbols.branch)(skip.target)
    both = f"{_chain(symbols, nodes, end, skip)} + {_direct(nodes[end], source)}"
    if _is_only_way_up(network, skip, end == symbols.state(skip.target)):
        return rf"{total(source.tex())} &= {total(end.tex())} \left({both}\right)"
    derivative = rf"\frac{{\mathrm{{d}} {end.tex()}}}{{\mathrm{{d}} {source.tex()}}}"
    return f"{derivative} &= {both}"


def _is_only_way_up(network: Network, skip: AnySkip, joins_last: bool) -> bool:
    """Whether all that reads s_p, and the layers up to q, reaches the loss through q."""
    between = range(skip.source, skip.target)
    read_beyond = any(
        state in between
        for k in range(skip.target + 1, network.depth + 2)
        for state in network.sources_of(k)
    )
    leave = any(s.source in between and skip.target < s.target for s in network.skips)
    return joins_last and not leave and not read_beyond


def _chain(symbols: Symbols, nodes: dict[Variable, Node], end: Variable, skip: AnySkip) -> str:
    """The product of partial derivatives from q down to p, its middle as dots."""
    steps: list[str] = []
    above = end
    while above != symbols.state(skip.source):
        below = _below(symbols, above)
        if _term(nodes[above], below).partial != IDENTITY:
            steps.append(partial(above.tex(), below.tex()))
        above = below
    shown = steps if len(steps) < 4 else [*steps[:2], r"\cdots", steps[-1]]
    return " ".join(shown)


def _below(symbols: Symbols, variable: Variable) -> Variable:
    """The value before this one along the chain."""
    k = symbols.layer(variable)
    is_state = variable == symbols.state(k) and symbols.is_merged(k)
    return symbols.branch(k) if is_state else symbols.state(k - 1)


def _direct(node: Node, source: Variable) -> str:
    term = _term(node, source)
    return IDENTITY if term.partial == IDENTITY else partial(node.variable.tex(), source.tex())


def _term(node: Node, source: Variable) -> Term:
    return next(term for term in node.terms if term.source == source)
