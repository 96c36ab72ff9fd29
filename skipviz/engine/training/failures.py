"""Noticing the step and the layer at which an arm becomes NaN or infinite."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from skipviz.runs.frame import Failure

Array = NDArray[np.floating[Any]]


class FailureWatch:
    """Reports every replica once. The other replicas share no number with it and go on."""

    def __init__(
        self, arms: Sequence[str], seeds: Sequence[int], weighted: NDArray[np.bool_]
    ) -> None:
        """`weighted` says which layers 1..N+1 have weights, whose gradient can fail."""
        self._weighted = weighted
        self._all_weighted = bool(weighted.all())
        self._replicas = [(arm, seed) for arm in arms for seed in seeds]
        self._failed = np.zeros(len(self._replicas), dtype=bool)

    @property
    def all_failed(self) -> bool:
        """Nothing is left to train."""
        return bool(self._failed.all())

    def look(
        self, step: int, losses: Array, states: Sequence[Tensor], gradients: Array
    ) -> tuple[Failure, ...]:
        """New failures.

        `losses` (replicas,), `states` s_1 .. s_(N+1), `gradients` (replicas, layers 1..N+1) norms.
        """
        gradients = gradients if self._all_weighted else np.where(self._weighted, gradients, 0)
        if math.isfinite(losses.sum() + gradients.sum()):
            return ()  # the usual case, told in two sums
        sound = np.isfinite(losses) & np.isfinite(gradients).all(axis=1)
        new = np.flatnonzero(~sound & ~self._failed)
        self._failed |= ~sound
        return tuple(
            self._locate(step, int(replica), states, gradients[replica]) for replica in new
        )

    def _locate(
        self, step: int, replica: int, states: Sequence[Tensor], gradients: Array
    ) -> Failure:
        layer, quantity = _first_bad_state(states, replica), "state"
        if layer is None:
            layer, quantity = _last_bad_gradient(gradients), "gradient"
        if layer is None:
            layer, quantity = len(states), "loss"
        return Failure(*self._replicas[replica], step, layer, quantity)


def _first_bad_state(states: Sequence[Tensor], replica: int) -> int | None:
    """Forward, trouble starts at the first layer whose state is not finite."""
    for k, state in enumerate(states, start=1):
        if not bool(torch.isfinite(state[replica]).all()):
            return k
    return None


def _last_bad_gradient(gradients: Array) -> int | None:
    """Backward, trouble starts at the last layer whose gradient is not finite."""
    bad = np.flatnonzero(~np.isfinite(gradients))
    return int(bad[-1]) + 1 if len(bad) else None
