"""The forward pass of a network as equations in the order of computation."""

from collections.abc import Iterator
from dataclasses import replace

from skipviz.export.formulas.maps import activated, linear, mapped, of_table
from skipviz.export.formulas.merges import join, normed
from skipviz.export.formulas.nodes import Node, Term
from skipviz.export.formulas.reading import read as made_of
from skipviz.export.formulas.symbols import Symbols, by_target
from skipviz.network import Network
from skipviz.network.architecture import outer_activation
from skipviz.network.layers import Dense, FeedForward, Flatten, GlobalPool, Identity, Reshape
from skipviz.network.slices import Slice


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
        network, empty = self._network, Node(self._symbols.branch(k), k, "")
        empty = replace(empty, spread=not is_vector(network, k))
        read = made_of(empty, network.reads_of(k), self._symbols, vectors=reads_vectors(network, k))
        if k > network.depth:
            return self._joined(self._read_out(read, k), "preactivation")
        layer, style = network.layers[k - 1], network.style(k)
        activation = outer_activation(layer, style)
        named = network.attended_by(k).items()
        attended = {name: self._symbols.state(state) for name, state in named}
        if style.order == "pre":
            fed = activated(normed(read, style.norm, k), k, activation)
            return mapped(layer, fed, k, style, attended)
        value = normed(mapped(layer, read, k, style, attended), style.norm, k)
        return activated(self._joined(value, "preactivation"), k, activation)

    def _read_out(self, read: Node, k: int) -> Node:
        readout = self._network.readout
        if readout.tied_to is None:
            return linear(read, k, readout.bias)
        return linear(read, k, readout.bias, of_table(readout.tied_to))

    def _joined(self, node: Node, place: str) -> Node:
        for skip in self._joining.get(node.layer, []):
            if skip.join == place:
                node = join(node, skip, self._symbols.state(skip.source))
        return node


def reads_vectors(network: Network, k: int) -> bool:
    """Whether all that layer k reads are certainly vectors, whatever the data."""
    return all(is_vector(network, state) for state in network.reads_of(k).states)


def is_vector(network: Network, k: int) -> bool:
    """Whether the state k is certainly one vector, whatever the data."""
    if k == 0:
        return False
    if k > network.depth:
        return network.reads_out_flat or reads_vectors(network, k)
    layer = network.layers[k - 1]
    if isinstance(layer, Reshape):
        return len(layer.shape) == 1
    keeps = isinstance(layer, Identity | FeedForward | Slice) and reads_vectors(network, k)
    return keeps or isinstance(layer, Dense | Flatten | GlobalPool)
