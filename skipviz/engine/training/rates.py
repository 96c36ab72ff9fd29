"""The learning rate of every update: warm-up, then the schedule."""

from math import cos, pi

from skipviz.settings import Settings


class Rates:
    """`base` times a factor of the step; `base` may be set between two steps."""

    def __init__(self, settings: Settings) -> None:
        self.base = settings.learning_rate
        self._settings = settings

    def at(self, step: int) -> float:
        """The rate of the update after `step` updates."""
        return self.base * self._factor(step)

    def _factor(self, step: int) -> float:
        """As LinearLR, and then LinearLR or CosineAnnealingLR, of torch.optim.lr_scheduler."""
        warm_up, schedule = self._settings.warmup_steps, self._settings.schedule
        if step < warm_up:
            return (step + 1) / warm_up
        if schedule == "constant":
            return 1.0
        done = (step - warm_up) / (self._settings.steps - warm_up)
        return 1 - done if schedule == "linear" else (1 + cos(pi * done)) / 2
