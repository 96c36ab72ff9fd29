"""Backward passes as they happen: the gradient that each brings to every weight.

Hooks on the weights are called with what one backward pass adds, before it is added to `.grad` and
before DistributedDataParallel averages it over processes.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.autograd import Variable
from torch.utils.hooks import RemovableHandle

from skipviz.engine.own_model.norms import norm_of
from skipviz.engine.own_model.shares import Meeting, share_of
from skipviz.types import Array

_SUBNORMAL = 2.0**-1074


@dataclass
class Backward:
    """One backward pass. `norms` are |dL/dW| by the place of a weight, `factor` that of a loss
    scaler, divided out of them when they are read, `arms` those of the forward passes before."""

    task: int
    norms: dict[int, Tensor] = field(default_factory=dict)
    shares: dict[int, list[Meeting]] = field(default_factory=dict)
    factor: float = 1.0
    arms: tuple[str, ...] = ()

    def norm_array(self, weights: Mapping[str, nn.Parameter]) -> Array:
        """(weights,) float64: exactly 0 where no gradient came, NaN where none is asked for."""
        trained = np.array([each.requires_grad for each in weights.values()], bool)
        found = np.where(trained, 0.0, np.nan)
        if self.norms:
            values = torch.stack([each.cpu() for each in self.norms.values()]).numpy()
            scaled = values / self.factor
            scaled[(scaled == 0) & (values > 0)] = _SUBNORMAL
            found[list(self.norms)] = scaled
        return found

    def share_of(self, skip: int) -> float:
        """The signed share of a skip; NaN where it was not measured."""
        return share_of(self.shares.get(skip, []))


class Backwards:
    """Calls `on_frame` at the end of every backward pass that has reached a weight."""

    def __init__(
        self,
        weights: Mapping[str, nn.Parameter],
        on_begin: Callable[[], None],
        on_frame: Callable[[Backward], None],
    ) -> None:
        self.weights = weights
        self._on_begin, self._on_frame = on_begin, on_frame
        self._handles: dict[int, RemovableHandle] = {}
        self._now: Backward | None = None
        self._factors: dict[int, float] = {}
        self._shares: dict[int, dict[int, list[Meeting]]] = {}
        self._arms: dict[int, dict[str, None]] = {}

    def start(self) -> None:
        """Hook every weight that is trained; those that begin to be trained later are too."""
        for place, parameter in enumerate(self.weights.values()):
            if parameter.requires_grad and place not in self._handles:
                hook = partial(self._arrives, place)
                self._handles[place] = parameter.register_hook(hook)  # type: ignore[no-untyped-call]

    def stop(self) -> None:
        """Leave the weights as they were."""
        for handle in self._handles.values():
            handle.remove()
        self._handles = {}
        self._now = None

    def met(self, skip: int, meeting: Meeting) -> None:
        """What came through a skip in the backward pass that is going on."""
        task = torch._C._current_graph_task_id()
        self._shares.setdefault(task, {}).setdefault(skip, []).append(meeting)

    def from_arm(self, arm: str) -> None:
        """The backward pass that is going on is that of a forward pass in this arm."""
        self._arms.setdefault(torch._C._current_graph_task_id(), {})[arm] = None

    def scaled(self, factor: float) -> None:
        """The loss of the backward pass that is going on was multiplied by a factor."""
        self._factors[torch._C._current_graph_task_id()] = factor

    def _arrives(self, place: int, gradient: Tensor | None) -> None:
        task = torch._C._current_graph_task_id()
        if self._now is None or self._now.task != task:
            self._now = Backward(task)
            engine: Any = Variable._execution_engine
            engine.queue_callback(partial(self._end, self._now))
            self._on_begin()
        if gradient is not None:
            self._now.norms[place] = norm_of(gradient)

    def _end(self, done: Backward) -> None:
        done.shares = self._shares.pop(done.task, {})
        done.factor = self._factors.pop(done.task, 1.0)
        done.arms = tuple(self._arms.pop(done.task, {}))
        for held in (self._shares, self._factors, self._arms):
            held.clear()
        if self._now is done:
            self._now = None
        if self._handles:
            self._on_frame(done)
