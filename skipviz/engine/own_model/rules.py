"""What a skip is: the rule, on the graph of operations alone (docs/own-model.md).

At a merge (sum, difference, concatenation) an operand a is a skip if by light operations alone one
comes up from it to a node s that is an ancestor of another operand through a heavy operation.
Heavy is an operation with a weight of two or more dimensions, or one that mixes data with data.
Where no operand is, one may be a projection. The rest are parallel branches.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from typing import Literal

from skipviz.engine.own_model.lineage import Lineage, Node, Way
from skipviz.engine.own_model.operations import NORMS, PASSING
from skipviz.own_model.structure import Kind

Family = Literal["sum", "concat", "blend"]
"""What a merge does: adds, lays side by side, or mixes by a weight (lerp)."""

LINEAR = PASSING | NORMS
MOST_PROJECTION = 2  # heavy operations: a 1×1 convolution; depthwise and 1×1 (GhostNet)


@dataclass(frozen=True)
class Operand:
    """Data that goes into a merge: its place among the arguments, and its node."""

    position: int
    node: int


@dataclass(frozen=True)
class Found:
    """An operand that is a skip. `way` leads from it up to its source."""

    operand: Operand
    kind: Kind
    source: int
    span: int
    way: tuple[int, ...]


@dataclass(frozen=True)
class Judged:
    """What a merge is. `parallel`: its branches run side by side and none of them is a skip."""

    skips: tuple[Found, ...] = ()
    parallel: bool = False
    recurrent: bool = False


def judge(lineage: Lineage, family: Family, operands: Sequence[Operand]) -> Judged:
    """Which operands of a merge are skips."""
    distinct = _distinct(operands)
    if len(distinct) < 2:
        return Judged()
    merge = _Merge(lineage, family, distinct)
    identities, recurrent = merge.identities()
    if identities:
        return Judged(tuple(identities), recurrent=recurrent)
    light = merge.past_a_light_branch()
    if light is not None:
        return Judged((light,))
    if recurrent:
        return Judged(recurrent=True)
    return merge.projections()


def is_gate(lineage: Lineage, first: int, second: int) -> bool:
    """Whether a product scales data by what was computed from them (squeeze-and-excite)."""

    def scaled_by(data: int, gate: int) -> bool:
        if lineage[data].bare and lineage[gate].fed:
            return False
        return data != gate and bool(lineage[gate].through_heavy >> data & 1)

    return scaled_by(first, second) or scaled_by(second, first)


def is_written_back(lineage: Lineage, operands: Sequence[Operand]) -> bool:
    """x[:, :k] = x[:, :k] + f(x): whether the second operand is a sum with a piece of the first."""
    by_position = {each.position: each.node for each in operands}
    value, own = by_position.get(1), by_position.get(0)
    if value is None or own is None:
        return False
    way = lineage.light_way(value, lambda k: lineage[k].is_skip)
    summed = lineage[way.nodes[-1]].parents if way is not None else ()
    return any(lineage.light_way(each, lambda k: k == own) for each in summed)


def _distinct(operands: Sequence[Operand]) -> list[Operand]:
    return list({each.node: each for each in reversed(operands)}.values())[::-1]


class _Merge:
    def __init__(self, lineage: Lineage, family: Family, operands: Sequence[Operand]) -> None:
        self.lineage, self.family, self.operands = lineage, family, operands
        self.fed = any(lineage[each.node].fed for each in operands)
        self.main = max(operands, key=lambda each: (lineage[each.node].depth, each.node))

    @property
    def main_node(self) -> Node:
        return self.lineage[self.main.node]

    def whole(self) -> list[Operand]:
        """All but what is broadcast (a bias, a time embedding, a shift) or looked up for no data (a
        position bias, expanded or not), which are no skips."""
        own = [each for each in self.operands if not self._is_bare(each.node)]
        if self.family == "concat":
            return own
        largest = max(prod(self.lineage[each.node].shape) for each in self.operands)
        return [each for each in own if prod(self.lineage[each.node].shape) == largest]

    def _is_bare(self, node: int) -> bool:
        """Whether it is there without any data, beside something that is not."""
        return self.fed and self.lineage[node].bare

    def identities(self) -> tuple[list[Found], bool]:
        """The skips that come along light operations; whether some is a scan over positions."""
        found, recurrent = [], False
        for operand in self.whole():
            way = self._way_out(operand)
            if way is None:
                continue
            if {"split", "gated"} <= way.marks:
                recurrent = True
                continue
            source = way.nodes[-1]
            span = self.main_node.depth - self.lineage[source].depth
            found.append(Found(operand, self._kind(way), source, span, way.nodes))
        if len(found) == len(self.operands):  # each goes around part of another: one is the branch
            latest = max(found, key=lambda each: (each.source, each.operand == self.main))
            found.remove(latest)
        return found, recurrent

    def _way_out(self, operand: Operand) -> Way | None:
        reached = 0
        for other in self.operands:
            if other.node != operand.node:
                reached |= self.lineage[other.node].through_heavy
        return self.lineage.light_way(
            operand.node,
            lambda k: bool(reached >> k & 1) and not self._is_bare(k),
            by_branches=True,
        )

    def _kind(self, way: Way) -> Kind:
        if self.family == "concat":
            if "split" in way.marks:
                return "split concat"
            if "pooled" in way.marks:
                return "pooled concat"
            return "gated concat" if "gated" in way.marks else "concat"
        if "split" in way.marks:
            return "split"
        if "pooled" in way.marks:
            return "pooled"
        return "gated" if "gated" in way.marks or self.family == "blend" else "add"

    def past_a_light_branch(self) -> Found | None:
        """Around a branch that has parameters, but nothing heavy: x + pool(norm(x))."""
        if self.family != "sum" or len(self.operands) != 2:
            return None
        first, second = self.whole() if len(self.whole()) > 1 else (None, None)
        for skip, branch in ((first, second), (second, first)):
            if skip and branch and self._is_light_branch(skip.node, branch.node):
                return Found(skip, "add", skip.node, 0, (skip.node,))
        return None

    def _is_light_branch(self, upper: int, lower: int) -> bool:
        if not self.lineage.is_above(upper, lower):
            return False
        inside = [self.lineage[k] for k in self.lineage.between(upper, lower)]
        return any(each.scales for each in inside) and not any(each.heavy for each in inside)

    def projections(self) -> Judged:
        """Where no operand is an identity: short ways beside a longer one, from a common fork."""
        found, parallel = [], False
        for operand in self.whole():
            common = self.lineage[operand.node].ancestors & self.main_node.ancestors
            if operand == self.main or not common:
                continue
            fork = common.bit_length() - 1
            projection = self._projection(operand, fork)
            parallel |= projection is None and self.lineage.heaviest(fork, operand.node)[0] >= 1
            if projection is not None:
                found.append(projection)
        return Judged(tuple(found), parallel=parallel and not found)

    def _projection(self, operand: Operand, fork: int) -> Found | None:
        own, piece = self.lineage.heaviest(fork, operand.node)
        main, _ = self.lineage.heaviest(fork, self.main.node)
        if piece or not 1 <= own <= MOST_PROJECTION or own >= main:
            return None
        way = self.lineage.shortest_way(fork, operand.node)
        if own == MOST_PROJECTION and not self._is_linear(way[:-1]):
            return None  # a branch of its own, beside another: attention and MLP in parallel
        if self.family == "concat":
            if not self._leaves_resolution(fork, operand):
                return None
            return Found(operand, "projection concat", fork, main, way)
        return Found(operand, "projection", fork, main, way) if main >= 2 * own else None

    def _is_linear(self, way: Sequence[int]) -> bool:
        nodes = (self.lineage[k] for k in way)
        return all(
            each.heavy or each.factor or each.op in LINEAR or each.mark == "pooled"
            for each in nodes
        )

    def _leaves_resolution(self, fork: int, operand: Operand) -> bool:
        """Whether the main way goes to another resolution and back (U-Net yes, Inception no)."""
        shape = self.lineage[operand.node].shape
        inside = (self.lineage[k].shape for k in self.lineage.between(fork, self.main.node))
        away = any(len(each) == len(shape) and each[2:] != shape[2:] for each in inside)
        return away and self.lineage[fork].shape[2:] == shape[2:]
