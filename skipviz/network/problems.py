"""What is wrong with a network: where, what, and how to fix it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from skipviz.language import N_, again
from skipviz.text import joined_by

Edit = dict[str, Any]


@dataclass(frozen=True)
class Fix:
    """A way out of a problem: edits that `skipviz.network.apply_edit` takes, and their label."""

    label: str
    edits: tuple[Edit, ...]


@dataclass(frozen=True)
class Problem:
    """One error. `layer` or `skip` (source, target) says where it sits in the drawing."""

    message: str
    layer: int | None = None
    skip: tuple[int, int] | None = None
    fixes: tuple[Fix, ...] = ()

    @property
    def mends(self) -> tuple[Fix, ...]:
        """The fixes, by the name they had at first."""
        return self.fixes

    def __str__(self) -> str:
        return str(again(self.message))


LONGEST = 3_000  # characters of an error in words; what is wrong may come from anybody's file


_LINES = N_("{list}\n{next}")


class StructureError(ValueError):
    """What is wrong with the fields of a network, in `messages`."""

    def __init__(self, messages: Sequence[str]) -> None:
        self.messages = tuple(messages)
        super().__init__("\n".join(messages))


class NetworkError(ValueError):
    """A network that cannot be; `problems` lists everything that is wrong with it.

    >>> import skipviz as sv
    >>> try:
    ...     sv.Network.mlp(depth=3, width=8, skips=((1, 3), (1, 9)))
    ... except sv.NetworkError as error:
    ...     [str(problem) for problem in error.problems]
    ['Skip 1 → 9 ends outside the network, which has layers 0 to 4.']
    """

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        said = joined_by(_LINES, [problem.message for problem in self.problems])
        super().__init__(said if len(said) <= LONGEST else f"{said[:LONGEST]} …")
