"""A run in a worker process, as the server sees it."""

import math
from collections.abc import Callable, Sequence
from dataclasses import replace

from skipviz.jobs.job import Job
from skipviz.runs.frame import Frame
from skipviz.runs.requests import Training
from skipviz.runs.run import Run, Weights


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
        self._told_rate: float | None = None
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
        """From the next update on; `run.settings` say from which step, once it was made."""
        self._told_rate = rate
        self._tell("learning_rate", rate)

    def repeats(self, request: Training) -> bool:
        """Whether it trains what is asked for, or did so until somebody changed its rate by hand.

        Then what is asked for may hold all rates of the run, or the last one alone.
        """
        begun, noted, asked = self.request.settings, self.run.settings, request.settings
        known = [(noted.learning_rate, noted.rate_changes)]
        if self._told_rate is not None:
            last = noted.base_rate(noted.steps) if self.ended else self._told_rate
            known.append((last, ()))
        if (asked.learning_rate, asked.rate_changes) not in known:
            return False
        rates = {"learning_rate": begun.learning_rate, "rate_changes": begun.rate_changes}
        return self.request == replace(request, settings=asked.model_copy(update=rates))

    @property
    def count(self) -> int:
        """How many frames have come."""
        return self.run.steps

    def _take_in(self, results: Sequence[Frame]) -> None:
        self.run.extend(results)

    def _keep(self, left: Weights) -> None:
        self.run.keep_weights(left)
