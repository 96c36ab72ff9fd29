"""Noticing the step and the layer at which an arm becomes NaN or infinite."""

import numpy as np
import torch
from torch import Tensor

from skipviz.settings import Settings
from skipviz.training.run import Array, Failure


class FailureWatch:
    """Reports every copy once. The other copies share no number with it and go on."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._failed = np.zeros(len(settings.arms) * settings.seeds, dtype=bool)

    @property
    def all_failed(self) -> bool:
        """Nothing is left to train."""
        return bool(self._failed.all())

    def look(
        self, step: int, losses: Tensor, states: list[Tensor], gradients: Array
    ) -> tuple[Failure, ...]:
        """New failures; `states` s_1 .. s_(N+1), `gradients` (copies, layers 1..N+1)."""
        sound = np.isfinite(losses.detach().cpu().numpy()) & np.isfinite(gradients).all(axis=1)
        new = np.flatnonzero(~sound & ~self._failed)
        self._failed |= ~sound
        return tuple(self._locate(step, int(copy), states, gradients[copy]) for copy in new)

    def _locate(self, step: int, copy: int, states: list[Tensor], gradients: Array) -> Failure:
        arm, seed = divmod(copy, self._settings.seeds)
        layer, quantity = _first_bad_state(states, copy), "state"
        if layer is None:
            layer, quantity = _last_bad_gradient(gradients), "gradient"
        if layer is None:
            layer, quantity = len(states), "loss"
        return Failure(self._settings.arms[arm], self._settings.seed + seed, step, layer, quantity)


def _first_bad_state(states: list[Tensor], copy: int) -> int | None:
    """Forward, trouble starts at the first layer whose state is not finite."""
    for k, state in enumerate(states, start=1):
        if not bool(torch.isfinite(state[copy]).all()):
            return k
    return None


def _last_bad_gradient(gradients: Array) -> int | None:
    """Backward, trouble starts at the last layer whose gradient is not finite."""
    bad = np.flatnonzero(~np.isfinite(gradients))
    return int(bad[-1]) + 1 if len(bad) else None
