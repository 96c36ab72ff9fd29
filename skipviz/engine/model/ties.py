"""Tensors that several layers share, with a view of its own for every use.

A pass reads the views, so that autograd has the gradient of every use by itself and, of the tensor,
their sum.
"""

from torch import Tensor

from skipviz.engine.model.context import Tensors
from skipviz.engine.model.layout import running, stored
from skipviz.network import ResolvedNetwork
from skipviz.network.parameters import is_weight


class Ties:
    """The shared tensors of a network."""

    def __init__(self, resolved: ResolvedNetwork) -> None:
        self._owners = resolved.ties
        self._described = resolved.tensors
        self._used = {
            f"{module}.{name}": tensor
            for module, tensors in (resolved.used.items() if resolved.ties else ())
            for name, tensor in tensors.items()
        }
        self.weights = [
            name
            for name in (*dict.fromkeys(self._owners.values()), *self._owners)
            if is_weight(name.split(".")[1])
        ]
        """The weights that are shared, by the name of every use."""

    def spread(self, tensors: Tensors) -> Tensors:
        """All tensors, and every shared one by the name of every layer that uses it."""
        if not self._owners or self._owners.keys() <= tensors.keys():
            return tensors
        views: dict[str, Tensor] = {}
        for name in dict.fromkeys(self._owners.values()):
            views[name] = tensors[name].view_as(tensors[name])
        for name, owner in self._owners.items():
            as_in_torch = stored(tensors[owner], self._described[owner])
            mine = running(as_in_torch, self._used[name])
            views[name] = mine.view_as(mine)
        return {**tensors, **views}
