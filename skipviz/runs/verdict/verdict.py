"""The messages that are true of a run at one step, put together."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from skipviz.runs.given import takes_run
from skipviz.runs.recording import Recording
from skipviz.runs.verdict.findings import Finding
from skipviz.runs.verdict.gradients import gradient_messages
from skipviz.runs.verdict.learned import learned_messages
from skipviz.runs.verdict.message import Message, Piece
from skipviz.runs.verdict.told import told_arms
from skipviz.text import sentences


@dataclass(frozen=True)
class Verdict:
    """What was learned, and what the gradients look like; the first is empty at the start.

    `findings` are those of the arms that the messages are about, by name.
    """

    findings: Mapping[str, Finding]
    learned: tuple[Message, ...]
    gradients: tuple[Message, ...]

    @property
    def messages(self) -> tuple[Message, ...]:
        """All of them, in order."""
        return (*self.learned, *self.gradients)

    def __str__(self) -> str:
        return sentences(map(str, self.messages))


@takes_run
def verdict(run: Recording, at: int = -1) -> Verdict:
    """What row `at` of a run shows; ValueError for what is no run."""
    arms = told_arms(run, at)
    return Verdict(
        {told.arm: told.found for told in arms},
        tuple(learned_messages(run, arms)),
        tuple(gradient_messages(run, arms)),
    )


def pieces_of(messages: Iterable[Message]) -> Iterator[Piece]:
    """Their parts one after the other, with a space between sentences."""
    gap = sentences(["", ""])
    for place, message in enumerate(messages):
        if place:
            yield gap, None
        yield from message.pieces
