"""What worker and server say to each other. Plain data, no torch."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol, runtime_checkable

Word = Literal["pause", "resume", "step", "stop", "learning_rate"]
Answering = Callable[[Any], Iterator[Any]]
"""What computes a request: a function of a module, by whose name a worker finds it."""


@runtime_checkable
class Steered(Protocol):
    """An answer that can be steered, and knows that nothing more is to come."""

    @property
    def finished(self) -> bool:
        """Its last result has come."""

    def set_learning_rate(self, rate: float) -> None:
        """From the next result on."""

    def left(self) -> Any:
        """What is kept of it when it ends, beside its results; None where nothing is."""


@dataclass(frozen=True)
class Bounds:
    """What every worker of a pool is held to, or one of them.

    `seconds` count from the first result on. `memory` is in MB beyond what the process starts with;
    None sets no bound.
    """

    seconds: float = 600.0
    memory: int | None = None


@dataclass(frozen=True)
class Command:
    """Server to worker."""

    word: Word
    value: float = 0.0


@dataclass(frozen=True)
class Report:
    """Worker to server: what came, whether it is paused, and at the end why it ended.

    `late`: because its time was up. `memory`: the most it held, in MB, told at the end, as is what
    is `left` of the answer.
    """

    results: Sequence[Any] = ()
    paused: bool = False
    ended: bool = False
    error: str | None = None
    late: bool = False
    memory: int | None = None
    left: Any = None
