"""The frames of a watched model: a row of gradient norms per backward pass, in bounded memory."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from skipviz.language import _
from skipviz.own_model.cut import WHOLE
from skipviz.runs.rows import Rows
from skipviz.types import Array, Flags, Steps

LARGEST = 64 * 2**20  # bytes; beyond them every second row is dropped (skipviz.runs.rows)


@dataclass
class FrameStore:
    """Rows of float64, so that nothing that is above 0 is kept as 0."""

    arms: list[str] = field(default_factory=list)
    made: int = 0
    seconds: float = 0.0
    _rows: Rows = field(default_factory=lambda: Rows(LARGEST, np.float64))
    _shares: Rows = field(default_factory=lambda: Rows(LARGEST, np.float64))
    _width: int = 0

    def take(self, arm: str, norms: Array, factor: float, recorded: bool, seconds: float) -> int:
        """Take in a backward pass; its number."""
        if arm not in self.arms:
            self.arms.append(arm)
        step, self.made = self.made, self.made + 1
        row: dict[str, Array | float] = {
            "norms": norms,
            "arm": float(self.arms.index(arm)),
            "factor": factor,
            "recorded": float(recorded),
            "skipped": 0.0,
            "seconds": seconds,
        }
        self._rows.append(step, row)
        return step

    def take_shares(self, step: int, shares: Array) -> None:
        """The shares of all skips known by now; those of before had none."""
        if len(shares) > self._width and len(self._shares):
            old = self._shares.column("shares")
            wide = np.full((len(old), len(shares)), np.nan)
            wide[:, : old.shape[1]] = old
            self._shares = self._shares.of(
                LARGEST, self._shares.steps, {"shares": wide}, np.float64
            )
        self._width = len(shares)
        self._shares.append(step, {"shares": shares})

    def latest(self) -> Array:
        """(weights,) norms of the last backward pass."""
        return np.array(self._rows.at("norms", -1), np.float64)

    def latest_arm(self) -> str:
        """The arm of the last backward pass."""
        return self.arms[int(self._rows.at("arm", -1))]

    def latest_shares(self) -> Array:
        """(skips,) of the last backward pass; none where they were not measured in it."""
        if not len(self._shares) or self._shares.steps[-1] != self.made - 1:
            return np.empty(0)
        return np.array(self._shares.at("shares", -1), np.float64)

    def mark_skipped(self, steps: Sequence[int]) -> None:
        """The optimizer's step after these frames was left out."""
        if len(self._rows):
            self._rows.column("skipped")[np.isin(self._rows.steps, steps)] = 1.0

    def column(self, name: str, arm: str | None = None) -> Array:
        """(rows, ..) of all arms or of one."""
        if not len(self._rows):
            return np.empty((0, 0) if name == "norms" else 0)
        return np.array(self._rows.column(name)[self._of(arm)], np.float64)

    def steps(self, arm: str | None = None) -> Steps:
        """The number of the backward pass of every row."""
        steps: Steps = self._rows.steps[self._of(arm)].copy()
        return steps

    def arm_names(self) -> tuple[str, ...]:
        """The arm of every row."""
        return tuple(self.arms[int(each)] for each in self.column("arm"))

    def shares(self, arm: str | None = None) -> tuple[Steps, Array]:
        """(rows,) steps and (rows, skips) shares."""
        self._of(arm)
        if not len(self._shares):
            return np.empty(0, np.int64), np.empty((0, self._width))
        steps = self._shares.steps
        mine = np.isin(steps, self.steps(arm)) if arm is not None else np.full(len(steps), True)
        return steps[mine].copy(), np.array(self._shares.column("shares")[mine], np.float64)

    def _of(self, arm: str | None) -> Flags:
        if arm is None or not len(self._rows):
            return np.full(len(self._rows), True)
        if arm not in self.arms and arm != WHOLE:
            raise KeyError(
                _(
                    "There is no frame of the arm {arm}. Arms: {known}.",
                    arm=repr(arm),
                    known="; ".join(self.arms),
                )
            )
        place = self.arms.index(arm) if arm in self.arms else -1
        return np.asarray(self._rows.column("arm") == place)
