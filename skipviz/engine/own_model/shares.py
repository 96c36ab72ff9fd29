"""The share of a state's gradient that came through a skip, out of the graph autograd made.

A skip leaves its source s at one operation, its exit: the merge itself, or the first one on its
way (a projection, the product with a gate). Behind the exit autograd has an edge to s; what
comes along it is the gradient g through the skip, and what arrives at s in all is dL/ds. The share
is <g, dL/ds> / |dL/ds|^2, so that the shares of all that s is read by add up to 1. Nothing is
put into the graph: both are read by hooks on nodes that are there, also where `x += f(x)` has
written over s since.
"""

from collections.abc import Callable, Collection, Sequence
from typing import Any, NamedTuple

import torch
from torch import Tensor

_LARGEST_OPERATION = 100  # nodes that autograd makes of one call


class Edge(NamedTuple):
    """Where autograd has a tensor: output `number` of a node."""

    node: Any
    number: int


class Meeting(NamedTuple):
    """Of one use of a skip: <g, t> and |t|^2 of t = dL/ds, both over the square of `scale`."""

    product: Tensor | float
    total: Tensor | float
    scale: Tensor | float


Sink = Callable[[int, Meeting], None]


def edge_of(tensor: Tensor) -> Edge | None:
    """None where no gradient arrives, or where it ends (a leaf)."""
    return None if tensor.grad_fn is None else Edge(tensor.grad_fn, tensor.output_nr)


def tap(skip: int, exit_node: Any, source: Edge, stops: Collection[Edge], sink: Sink) -> bool:
    """Measure skip number `skip` in every backward through this graph.

    `exit_node` made the output of the exit, `stops` are all that the exit has read. Whether there
    is a way from the one to the other.
    """
    inner = _edges_into(exit_node, source, {id(edge.node) for edge in stops})
    if not inner:
        return False
    met = _Met(skip, sink)
    for node, place in inner:
        node.register_hook(_reads(met, place))
    source.node.register_prehook(lambda arriving: met.arrives(arriving[source.number]))
    return True


def _reads(met: "_Met", place: int) -> Callable[[Any, Any], None]:
    return lambda leaving, _: met.comes(leaving[place])


def _edges_into(start: Any, source: Edge, stops: set[int]) -> list[tuple[Any, int]]:
    """(node, input) of the edges to the source, inside of one operation."""
    found, queue, seen = [], [start], {id(start)}
    while queue and len(seen) < _LARGEST_OPERATION:
        node = queue.pop()
        for place, (above, number) in enumerate(node.next_functions):
            if above is source.node and number == source.number:
                found.append((node, place))
            elif above is not None and id(above) not in seen and id(above) not in stops:
                seen.add(id(above))
                queue.append(above)
    return found


class _Met:
    """What came through, until the whole arrives."""

    def __init__(self, skip: int, sink: Sink) -> None:
        self._skip, self._sink = skip, sink
        self._through: list[Tensor] = []

    def comes(self, gradient: Tensor | None) -> None:
        if gradient is not None:
            self._through.append(gradient.detach())

    def arrives(self, total: Tensor | None) -> None:
        parts, self._through = self._through, []
        if total is None:
            return
        with torch.no_grad():
            self._sink(self._skip, _meeting(parts, total.detach()))


def _meeting(parts: list[Tensor], total: Tensor) -> Meeting:
    """Scaled by the largest entry first where squares leave the range of what holds them."""
    whole = total.flatten()
    if whole.is_cpu and whole.dtype in _SAFE:  # numbers are at hand: nothing waits for them
        square = torch.dot(whole, whole).item()
        if _SAFE[whole.dtype][0] < square < _SAFE[whole.dtype][1]:
            found = [torch.dot(part.flatten().to(whole.dtype), whole).item() for part in parts]
            return Meeting(sum(found), square, 1.0)
    scale = whole.abs().amax().clamp_min(torch.finfo(whole.dtype).tiny)
    unit = (whole / scale).float() if whole.dtype in _HALF else whole / scale
    product = torch.zeros((), dtype=torch.float64, device=unit.device)
    for part in parts:
        product += torch.dot(part.flatten().to(unit.dtype) / scale.to(unit.dtype), unit).double()
    return Meeting(product, torch.dot(unit, unit).double(), scale.double())


def share_of(met: Sequence[Meeting]) -> float:
    """The signed share over all uses; NaN where there is none."""
    largest = max((float(each.scale) for each in met), default=0.0)
    product = total = 0.0
    for each in met:
        weight = (float(each.scale) / largest) ** 2
        product += weight * float(each.product)
        total += weight * float(each.total)
    return product / total if total > 0 else float("nan")


_HALF = (torch.float16, torch.bfloat16)
_SAFE = {torch.float32: (1e-24, 1e24), torch.float64: (1e-200, 1e200)}
"""Between these a square of a norm is exact, and so are products with parts of its size."""
