"""Random masks of dropout and stochastic depth. Each place draws from streams of its own.

A mask depends on the seed, on the name of its place and on how many were drawn there, and on
nothing else: all arms of a seed drop the same, whatever skips and seeds are beside them.
"""

import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import torch
from torch import Tensor


class Noise:
    """The streams of a model whose replicas have these seeds, in order."""

    def __init__(self, seeds: Sequence[int]) -> None:
        self._seeds = list(dict.fromkeys(seeds))
        self._of_replica = torch.tensor([self._seeds.index(seed) for seed in seeds])
        self._streams: dict[tuple[str, int], torch.Generator] = {}

    def scaled_mask(self, place: str, keep: float, like: Tensor, axes: int) -> Tensor:
        """1 / keep with probability keep, else 0, for the leading `axes` of `like`, then 1s.

        `like` is (replicas, batch, ..); replicas of the same seed get the same. Drawn in float32
        whatever the dtype of `like`, as first weights are.
        """
        shape = like.shape[1:axes] + (1,) * (like.dim() - axes)
        drawn = [
            like.new_empty(shape, dtype=torch.float32).bernoulli_(
                keep, generator=self._stream(place, seed, like.device)
            )
            for seed in self._seeds
        ]
        masks = torch.stack(drawn).to(like.dtype).div_(keep)
        if len(drawn) == 1:
            return masks
        # once: a transfer would hold up the device
        self._of_replica = self._of_replica.to(like.device)
        return masks[self._of_replica]

    @property
    def drawn(self) -> bool:
        """Whether any mask has been."""
        return bool(self._streams)

    @contextmanager
    def fork_rng(self) -> Iterator[None]:
        """What is drawn inside is drawn again afterwards."""
        saved = {key: stream.get_state() for key, stream in self._streams.items()}
        try:
            yield
        finally:
            self._streams = {key: self._streams[key] for key in saved}
            for key, state in saved.items():
                self._streams[key].set_state(state)

    def _stream(self, place: str, seed: int, device: torch.device) -> torch.Generator:
        key = place, seed
        if key not in self._streams:
            start = zlib.crc32(f"{seed}/{place}".encode())
            self._streams[key] = torch.Generator(device).manual_seed(start)
        return self._streams[key]


def dropped(noise: Noise, place: str, rate: float, x: Tensor) -> Tensor:
    """Dropout of single entries (Srivastava et al. 2014), scaled by 1 / (1 - rate)."""
    return x * noise.scaled_mask(place, 1 - rate, x, x.dim())
