"""Which modules ran in a step: a layer that was left out is not one that no gradient reaches."""

from collections.abc import Sequence
from functools import partial
from typing import Any, Self

import numpy as np
from torch import nn
from torch.utils.hooks import RemovableHandle

from skipviz.engine.own_model.layers import owner_of
from skipviz.own_model.structure import Layer
from skipviz.types import Flags


class Ran:
    """A context within which the calls of all modules are noted, a row per step."""

    def __init__(self, model: nn.Module) -> None:
        self._modules = dict(model.named_modules())
        self._places = {path: place for place, path in enumerate(self._modules)}
        self._rows: list[Flags] = []
        self._handles: list[RemovableHandle] = []

    def __enter__(self) -> Self:
        for place, module in enumerate(self._modules.values()):
            self._handles.append(module.register_forward_pre_hook(partial(self._met, place)))
        return self

    def __exit__(self, *_: object) -> None:
        for handle in self._handles:
            handle.remove()
        self._modules, self._handles = {}, []

    def begin(self) -> None:
        """A step begins."""
        self._rows.append(np.zeros(len(self._places), bool))

    def anew(self) -> None:
        """The step is made once more."""
        self._rows[-1][:] = False

    def _met(self, place: int, *_: Any) -> None:
        if self._rows:
            self._rows[-1][place] = True

    @property
    def ever(self) -> frozenset[str]:
        """The modules that ran in some step."""
        met = np.any(self._rows, axis=0) if self._rows else np.zeros(len(self._places), bool)
        return frozenset(path for path, place in self._places.items() if met[place])

    def layers(self, layers: Sequence[Layer], ever: frozenset[str]) -> Flags:
        """(steps, layers): a layer runs with its module, or, where only its weights are read, with
        the innermost module around it that is ever called."""
        rows = np.array(self._rows, bool).reshape(len(self._rows), len(self._places))
        columns = [self._place(layer, ever) for layer in layers]
        found = [np.ones(len(rows), bool) if k < 0 else rows[:, k] for k in columns]
        return np.stack(found, axis=1) if found else np.ones((len(rows), 0), bool)

    def _place(self, layer: Layer, ever: frozenset[str]) -> int:
        """-1 where nothing around it is ever called."""
        path = owner_of(layer.weights[0])
        while path and path not in ever:
            path = path.rpartition(".")[0]
        return self._places.get(path, -1) if path in ever else -1
