"""The same batches for every arm: a fresh shuffle of the train split each epoch, per seed."""

from collections.abc import Iterator, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

BLOCK = 2**22  # bytes gathered at once: several batches of small samples, one of large ones


class Batches:
    """Endless (x, y) of shapes (replicas, batch, ..); what does not fill a batch is left out.

    A replica is an arm and a seed, arm by arm as in `Stack`. Several batches are gathered together,
    for one gather of many rows costs little more than one of few.
    """

    def __init__(
        self, x: Tensor, y: Tensor, batch_size: int, arms: int, seeds: Sequence[int]
    ) -> None:
        self._x, self._y = x, y
        self._size = min(batch_size, len(y))
        self._arms = arms
        self._streams = [
            _shuffled(len(y), self._size, np.random.default_rng(seed)) for seed in seeds
        ]
        sample = x[0].numel() * x.element_size() * arms * len(seeds)
        self._ahead = max(1, min(16, BLOCK // (sample * self._size)))
        self._waiting: Iterator[tuple[Tensor, Tensor]] = iter(())

    def __iter__(self) -> Iterator[tuple[Tensor, Tensor]]:
        return self

    def __next__(self) -> tuple[Tensor, Tensor]:
        try:
            return next(self._waiting)
        except StopIteration:
            self._waiting = self._gather()
            return next(self._waiting)

    def _gather(self) -> Iterator[tuple[Tensor, Tensor]]:
        rows = [np.stack([next(s) for s in self._streams]) for _ in range(self._ahead)]
        indices = torch.from_numpy(np.concatenate(rows, axis=1)).to(self._x.device)
        x = torch.split(self._per_replica(self._x[indices]), self._size, 1)
        y = torch.split(self._per_replica(self._y[indices]), self._size, 1)
        return zip(x, y, strict=True)

    def _per_replica(self, per_seed: Tensor) -> Tensor:
        """(seeds, samples, ..) -> (arms * seeds, samples, ..): every arm sees the same."""
        return per_seed.expand(self._arms, *per_seed.shape).flatten(0, 1)


def _shuffled(
    samples: int, batch_size: int, generator: np.random.Generator
) -> Iterator[NDArray[np.int64]]:
    while True:
        order = generator.permutation(samples)
        for start in range(0, samples - batch_size + 1, batch_size):
            yield order[start : start + batch_size]
