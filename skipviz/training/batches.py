"""The same batches for every arm: a fresh shuffle of the train split each epoch, per seed."""

from collections.abc import Iterator, Sequence

import numpy as np
import torch
from torch import Tensor


class Batches:
    """Endless (seeds, batch) indices into the train split; what does not fill a batch is left."""

    def __init__(self, samples: int, batch_size: int, seeds: Sequence[int]) -> None:
        self._streams = [
            _shuffled(samples, min(batch_size, samples), np.random.default_rng(seed))
            for seed in seeds
        ]

    def __next__(self) -> Tensor:
        return torch.from_numpy(np.stack([next(stream) for stream in self._streams]))

    def __iter__(self) -> Iterator[Tensor]:
        return self


def _shuffled(
    samples: int, batch_size: int, generator: np.random.Generator
) -> Iterator[np.ndarray[tuple[int], np.dtype[np.int64]]]:
    while True:
        order = generator.permutation(samples)
        for start in range(0, samples - batch_size + 1, batch_size):
            yield order[start : start + batch_size]
