"""The forward pass of a network as equations in the order of computation."""

from collections.abc import Iterator

from skipviz.export.formulas.maps import activated, linear, mapped
from skipviz.export.formulas.merges import join, normed
from skipviz.export.formulas.nodes import Node, Term
from skipviz.export.formulas.symbols import Symbols, by_target
from skipviz.network import Network
from skipviz.network.architecture import outer_activation
from skipviz.network.layers import Dense, FeedForward, Flatten, GlobalPool, Identity, Reshape


def nodes(network: Network) -> list[Node]:
    """The equations of h_1, s_1, h_2, .. y; s_k where it is not h_k."""
    walk = _Walk(network)
    return [node for k in range(1, network.depth + 2) for node in walk.layer(k)]


class _Walk:
    """One walk along the chain."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self._symbols = Symbols(network)
        self._joining = by_target(network)

    def layer(self, k: int) -> Iterator[Node]:
        """The equations of layer k."""
        branch = self._branch(k)
        yield branch
        if not self._symbols.is_merged(k):
            return
        value, terms = branch.variable.tex(), (Term(branch.variable),)
        state = Node(self._symbols.state(k), k, value, branch.spread, terms=terms)
        state = self._joined(state, "output")
        if k <= self._network.depth:
            state = normed(state, self._network.layers[k - 1].state_norm, k, letter="M")
        yield state

    def _branch(self, k: int) -> Node:
        network, source = self._network, self._symbols.state(k - 1)
        spread = not _is_vector(network, k)
        read = Node(self._symbols.branch(k), k, source.tex(), spread, terms=(Term(source),))
        if k > network.depth:
            return self._joined(linear(read, k, network.readout.bias), "preactivation")
        layer, style = network.layers[k - 1], network.style(k)
        activation = outer_activation(layer, style)
        if style.order == "pre":
            return mapped(layer, activated(normed(read, style.norm, k), k, activation), k, style)
        value = normed(mapped(layer, read, k, style), style.norm, k)
        return activated(self._joined(value, "preactivation"), k, activation)

    def _joined(self, node: Node, place: str) -> Node:
        for skip in self._joining.get(node.layer, []):
            if skip.join == place:
                node = join(node, skip, self._symbols.state(skip.source))
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
