"""A run in a worker process, as the server sees it."""

import math
from collections.abc import Callable, Sequence

from skipviz.jobs.job import Job
from skipviz.runs.frame import Frame
from skipviz.runs.requests import Training
from skipviz.runs.run import Run


class TrainingJob(Job[Frame]):
    """A run in a process of its own; `run` grows while it trains."""

    request: Training

    def __init__(
        self,
        request: Training,
        on_free: Callable[[], None],
        owner: int = 0,
        seconds: float = math.inf,
    ) -> None:
        """As in `Job`."""
        super().__init__(request, on_free, owner, seconds)
        self.brief = request.settings.steps == 0
        info = request.own.info if request.own else None
        self.run = Run(request.network, request.settings, info=info)

    def pause(self) -> None:
        """Halt after the step in progress."""
        self._tell("pause")

    def resume(self) -> None:
        """Go on after `pause`."""
        self._tell("resume")

    def step(self) -> None:
        """Make one step and stay paused."""
        self._tell("step")

    def set_learning_rate(self, rate: float) -> None:
        """From the next update on."""
        self._tell("learning_rate", rate)

    @property
    def count(self) -> int:
        """How many frames have come."""
        return self.run.steps

    def _take_in(self, results: Sequence[Frame]) -> None:
        self.run.extend(results)
