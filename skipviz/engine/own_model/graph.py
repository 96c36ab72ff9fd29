"""Autograd's own graph, asked where a tensor came from that Python did not see made."""

from collections.abc import Mapping
from typing import Any

from torch import Tensor

_LARGEST = 3000  # nodes that are searched


def graph_above(start: Any, known: Mapping[Any, int]) -> tuple[set[int], list[Tensor]]:
    """The known nodes above a node of autograd's, and the weights that join in on the way."""
    above, leaves = set(), []
    queue: list[Any] = [start]
    seen: set[Any] = set()
    while queue and len(seen) < _LARGEST:
        node = queue.pop()
        if node is None or node in seen:
            continue
        seen.add(node)
        if node in known:
            above.add(known[node])
            continue
        leaves += [leaf] if (leaf := getattr(node, "variable", None)) is not None else []
        queue += [function for function, _ in node.next_functions]
    return above, leaves
