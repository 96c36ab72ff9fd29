"""Training on the way to something else: how far it is, a few dozen times. No torch."""

from dataclasses import dataclass

from skipviz.types import Array


@dataclass(frozen=True)
class Progress:
    """After `step` of `steps` updates: loss and score on the batch, each (arms,), first seed."""

    step: int
    steps: int
    losses: Array
    scores: Array

    @property
    def share(self) -> float:
        """0 at the start, 1 at the end."""
        return self.step / max(self.steps, 1)
