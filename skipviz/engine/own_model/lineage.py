"""Where every tensor of one forward pass came from, as a graph of operations."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from skipviz.engine.own_model.factors import Factor
from skipviz.engine.own_model.operations import MULTIPLY, PIECES, SCALING, is_pooling
from skipviz.engine.own_model.places import Place
from skipviz.engine.own_model.shares import Edge

LARGEST = 20_000  # nodes: bit sets of ancestors grow with their square, 100 MB here
_LONGEST_SEARCH = 400


@dataclass
class Node:
    """One operation. `ancestors` and `through_heavy` are bit sets of nodes.

    `through_heavy` are the ancestors from which at least one heavy operation is passed to get
    here; `depth` counts heavy operations on the longest way from the start. `reads` says for every
    parent which tensor argument of the call it was. `factor` is what it multiplies its data by,
    where that is no data. `lane` is the tower it belongs to. `edge` is where autograd has it.
    `carried` are the parents that are skips here.
    """

    index: int
    op: str
    parents: tuple[int, ...]
    heavy: bool
    ancestors: int
    through_heavy: int
    depth: int
    module: str
    shape: tuple[int, ...]
    lane: int
    fed: bool
    bare: bool
    place: Place | None = None
    reads: dict[int, int] = field(default_factory=dict)
    weights: frozenset[str] = frozenset()
    parametric: bool = False
    factor: Factor | None = None
    edge: Edge | None = None
    is_skip: bool = False
    carried: frozenset[int] = frozenset()

    @property
    def product(self) -> bool:
        """Data times data."""
        return self.op in MULTIPLY and len(self.parents) > 1

    @property
    def scales(self) -> bool:
        """Whether weights scale data in it, which a light branch has to do."""
        return self.parametric and self.op in SCALING

    @property
    def mark(self) -> str | None:
        """What a skip becomes that comes along here."""
        if self.product:
            return "gated"
        if self.op in PIECES:
            return "split"
        return "pooled" if is_pooling(self.op) else None


@dataclass(frozen=True)
class Way:
    """From a node up to one of its ancestors by light operations: nodes from below to above."""

    nodes: tuple[int, ...]
    marks: frozenset[str]


class Lineage:
    """All operations of one forward pass, in order."""

    def __init__(self) -> None:
        self.nodes: list[Node] = []
        self._lanes = 0

    def __getitem__(self, index: int) -> Node:
        return self.nodes[index]

    @property
    def full(self) -> bool:
        """Too large to go on."""
        return len(self.nodes) >= LARGEST

    def add(
        self,
        op: str,
        parents: Sequence[int],
        *,
        heavy: bool = False,
        module: str = "",
        shape: tuple[int, ...] = (),
        main: int | None = None,
        fed: bool = False,
    ) -> Node:
        """A new operation; `main` is the parent whose lane it goes on, by default the first."""
        index, ancestors, through, depth = len(self.nodes), 0, 0, 0
        own = tuple(dict.fromkeys(parents))
        for parent in own:
            node = self.nodes[parent]
            above = node.ancestors | (1 << parent)
            ancestors |= above
            through |= above if heavy else node.through_heavy
            depth = max(depth, node.depth)
        fed = fed or any(self.nodes[parent].fed for parent in own)
        looked_up = not (heavy and own) and all(self.nodes[parent].bare for parent in own)
        node = Node(
            index, op, own, heavy, ancestors, through, depth + heavy, module, shape,
            self._lane_of(own if main is None else (main,)), fed, looked_up and not fed,
        )  # fmt: skip
        self.nodes.append(node)
        return node

    def _lane_of(self, parents: Sequence[int]) -> int:
        if parents:
            return self.nodes[parents[0]].lane
        self._lanes += 1
        return self._lanes - 1

    def is_above(self, upper: int, lower: int) -> bool:
        """Whether `upper` is an ancestor of `lower`."""
        return bool(self.nodes[lower].ancestors >> upper & 1)

    def light_way(
        self, start: int, wanted: Callable[[int], bool], *, by_branches: bool = False
    ) -> Way | None:
        """The way to the nearest wanted node at or above `start`, by light operations only.

        It does not go past heavy operations nor past earlier skips; up the branches of these where
        that is asked for.
        """
        queue: list[tuple[int, ...]] = [(start,)]
        seen = {start}
        while queue and len(seen) < _LONGEST_SEARCH:
            way = queue.pop(0)
            node = self.nodes[way[-1]]
            if wanted(node.index):
                return Way(way, self._marks(way[:-1]))
            if not node.heavy and (by_branches or not node.is_skip):
                above = (each for each in node.parents if each not in node.carried)
                new = [parent for parent in above if parent not in seen]
                seen.update(new)
                queue += [(*way, parent) for parent in new]
        return None

    def _marks(self, way: Iterable[int]) -> frozenset[str]:
        found = (self.nodes[k].mark for k in way)
        return frozenset(mark for mark in found if mark is not None)

    def between(self, upper: int, lower: int) -> list[int]:
        """The nodes on the ways from `upper` down to `lower`, the latter among them."""
        inside = range(upper + 1, lower)
        ways = [k for k in inside if self.is_above(upper, k) and self.is_above(k, lower)]
        return [*ways, lower]

    def heaviest(self, upper: int, lower: int) -> tuple[int, bool]:
        """Heavy operations on the heaviest way down (-1: none), and whether a way takes a piece."""
        most, piece = {upper: 0}, {upper: False}
        for k in self.between(upper, lower):
            node = self.nodes[k]
            above = [parent for parent in node.parents if parent in most]
            if above:
                most[k] = max(most[parent] for parent in above) + node.heavy
                piece[k] = any(piece[parent] for parent in above) or node.op in PIECES
        return most.get(lower, -1), piece.get(lower, False)

    def shortest_way(self, upper: int, lower: int) -> tuple[int, ...]:
        """From `lower` up to `upper`, by any operations; the way of the fewest."""
        queue: list[tuple[int, ...]] = [(lower,)]
        seen = {lower}
        while queue:
            way = queue.pop(0)
            if way[-1] == upper:
                return way
            for parent in self.nodes[way[-1]].parents:
                if parent not in seen and (parent == upper or self.is_above(upper, parent)):
                    seen.add(parent)
                    queue.append((*way, parent))
        return ()
