"""Frames, and the run that holds them. Numpy only: the page reads runs without torch."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from skipviz.network import Network
from skipviz.settings import Settings

Array = NDArray[np.float64]

OF = {"weight": "weight_gradient", "state": "state_gradient"}


@dataclass(frozen=True)
class Evaluation:
    """Mean loss and accuracy over a whole split, each (arms, seeds)."""

    train_loss: Array
    train_accuracy: Array
    test_loss: Array
    test_accuracy: Array


@dataclass(frozen=True)
class Failure:
    """Where an arm became NaN or infinite: a state, loss or gradient of layer 1..N+1."""

    arm: str
    seed: int
    step: int
    layer: int
    quantity: str

    def __str__(self) -> str:
        return f"{self.quantity} of layer {self.layer} became NaN or infinite at step {self.step}"


@dataclass(frozen=True)
class Frame:
    """The probes of one step, taken before its update. Axes: arms, seeds, then layers 1..N+1."""

    step: int
    seconds: float
    loss: Array
    accuracy: Array
    probes: Mapping[str, Array]
    evaluation: Evaluation | None = None
    failures: tuple[Failure, ...] = ()


@dataclass
class Run:
    """An arm set trained once. `loss` and `accuracy` per step are those of the batch."""

    network: Network
    settings: Settings
    frames: list[Frame] = field(default_factory=list)

    def extend(self, frames: Iterable[Frame]) -> None:
        """Take in further frames, in order of step."""
        self.frames.extend(frames)

    @property
    def arms(self) -> tuple[str, ...]:
        """The names of the arms."""
        return self.settings.arms

    @property
    def layers(self) -> int:
        """N, without the readout."""
        return self.network.depth

    @property
    def steps(self) -> int:
        """Frames there are so far."""
        return len(self.frames)

    @property
    def failures(self) -> tuple[Failure, ...]:
        """Every arm and seed that became NaN or infinite."""
        return tuple(failure for frame in self.frames for failure in frame.failures)

    def gradient_norms(
        self, arm: str, of: str = "weight", seed: int = 0, readout: bool = False
    ) -> Array:
        """(steps, layers): |dL/dW_k| (`of="weight"`) or |dL/ds_k| (`of="state"`), k = 1..N.

        L is the mean loss of the batch, the norm that of the whole tensor (for a state: over the
        batch too). `seed` counts within the run; `readout` adds layer N + 1 as a last column.
        """
        layers = self.layers + readout
        return self.probe(OF[of], arm, seed)[:, :layers]

    def probe(self, name: str, arm: str, seed: int = 0) -> Array:
        """(steps, layers 1..N+1) of one probe."""
        row = self.arms.index(arm)
        rows = [frame.probes[name][row, seed] for frame in self.frames]
        return np.stack(rows) if rows else np.empty((0, self.layers + 1))

    def loss(self, arm: str, split: str = "batch", seed: int = 0) -> Array:
        """(steps,) batch loss; or of the whole "train" or "test" split at `evaluation_steps`."""
        return self._series("loss", arm, split, seed)

    def accuracy(self, arm: str, split: str = "batch", seed: int = 0) -> Array:
        """(steps,) batch accuracy; or of the whole split at `evaluation_steps`."""
        return self._series("accuracy", arm, split, seed)

    def evaluation_steps(self) -> NDArray[np.int64]:
        """The number of updates made before each evaluation of the whole splits."""
        return np.array([f.step for f in self.frames if f.evaluation is not None], dtype=np.int64)

    def summary(self) -> dict[str, object]:
        """First- and last-layer gradient, loss and accuracy of every arm, and the verdict."""
        from skipviz.training.verdict import summarise

        return summarise(self)

    def _series(self, name: str, arm: str, split: str, seed: int) -> Array:
        row = self.arms.index(arm)
        if split == "batch":
            values = [getattr(frame, name)[row, seed] for frame in self.frames]
        else:
            done = [frame.evaluation for frame in self.frames if frame.evaluation is not None]
            values = [getattr(each, f"{split}_{name}")[row, seed] for each in done]
        return np.array(values, dtype=np.float64)
