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
_task = torch._C._current_graph_task_id


@dataclass
class Backward:
    """One backward pass. `norms` are |dL/dW| by the place of a weight, `factor` that of a loss
    scaler, divided out of them when they are read, `arms` those of the forward passes before."""

    task: int
    norms: dict[int, Tensor | float] = field(default_factory=dict)
    shares: dict[int, list[Meeting]] = field(default_factory=dict)
    factor: float = 1.0
    arms: tuple[str, ...] = ()

    def norm_array(self, weights: Mapping[str, nn.Parameter]) -> Array:
        """(weights,) float64: exactly 0 where no gradient came, NaN where none is asked for."""
        found: list[float] = [0.0 if each.requires_grad else np.nan for each in weights.values()]
        for place, norm in _read(self.norms).items():
            scaled = norm / self.factor
            found[place] = _SUBNORMAL if scaled == 0 < norm else scaled
        return np.array(found)

    def share_of(self, skip: int) -> float:
        """The signed share of a skip; NaN where it was not measured."""
        return share_of(self.shares.get(skip, []))


def _read(norms: Mapping[int, Tensor | float]) -> dict[int, float]:
    """As numbers; what lies on a device comes in one transfer."""
    found: dict[int, float] = {}
    away: dict[torch.device, dict[int, Tensor]] = {}
    for place, norm in norms.items():
        if isinstance(norm, float):
            found[place] = norm
        else:
            away.setdefault(norm.device, {})[place] = norm
    for there in away.values():
        found |= zip(there, torch.stack(list(there.values())).tolist(), strict=True)
    return found


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
        task = _task()
        self._shares.setdefault(task, {}).setdefault(skip, []).append(meeting)

    def from_arm(self, arm: str) -> None:
        """The backward pass that is going on is that of a forward pass in this arm."""
        self._arms.setdefault(_task(), {})[arm] = None

    def scaled(self, factor: float) -> None:
        """The loss of the backward pass that is going on was multiplied by a factor."""
        self._factors[_task()] = factor

    def _arrives(self, place: int, gradient: Tensor | None) -> None:
        task = _task()
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
