"""Merges that belong to a loss which the model computes itself: target - prediction is no skip."""

from collections.abc import Iterable, Sequence

from skipviz.engine.own_model.lineage import Lineage, Node
from skipviz.engine.own_model.rules import Found, Operand
from skipviz.engine.own_model.switches import Switch, Switchboard


class Losses:
    """The skips of one recording, looked through again when it is known what the model returns.

    A merge is part of a loss where what it brings reaches a returned number without dimensions and
    nothing else that is returned, no heavy operation and no weight follows it, and what it was
    compared with is returned as it is. The last residual before a head without weights is
    returned, or the head's output is, so it stays a skip; so does all of a model that returns
    nothing but a number, where the two cannot be told apart.
    """

    def __init__(self, lineage: Lineage, board: Switchboard) -> None:
        self._lineage, self._board = lineage, board
        self._merges: list[tuple[Node, Sequence[int], Sequence[Switch]]] = []

    def merged(
        self,
        node: Node,
        operands: Sequence[Operand],
        skips: Sequence[Found],
        switches: Sequence[Switch],
    ) -> None:
        """Skips that were just found; the other operands are branches."""
        own = {found.operand.node for found in skips}
        branches = [each.node for each in operands if each.node not in own]
        if skips:
            self._merges.append((node, branches, switches))

    def withdraw(self, returned: Iterable[int]) -> list[str]:
        """Take those of a loss off the board again, from the last one up; their modules.

        Those in front of a skip that stays have their number already, and stay.
        """
        nodes = [self._lineage[k] for k in returned]
        modules = []
        while self._merges and self._is_loss(*self._merges[-1][:2], nodes):
            node, _, switches = self._merges.pop()
            if not self._board.drop(switches):
                break
            node.is_skip, node.carried = False, frozenset()
            modules.append(node.module)
        return modules

    def _is_loss(self, merge: Node, branches: Sequence[int], returned: Sequence[Node]) -> bool:
        states = [each for each in returned if each.shape]
        numbers = [each for each in returned if not each.shape]
        if not any(_leads_to(merge.index, each) for each in numbers):
            return False
        later = self._lineage.nodes[merge.index + 1 :]
        below = (each for each in later if _leads_to(merge.index, each))
        if any(each in states or each.heavy or each.parametric for each in below):
            return False
        return merge not in states and any(self._is_returned(each, states) for each in branches)

    def _is_returned(self, branch: int, states: Sequence[Node]) -> bool:
        """Whether the branch, or what it was made of by light operations, is returned."""
        way = self._lineage.light_way(branch, lambda k: any(_leads_to(k, each) for each in states))
        return way is not None


def _leads_to(upper: int, node: Node) -> bool:
    return upper == node.index or bool(node.ancestors >> upper & 1)
