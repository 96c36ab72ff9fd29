"""The gradient of every state as a polynomial: its parts by how many steps of a kind they took.

With the parts G_q[j] at a state q known, every edge p -> q adds J' G_q[j] to G_p[j + d], where d is
the degree of the edge: 1 for skips and 0 for layers counts the skips taken, the other way round
it counts layers.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from skipviz.attribution.pulling import Puller
from skipviz.attribution.tape import Edge, Node, Tape

Degree = Callable[[int, Edge], int]
"""Of an edge to the state with this number."""


@dataclass(frozen=True)
class Parts:
    """`parts` (copies, degrees, batch, ..), the first of them of degree `first`."""

    first: int
    parts: Tensor


def skips_taken(target: int, edge: Edge) -> int:  # noqa: ARG001
    """1 for a skip."""
    return int(edge.skip is not None)


def layers_passed(depth: int) -> Degree:
    """1 for the layers 1..N; the readout's own map is not counted."""
    return lambda target, edge: int(edge.skip is None and target <= depth)


def down(tape: Tape, gradient: Tensor, degree: Degree) -> Iterator[tuple[Node, Parts]]:
    """The parts of every node's gradient, from the last to the first; each is complete.

    `gradient` is that of the loss at `tape.logits`.
    """
    puller, waiting = Puller(tape), _Waiting(tape, degree)
    waiting.add(tape.records[-1].node, 0, gradient.unsqueeze(1))
    for record in reversed(tape.records):
        parts = waiting.take(record.node)
        if parts is None:
            continue  # the loss does not depend on it
        yield record.node, parts
        for edge, pulled in puller.pull(record, parts.parts):
            waiting.add(edge.source, parts.first + degree(record.node[1], edge), pulled)
    for node in waiting.inputs():
        parts = waiting.take(node)
        if parts is not None:
            yield node, parts


class _Waiting:
    """Parts on their way, in room that is made once: the degrees of a node are counted first."""

    def __init__(self, tape: Tape, degree: Degree) -> None:
        self._degrees: dict[Node, tuple[int, int]] = {tape.records[-1].node: (0, 0)}
        self._parts: dict[Node, Tensor] = {}
        for record in reversed(tape.records):
            if record.node not in self._degrees:
                continue
            low, high = self._degrees[record.node]
            for edge in record.edges:
                by = degree(record.node[1], edge)
                self._widen(edge.source, low + by, high + by)

    def add(self, node: Node, first: int, parts: Tensor) -> None:
        low, high = self._degrees[node]
        if node not in self._parts:
            if (first, first + parts.shape[1]) == (low, high + 1):
                self._parts[node] = parts
                return
            shape = (parts.shape[0], high - low + 1, *parts.shape[2:])
            self._parts[node] = parts.new_zeros(shape)
        self._parts[node][:, first - low : first - low + parts.shape[1]] += parts

    def take(self, node: Node) -> Parts | None:
        parts = self._parts.pop(node, None)
        return None if parts is None else Parts(self._degrees[node][0], parts)

    def inputs(self) -> list[Node]:
        return sorted((node for node in self._parts if node[1] == 0), reverse=True)

    def _widen(self, node: Node, low: int, high: int) -> None:
        before = self._degrees.get(node, (low, high))
        self._degrees[node] = min(before[0], low), max(before[1], high)


def by_state(found: dict[Node, Parts], steps: int) -> dict[int, Parts]:
    """Nodes of one state joined over time: parts (copies, degrees, time, batch, ..).

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
    high = max(each.first + each.parts.shape[1] for each in times.values())
    any_parts = next(iter(times.values())).parts
    shape = (any_parts.shape[0], high - low, steps, *any_parts.shape[2:])
    joined = torch.zeros(shape, dtype=any_parts.dtype, device=any_parts.device)
    for time, each in times.items():
        start = each.first - low
        joined[:, start : start + each.parts.shape[1], time] = each.parts
    return Parts(low, joined)
