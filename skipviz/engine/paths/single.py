"""The gradient that comes down one path alone, for many paths at once."""

from collections import defaultdict
from collections.abc import Sequence

import torch
from torch import Tensor

from skipviz.engine.attribution.scaling import row_norms
from skipviz.engine.attribution.tape import Node, Record, Tape
from skipviz.engine.attribution.vjp import Vjp
from skipviz.paths.sampling import Hop, Path


def norms_of_paths(tape: Tape, gradient: Tensor, paths: Sequence[Path], end: int) -> Tensor:
    """(paths,): the norm, over the batch, of what comes down each path to the state `end`.

    `gradient` is that of the loss at `tape.logits`; the tape holds one replica.
    """
    vjp = Vjp(tape)
    hops = [{hop.end: hop for hop in path} for path in paths]
    waiting = _Waiting()
    for node, of_node in tape.ends(gradient):
        numbers = [number for number, path in enumerate(paths) if path[0].end == node]
        if numbers:
            waiting.add(node, numbers, _repeated(of_node, len(numbers)))
    norms = gradient.new_zeros(len(paths))
    for record in reversed(tape.records):
        if record.node[1] > end:
            _go_on(vjp, record, hops, waiting)
    for numbers, gradients in waiting.at_state(end):
        norms[numbers] = row_norms(gradients[0].flatten(1))
    return norms


class _Waiting:
    """Which paths have come to a node, and the gradient each brought: (1, paths, batch, ..)."""

    def __init__(self) -> None:
        self._numbers: defaultdict[Node, list[int]] = defaultdict(list)
        self._gradients: defaultdict[Node, list[Tensor]] = defaultdict(list)

    def add(self, node: Node, numbers: Sequence[int], gradients: Tensor) -> None:
        self._numbers[node].extend(numbers)
        self._gradients[node].append(gradients)

    def take(self, node: Node) -> tuple[list[int], Tensor | None]:
        numbers, gradients = self._numbers.pop(node, []), self._gradients.pop(node, [])
        return numbers, torch.cat(gradients, 1) if gradients else None

    def at_state(self, k: int) -> list[tuple[list[int], Tensor]]:
        found = [self.take(node) for node in list(self._numbers) if node[1] == k]
        return [(numbers, gradients) for numbers, gradients in found if gradients is not None]


def _go_on(vjp: Vjp, record: Record, hops: Sequence[dict[Node, Hop]], waiting: _Waiting) -> None:
    """Take every path at a node down the one edge that it takes there."""
    numbers, gradients = waiting.take(record.node)
    if gradients is None:
        return
    for edge, pulled in vjp.apply(record, gradients):
        way = Hop(record.node, edge.source, edge.skip, edge.entry)
        places = [i for i, number in enumerate(numbers) if hops[number][record.node] == way]
        if places:
            waiting.add(edge.source, [numbers[i] for i in places], pulled[:, places])


def _repeated(gradient: Tensor, times: int) -> Tensor:
    return gradient.unsqueeze(1).expand(-1, times, *gradient.shape[1:])
