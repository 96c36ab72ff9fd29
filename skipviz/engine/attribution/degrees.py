"""The gradient of every state as a polynomial: its parts by how many steps of a kind they took.

With the parts G_q[j] at a state q known, every edge p -> q adds J' G_q[j] to G_p[j + d], where d is
the degree of the edge: 1 for skips and 0 for layers counts the skips taken, the other way round
it counts layers.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from torch import Tensor

from skipviz.engine.attribution.tape import Edge, Node, Tape
from skipviz.engine.attribution.vjp import Vjp

Degree = Callable[[int, Edge], int]
"""Of an edge to the state with this number."""


@dataclass(frozen=True)
class Parts:
    """`parts` (replicas, degrees, batch, ..), the first of them of degree `first`."""

    first: int
    parts: Tensor

    @property
    def end(self) -> int:
        """One more than the highest degree."""
        return self.first + self.parts.shape[1]

    @property
    def whole(self) -> Tensor:
        """(replicas, batch, ..): the sum of all parts."""
        return self.parts[:, 0] if self.parts.shape[1] == 1 else self.parts.sum(1)


@dataclass(frozen=True)
class Visit:
    """A node whose gradient is complete, and what of it comes down every edge of its record."""

    node: Node
    gradient: Parts
    below: list[tuple[Edge, Parts]]


def undivided(target: int, edge: Edge) -> int:  # noqa: ARG001
    """0: the gradient stays in one part."""
    return 0


def skips_taken(target: int, edge: Edge) -> int:  # noqa: ARG001
    """1 for a skip."""
    return int(edge.skip is not None)


def layers_passed(depth: int) -> Degree:
    """1 for the layers 1..N; the readout's own map is not counted."""
    return lambda target, edge: int(edge.skip is None and target <= depth)


def walk(tape: Tape, gradient: Tensor, degree: Degree) -> Iterator[Visit]:
    """The nodes from the last to the first; `gradient` is that of the loss at `tape.logits`."""
    vjp, waiting = Vjp(tape), _Waiting()
    for node, of_node in tape.ends(gradient):
        waiting.add(node, Parts(0, of_node.unsqueeze(1)))
    for record in reversed(tape.records):
        whole = waiting.take(record.node)
        if whole is None:
            continue  # the loss does not depend on it
        target = record.node[1]
        below = [
            (edge, Parts(whole.first + degree(target, edge), pulled))
            for edge, pulled in vjp.apply(record, whole.parts)
        ]
        for edge, parts in below:
            waiting.add(edge.source, parts)
        yield Visit(record.node, whole, below)
    for node in waiting.inputs():
        whole = waiting.take(node)
        if whole is not None:
            yield Visit(node, whole, [])


def down(tape: Tape, gradient: Tensor, degree: Degree) -> Iterator[tuple[Node, Parts]]:
    """The parts of every node's gradient, from the last to the first."""
    return ((visit.node, visit.gradient) for visit in walk(tape, gradient, degree))


class _Waiting:
    """Parts on their way: what came down every edge to a node, until all of it has come.

    None of it is ever changed, for what came may be the parts of the state above themselves.
    """

    def __init__(self) -> None:
        self._came: defaultdict[Node, list[Parts]] = defaultdict(list)

    def add(self, node: Node, parts: Parts) -> None:
        self._came[node].append(parts)

    def take(self, node: Node) -> Parts | None:
        came = self._came.pop(node, None)
        return None if came is None else _sum(came)

    def inputs(self) -> list[Node]:
        return sorted((node for node in self._came if node[1] == 0), reverse=True)


def _sum(all_parts: list[Parts]) -> Parts:
    """Degree by degree. The longest is copied, and what lies beyond it starts from 0."""
    if len({(parts.first, parts.end) for parts in all_parts}) == 1:
        return Parts(all_parts[0].first, sum_of([parts.parts for parts in all_parts]))
    longest, *others = sorted(all_parts, key=lambda parts: parts.first - parts.end)
    first, end = min(p.first for p in all_parts), max(p.end for p in all_parts)
    replicas, _, *shape = longest.parts.shape
    total = longest.parts.new_empty((replicas, end - first, *shape))
    total[:, : longest.first - first].zero_()
    total[:, longest.end - first :].zero_()
    total[:, longest.first - first : longest.end - first] = longest.parts
    for other in others:
        total[:, other.first - first : other.end - first] += other.parts
    return Parts(first, total)


def sum_of(tensors: list[Tensor]) -> Tensor:
    """The tensor itself where there is one only."""
    total, *others = tensors
    for other in others:
        total = total + other
    return total


def by_state(found: dict[Node, Parts], steps: int) -> dict[int, Parts]:
    """Nodes of one state joined over time: parts (replicas, degrees, time, batch, ..).

    With one time step the axis of time is left out. Steps that the loss does not depend on are 0.
    """
    gathered: defaultdict[int, dict[int, Parts]] = defaultdict(dict)
    for (time, k), parts in found.items():
        gathered[k][time] = parts
    if steps == 1:
        return {k: times[0] for k, times in gathered.items()}
    return {k: _over_time(times, steps) for k, times in gathered.items()}


def _over_time(times: dict[int, Parts], steps: int) -> Parts:
    low = min(each.first for each in times.values())
    end = max(each.end for each in times.values())
    any_parts = next(iter(times.values())).parts
    joined = any_parts.new_zeros((any_parts.shape[0], end - low, steps, *any_parts.shape[2:]))
    for time, each in times.items():
        joined[:, each.first - low : each.end - low, time] = each.parts
    return Parts(low, joined)
