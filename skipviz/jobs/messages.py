"""What worker and server say to each other. Plain data, no torch."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from skipviz.data import OwnData
from skipviz.network import Network
from skipviz.settings import Settings

Word = Literal["pause", "resume", "step", "stop", "learning_rate"]


@dataclass(frozen=True)
class Task:
    """What to train, and the bounds of doing it.

    `seconds` is the longest a worker may compute, within the bounds of its pool; `own` are the data
    where the settings say "own".
    """

    network: Network
    settings: Settings
    seconds: float = math.inf
    own: OwnData | None = None


@dataclass(frozen=True)
class Computation:
    """Anything else the engine computes: a generator function and what it is called with.

    `function` is "package.module:name", so that the server need not import it; what the function
    yields reaches the server in order. Arguments and yielded values are plain data or numpy.
    """

    function: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    seconds: float = math.inf


@dataclass(frozen=True)
class Bounds:
    """What every worker of a pool is held to.

    `memory` is in MB beyond what the process starts with; None sets no bound.
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
    """Worker to server: frames or results, whether it is paused, and at the end why it ended."""

    news: Sequence[Any] = ()
    paused: bool = False
    ended: bool = False
    error: str | None = None
