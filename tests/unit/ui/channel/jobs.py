"""A job without a process: the test says when it has news."""

from collections.abc import Callable
from typing import cast

from skipviz.jobs import TrainingJob
from skipviz.runs.run import Run
from skipviz.ui.channel.moment import Moment


class Growing:
    """A run of so many frames."""

    def __init__(self) -> None:
        self.steps = 0

    def frozen(self) -> "Growing":
        still = Growing()
        still.steps = self.steps
        return still


class Told:
    """What a feed uses of a job."""

    def __init__(self, name: str = "job") -> None:
        self.id = name
        self.run = Growing()
        self.ended = False
        self.listeners: list[Callable[[], None]] = []

    def on_news(self, listener: Callable[[], None]) -> Callable[[], None]:
        self.listeners.append(listener)
        return lambda: self.listeners.remove(listener)

    def make(self, steps: int) -> None:
        self.run.steps += steps
        self.tell()

    def end(self) -> None:
        self.ended = True
        self.tell()

    def tell(self) -> None:
        for listener in self.listeners:
            listener()

    @property
    def job(self) -> TrainingJob:
        return cast(TrainingJob, self)


def draw(run: Run) -> Moment:
    return Moment(run.steps, {}, {})
