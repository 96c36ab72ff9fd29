"""A state carried over the positions of a sequence, told apart from a skip over layers.

A hand-written recurrent cell merges, at one line and with the same weights, its state of before
with what it makes of the next position. A shared layer (ALBERT) does the same with the same
weights, but takes in nothing new.
"""

from collections import defaultdict

from skipviz.engine.own_model.lineage import Lineage, Node
from skipviz.engine.own_model.operations import PIECES
from skipviz.engine.own_model.places import Place


class Recurrences:
    """The merges of one forward pass by the line they stand in."""

    def __init__(self, lineage: Lineage) -> None:
        self._lineage = lineage
        self._merged: defaultdict[object, list[Node]] = defaultdict(list)

    def merged(self, place: Place, node: Node) -> None:
        """A merge that is done."""
        self._merged[place.spot].append(node)

    def carries(self, place: Place, source: int, main: int) -> bool:
        """Whether a merge here of a branch ending in `main` carries on its own earlier result."""
        before = self._before(place, source)
        if before is None:
            return False
        branch = [self._lineage[k] for k in self._lineage.between(source, main)]
        weights = _weights(branch)
        if not weights or not weights <= self._weights_above(before):
            return False
        return any(self._is_new(parent, source) for node in branch for parent in node.parents)

    def _before(self, place: Place, source: int) -> Node | None:
        for node in reversed(self._merged[place.spot]):
            if self._lineage.light_way(source, lambda k, at=node.index: k == at):  # type: ignore[misc]
                return node
        return None

    def _weights_above(self, node: Node) -> frozenset[str]:
        above = [each for each in self._lineage.nodes if node.ancestors >> each.index & 1]
        return _weights([*above, node])

    def _is_new(self, parent: int, source: int) -> bool:
        """Whether it comes from beside the source, as a piece of something: the next position."""
        if parent == source or self._lineage.is_above(source, parent):
            return False
        return bool(self._lineage.light_way(parent, lambda k: self._lineage[k].op in PIECES))


def _weights(nodes: list[Node]) -> frozenset[str]:
    return frozenset().union(*(node.weights for node in nodes))
