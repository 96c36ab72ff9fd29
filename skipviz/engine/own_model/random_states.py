"""The states of all random number generators that a training loop draws from."""

import random
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import torch
from torch import Tensor


@dataclass(frozen=True, eq=False)
class RandomStates:
    """Python's, NumPy's and torch's, on the CPU and on every GPU."""

    python: Any
    numpy: Any
    torch: Tensor
    cuda: list[Tensor]

    @classmethod
    def now(cls) -> Self:
        """As they are."""
        cuda = torch.cuda.get_rng_state_all() if torch.cuda.is_available() else []
        return cls(random.getstate(), np.random.get_state(), torch.get_rng_state(), cuda)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, RandomStates) and self._comparable == other._comparable

    @property
    def _comparable(self) -> tuple[Any, ...]:
        kind, key, *rest = self.numpy
        tensors = [each.tolist() for each in (self.torch, *self.cuda)]
        return self.python, kind, key.tolist(), rest, tensors

    def restore(self) -> None:
        """Draw again what was drawn after this."""
        random.setstate(self.python)
        np.random.set_state(self.numpy)
        torch.set_rng_state(self.torch)
        if self.cuda:
            torch.cuda.set_rng_state_all(self.cuda)
