"""What a model has said of itself, as a run: the model as it is, and the arm that is cut now."""

import numpy as np

from skipviz.language import _
from skipviz.own_model.cut import WHOLE, Cut
from skipviz.own_model.live.messages import LiveFrame, LiveState, Part, Told
from skipviz.own_model.run import ModelRun, row_of
from skipviz.own_model.saved import frame_of
from skipviz.own_model.structure import Structure
from skipviz.runs.frame import Failure, Frame
from skipviz.settings import MAX_STEPS
from skipviz.types import Array


class Recorded:
    """Takes in messages in one thread; `run` may be read from any.

    A run has one arm beside the model as it is. When others are cut, or in another way, what was
    measured of that arm before is of another thing: the run begins it anew and keeps the rest.
    """

    def __init__(self) -> None:
        self.run: ModelRun | None = None
        self._structure: Structure | None = None
        self._other: tuple[str, Cut] | None = None
        self._last = -1

    def take(self, told: Told, state: LiveState) -> None:
        """ValueError where frames do not fit the structure."""
        if told.structure is not None:
            self._structure = told.structure
            self.run, self._other, self._last = None, None, -1
        for frame in told.frames:
            self._frame(frame, state)
        if self.run is not None:
            self.run.notes = tuple(dict.fromkeys((*self.run.structure.notes, *state.notes)))

    def _frame(self, frame: LiveFrame, state: LiveState) -> None:
        structure = self._structure
        if structure is None or frame.step <= self._last:
            raise ValueError(_("Frames come after their structure, and their steps rise."))
        if any(len(part.norms) != len(structure.layers) for part in frame.parts):
            raise ValueError(_("A frame has another number of layers than the model."))
        parts = {part.arm: part for part in frame.parts}
        others = [part for part in frame.parts if part.arm != WHOLE]
        in_turns = state.weights == "in turns"
        if others or not in_turns:
            self._measure(structure, others[0] if others else None, state)
        run = self.run or self._begin(structure, (WHOLE,), state)
        run.extend([_frame_of(run, frame, parts)])
        self.run, self._last = run, frame.step

    def _measure(self, structure: Structure, part: Part | None, state: LiveState) -> None:
        """From now on this arm beside the whole model."""
        other = None if part is None else (part.arm, _cut_of(part.cut))
        if self.run is not None and other == self._other:
            return
        self._other = other
        arms = (WHOLE,) if other is None else (WHOLE, other[0])
        begun = self._begin(structure, arms, state)
        self.run = begun if self.run is None else begun.continuing(self.run)

    def _begin(self, structure: Structure, arms: tuple[str, ...], state: LiveState) -> ModelRun:
        cut = None if self._other is None else self._other[1]
        return ModelRun(
            structure, arms, steps=MAX_STEPS, notes=state.notes, weights=state.weights, cut=cut
        )


def _frame_of(run: ModelRun, frame: LiveFrame, parts: dict[str, Part]) -> Frame:
    losses, norms = np.full(len(run.arms), np.nan), np.full((len(run.arms), run.layers), np.nan)
    shares = np.full((len(run.arms), 1, len(run.structure.skips)), np.nan)
    failures = []
    for place, arm in enumerate(run.arms):
        part = parts.get(arm)
        if part is None:
            continue
        losses[place], norms[place] = _number(part.loss), row_of(_numbers(part.norms))
        if part.shares is not None and len(part.shares) == shares.shape[2]:
            shares[place] = _numbers(part.shares)
        if part.loss is None and arm == WHOLE and run.beside_training:
            failures.append(Failure(arm, 0, frame.step, run.layers + 1, "loss"))
    return frame_of(
        frame.step, frame.seconds, losses, norms, tuple(failures),
        {"skip_share": shares} if any(part.shares for part in parts.values()) else None,
    )  # fmt: skip


def _cut_of(numbers: tuple[int, ...] | None) -> Cut:
    return None if numbers is None else frozenset(numbers)


def _number(value: float | None) -> float:
    return np.nan if value is None else value


def _numbers(values: tuple[float | None, ...]) -> Array:
    return np.array(values, np.float64)
