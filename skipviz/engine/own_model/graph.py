"""Autograd's own graph, asked where a tensor came from that Python did not see made."""

from collections.abc import Mapping
from typing import Any

_LARGEST = 3000  # nodes that are searched
_WIDE = 2  # dimensions from which on a weight makes an operation heavy


def graph_above(start: Any, known: Mapping[Any, int]) -> tuple[set[int], bool]:
    """The known nodes above a node of autograd's, and whether a wide weight joins in on the way."""
    above, heavy = set(), False
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
        leaf = getattr(node, "variable", None)
        heavy |= leaf is not None and leaf.dim() >= _WIDE
        queue += [function for function, _ in node.next_functions]
    return above, heavy
