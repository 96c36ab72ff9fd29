"""The learning rate of every update: warm-up, then the schedule."""

from math import cos, pi

from skipviz.settings import MAX_RATE_CHANGES, Settings


class Rates:
    """The base rate, which may change on the way, times a factor of the step."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def at(self, step: int) -> float:
        """The rate of the update after `step` updates."""
        return self._settings.base_rate(step) * self._factor(step)

    def change(self, step: int, base: float) -> bool:
        """Another base from the update after `step` updates on; whether it is another.

        Once there are as many changes as settings hold, a further one is passed over.
        """
        known = self._settings
        to_come = any(first > step for first, _ in known.rate_changes)
        changed = known.with_rate_from(step, base)
        full = len(changed.rate_changes) > MAX_RATE_CHANGES
        if full or (known.base_rate(step) == base and not to_come):
            return False
        self._settings = changed
        return True

    def _factor(self, step: int) -> float:
        """As LinearLR, and then LinearLR or CosineAnnealingLR, of torch.optim.lr_scheduler."""
        warm_up, schedule = self._settings.warmup_steps, self._settings.schedule
        if step < warm_up:
            return (step + 1) / warm_up
        if schedule == "constant":
            return 1.0
        done = (step - warm_up) / (self._settings.steps - warm_up)
        return 1 - done if schedule == "linear" else (1 + cos(pi * done)) / 2
