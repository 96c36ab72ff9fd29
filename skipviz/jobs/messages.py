"""What worker and server say to each other. Plain tuples of a word and a value, no torch."""

from dataclasses import dataclass, field
from typing import Literal

from skipviz.data import OwnData
from skipviz.network import Network
from skipviz.settings import Settings
from skipviz.training.frame import Frame

Word = Literal["pause", "resume", "step", "stop", "learning_rate"]


@dataclass(frozen=True)
class Task:
    """What to train, and the bounds of doing it.

    `seconds` is the longest a worker may compute; `own` are the data where the settings say "own".
    """

    network: Network
    settings: Settings
    seconds: float = 600.0
    own: OwnData | None = None


@dataclass(frozen=True)
class Command:
    """Server to worker."""

    word: Word
    value: float = 0.0


@dataclass(frozen=True)
class Report:
    """Worker to server: new frames, whether it is paused, and at the end why it ended."""

    frames: list[Frame] = field(default_factory=list)
    paused: bool = False
    ended: bool = False
    error: str | None = None
