"""What a worker can be asked for, as typed data, and how far it is. No torch."""

from dataclasses import dataclass
from typing import ClassVar, Generic, TypeVar

from skipviz.types import Array

Answer = TypeVar("Answer")


class Request(Generic[Answer]):
    """Something to be computed; what computes it yields `Answer`s, one after the other.

    Requests are frozen dataclasses of plain data and numpy arrays, for they are sent to a worker;
    two that are equal ask for the same. `skipviz.answers` says what computes each.
    """

    unasked: ClassVar[bool] = False
    """Whether a page asks for it of its own accord, beside what it shows: it comes after whatever
    visitors of the same address have asked for."""


@dataclass(frozen=True)
class Progress:
    """Of a training on the way to something else, told a few dozen times.

    After `step` of `steps` updates: loss and score on the batch, each (arms,), first seed.
    """

    step: int
    steps: int
    losses: Array
    scores: Array

    @property
    def share(self) -> float:
        """0 at the start, 1 at the end."""
        return self.step / max(self.steps, 1)
