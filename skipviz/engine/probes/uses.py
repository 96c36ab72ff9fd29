"""The gradient of weights that layers share: what every use adds to it, and their sum."""

from collections.abc import Mapping

import numpy as np
from torch import Tensor

from skipviz.engine.model.stack import Stack
from skipviz.engine.probes.norms import RowNorms
from skipviz.types import Array


class Uses:
    """Tells the uses of shared weights apart; nothing to do where no layer is tied."""

    def __init__(self, stack: Stack) -> None:
        self._last = stack.network.depth + 1
        self._names = stack.plan.ties.weights
        self._norms = RowNorms()

    def measure(self, whole: Array, uses: Mapping[str, Tensor]) -> dict[str, Array]:
        """`weight_gradient`: the norm of what the layer itself adds to the gradient of its weights;
        `shared_gradient`: `whole` (replicas, layers 1..N+1), that of the sum over all their uses.
        """
        if not self._names:
            return {"weight_gradient": whole}
        flat = self._norms.of([uses[name].unsqueeze(0) for name in self._names])
        rows = flat.reshape(len(self._names), -1)
        columns = [self._column(name) for name in self._names]
        squares = np.zeros_like(whole)
        for column, row in zip(columns, rows, strict=True):
            squares[:, column] += row**2
        own = whole.copy()
        own[:, columns] = np.sqrt(squares[:, columns])
        return {"weight_gradient": own, "shared_gradient": whole}

    def _column(self, name: str) -> int:
        module = name.split(".")[0]
        return self._last - 1 if module == "readout" else int(module.removeprefix("layer")) - 1
