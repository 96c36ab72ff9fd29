"""Gradients of a scaled loss (torch.amp.GradScaler): the factor, and the steps that were skipped.

The scaler stands in the user's loop and is handed to nobody. While a model is watched, the two
methods that matter tell what they do; afterwards the class is as it was.
"""

from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import Tensor
from torch.amp.grad_scaler import GradScaler

from skipviz.engine.own_model.tensors import tensors_in

_listeners: list["ScalerListener"] = []
_scale, _step = GradScaler.scale, GradScaler.step


class ScalerListener:
    """`on_factor` is called within a backward pass of a scaled loss, `on_skipped` when a step of
    an optimizer of these weights was left out."""

    def __init__(
        self,
        weights: Iterable[Tensor],
        on_factor: Callable[[float], None],
        on_skipped: Callable[[], None],
        on_step: Callable[[], None],
    ) -> None:
        self._weights = {id(each) for each in weights}
        self.on_factor, self._on_skipped, self._on_step = on_factor, on_skipped, on_step

    def start(self) -> None:
        """Listen."""
        _listeners.append(self)
        GradScaler.scale, GradScaler.step = _telling_scale, _telling_step  # type: ignore[method-assign, assignment]

    def stop(self) -> None:
        """Listen no longer."""
        if self in _listeners:
            _listeners.remove(self)
        if not _listeners:
            GradScaler.scale, GradScaler.step = _scale, _step  # type: ignore[method-assign]

    def stepped(self, optimizer: Any, skipped: bool) -> None:
        """An optimizer has made its step, or was not let."""
        mine = any(
            id(p) in self._weights for group in optimizer.param_groups for p in group["params"]
        )
        if mine:
            (self._on_skipped if skipped else self._on_step)()


def _telling_scale(scaler: GradScaler, outputs: Any) -> Any:
    scaled = _scale(scaler, outputs)
    if scaler.is_enabled():
        factor = scaler.get_scale()
        for tensor in tensors_in(scaled):
            if tensor.requires_grad:
                tensor.register_hook(lambda _: _tell(factor))  # type: ignore[no-untyped-call]
    return scaled


def _tell(factor: float) -> None:
    for listener in _listeners:
        listener.on_factor(factor)


def _telling_step(scaler: GradScaler, optimizer: Any, *args: Any, **kwargs: Any) -> Any:
    result = _step(scaler, optimizer, *args, **kwargs)
    found = scaler._found_inf_per_device(optimizer) if scaler.is_enabled() else {}
    skipped = bool(found) and bool(torch.stack([each.cpu() for each in found.values()]).any())
    for listener in list(_listeners):
        listener.stepped(optimizer, skipped)
    return result
