"""The forward pass of a network as equations in the order of computation."""

from collections.abc import Iterator

from skipviz.export.formulas.maps import activated, linear, mapped
from skipviz.export.formulas.merges import join, normed
from skipviz.export.formulas.nodes import Node, Term
from skipviz.export.formulas.symbols import Symbols
from skipviz.network import Network
from skipviz.network.layers import Dense, FeedForward, Flatten, GlobalPool, Identity, Reshape
from skipviz.network.resolve import outer_activation


def nodes(network: Network) -> list[Node]:
    """The equations of h_1, s_1, h_2, .. y; s_k where it is not h_k."""
    symbols = Symbols(network)
    layers = range(1, network.depth + 2)
    return [node for k in layers for node in _layer_nodes(network, symbols, k)]


def _layer_nodes(network: Network, symbols: Symbols, k: int) -> Iterator[Node]:
    branch = _branch(network, symbols, k)
    yield branch
    if not symbols.is_merged(k):
        return
    value, terms = branch.variable.tex(), (Term(branch.variable),)
    state = Node(symbols.state(k), k, value, branch.spread, terms=terms)
    state = _joined(network, symbols, state, "output")
    if k <= network.depth:
        state = normed(state, network.layers[k - 1].state_norm, k, letter="M")
    yield state


def _branch(network: Network, symbols: Symbols, k: int) -> Node:
    source = symbols.state(k - 1)
    spread = not _is_vector(network, k)
    read = Node(symbols.branch(k), k, source.tex(), spread, terms=(Term(source),))
    if k > network.depth:
        return _joined(network, symbols, linear(read, k, network.readout.bias), "preactivation")
    layer, style = network.layers[k - 1], network.style(k)
    activation = outer_activation(layer, style)
    if style.order == "pre":
        return mapped(layer, activated(normed(read, style.norm, k), k, activation), k, style)
    value = normed(mapped(layer, read, k, style), style.norm, k)
    return activated(_joined(network, symbols, value, "preactivation"), k, activation)


def _joined(network: Network, symbols: Symbols, node: Node, place: str) -> Node:
    for skip in network.skips:
        if skip.target == node.layer and skip.join == place:
            node = join(node, skip, symbols.state(skip.source))
    return node


def _is_vector(network: Network, k: int) -> bool:
    """Whether the state k is certainly one vector, whatever the data."""
    if k == 0:
        return False
    if k > network.depth:
        return network.readout.kind == "dense" or _is_vector(network, k - 1)
    layer = network.layers[k - 1]
    if isinstance(layer, Reshape):
        return len(layer.shape) == 1
    keeps = isinstance(layer, Identity | FeedForward) and _is_vector(network, k - 1)
    return keeps or isinstance(layer, Dense | Flatten | GlobalPool)
