"""Where shares are measured: at the calls by which skips leave their sources."""

from collections.abc import Sequence
from typing import Any

from skipviz.engine.own_model.lineage import Lineage, Node
from skipviz.engine.own_model.rules import Found
from skipviz.engine.own_model.shares import Sink, edge_of, tap
from skipviz.engine.own_model.switches import Switch
from skipviz.engine.own_model.tensors import Arguments, tensors_in


class Taps:
    """Made before a call, which may write into its arguments; placed on what it returns."""

    def __init__(self, leaving: Sequence[Switch], call: Arguments) -> None:
        self._leaving = leaving
        self._edges = [edge_of(tensor) for tensor in tensors_in(call)] if leaving else []

    def place(self, out: Any, sink: Sink) -> None:
        """Measure what comes through the skips that leave by this call."""
        if not self._leaving:
            return
        stops = [edge for edge in self._edges if edge is not None]
        made = next((each.grad_fn for each in tensors_in(out) if each.grad_fn is not None), None)
        for switch in self._leaving:
            source = self._edges[switch.exit.argument] if switch.exit else None
            if made is not None and source is not None:
                tap(switch.index, made, source, stops, sink)


def tap_recorded(skip: int, lineage: Lineage, merged: Node, found: Found, sink: Sink) -> None:
    """Of a skip that was just recorded."""
    way = found.way
    leaving = lineage[way[-2]] if len(way) > 1 else merged
    source = lineage[found.source]
    if leaving.edge is None or source.edge is None:
        return
    stops = [edge for k in leaving.parents if (edge := lineage[k].edge) is not None]
    tap(skip, leaving.edge.node, source.edge, stops, sink)
