"""Which node of the lineage every tensor of one forward pass is."""

from collections.abc import Iterable
from typing import Any

from torch import Tensor

from skipviz.engine.own_model.graph import graph_above
from skipviz.engine.own_model.lineage import Lineage, Node
from skipviz.engine.own_model.places import CallStack
from skipviz.engine.own_model.shares import edge_of
from skipviz.engine.own_model.steps import WHOLE
from skipviz.engine.own_model.tensors import Notes
from skipviz.engine.own_model.unseen import Unseen
from skipviz.engine.own_model.weights import UNNAMED, Weights


class Noted:
    """Nodes by tensor, and what was computed from what the model is called with (fed)."""

    def __init__(
        self, lineage: Lineage, weights: Weights, calls: CallStack, unseen: Unseen
    ) -> None:
        self._lineage, self._weights, self._calls, self._unseen = lineage, weights, calls, unseen
        self._nodes: Notes[int] = Notes()
        self._fed: Notes[bool] = Notes()
        self._by_grad_fn: dict[Any, int] = {}

    def begin_at(self, tensor: Tensor) -> int:
        """Data that were made of nothing that is followed."""
        node = self._lineage.add("input", (), shape=tuple(tensor.shape), fed=True)
        self.put(tensor, node)
        return node.index

    def put(self, tensor: Tensor, node: Node) -> None:
        """Note where a tensor was made, in place of what was noted before."""
        self._nodes.put(tensor, node.index)
        node.edge = edge_of(tensor)
        if tensor.grad_fn is not None:
            self._by_grad_fn[tensor.grad_fn] = node.index

    def get(self, tensor: Tensor) -> int | None:
        """What was noted."""
        return self._nodes.get(tensor)

    def feed(self, tensors: Iterable[Tensor]) -> None:
        """They were made of what the model is called with, though they be no data: an index."""
        for tensor in tensors:
            self._fed.put(tensor, True)

    def is_fed(self, tensor: Tensor) -> bool:
        """Whether it was."""
        return bool(self._fed.get(tensor))

    def node_of(self, tensor: Tensor) -> int | None:
        """The node of a tensor; None of weights and of what has no lineage."""
        noted = self._nodes.get(tensor)
        if noted is not None:
            node = self._lineage[noted]
            node.edge = node.edge or edge_of(tensor)  # which what leaves a Function has only now
            return noted
        names = self._weights.of(tensor)
        if names == UNNAMED and self.is_fed(tensor):  # detached, and then asked for a gradient
            return self.begin_at(tensor)
        if tensor.grad_fn is None or names is not None:
            return None
        return self._opaque(tensor)

    def _opaque(self, tensor: Tensor) -> int | None:
        """What Python did not see (autograd.Function) is asked of autograd."""
        above, weights = graph_above(tensor.grad_fn, self._by_grad_fn)
        for weight in weights:
            self._weights.of(weight)
        if not (above or self._unseen.are_data(tensor, weights)):
            return None
        if len(above) != 1:
            self._unseen.modules.append(self._calls.module)
        node = self._lineage.add(
            "own function",
            sorted(above),
            heavy=any(each.dim() >= WHOLE for each in weights),
            module=self._calls.module,
            shape=tuple(tensor.shape),
            fed=not above,
        )
        self.put(tensor, node)
        return node.index
