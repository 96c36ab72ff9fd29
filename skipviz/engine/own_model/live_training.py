"""A training of skipviz's own that is followed and steered from the page."""

from contextlib import suppress
from time import perf_counter

import numpy as np

from skipviz.engine.own_model.batches import Batches
from skipviz.engine.own_model.errors import WatchError
from skipviz.engine.own_model.found import found
from skipviz.engine.own_model.live_frames import told_notes, told_part
from skipviz.engine.own_model.own_file import Built
from skipviz.engine.own_model.paired import Measurement, Paired
from skipviz.engine.own_model.trained_arm import made_by
from skipviz.language import _, _n
from skipviz.own_model.live.messages import LiveFrame, Switch
from skipviz.own_model.live.source import Source
from skipviz.own_model.structure import Structure

ENDLESS = 10**9
"""Steps of a training that goes on until it is stopped."""


class LiveTraining:
    """Trains what a file has built, in the thread that calls `run`."""

    def __init__(self, built: Built, source: Source, steps: int | None, shares_every: int) -> None:
        """Finds the skips. WatchError or ValueError where the model cannot be followed."""
        self._source = source
        self._steps = steps
        self._batches = Batches(built.batches, steps or ENDLESS)
        self._batches.keep = False
        known = found(built.model, built.loss, self._batches)
        optimizer = made_by(built.optimizer, built.model)
        self._paired = Paired(built.model, built.loss, optimizer, known, shares_every)
        self._told: Structure | None = None
        self._tell_structure()
        source.tell_state(steers=True, weights="beside training", arm="plain", cut=None)

    def run(self) -> str:
        """Train to the end; why it ended, as a sentence."""
        made = 0
        began = perf_counter()
        with self._paired:
            for batch, __ in self._batches:
                paused = perf_counter()
                if not self._source.obey(self._switch, len(self._paired.structure.skips)):
                    return _n("Stopped after {count} step.", "Stopped after {count} steps.", made)
                began += perf_counter() - paused
                measured = self._paired.measure(batch)
                self._tell(made, perf_counter() - began, measured)
                if not np.isfinite(measured[0].loss):
                    return _(
                        "The loss became NaN or infinite at step {step}, and training ended.",
                        step=made,
                    )
                self._paired.update()
                made += 1
        if self._steps is not None and made == self._steps:
            return _n("Finished: {count} step.", "Finished: {count} steps.", made)
        return _n(
            "There are no more batches after {count} step.",
            "There are no more batches after {count} steps.",
            made,
        )

    def _switch(self, asked: Switch) -> None:
        self._paired.arm = asked.arm
        self._paired.cut = None if asked.cut is None else frozenset(asked.cut)
        self._source.tell_state(arm=asked.arm, cut=asked.cut)

    def _tell(self, step: int, seconds: float, measured: list[Measurement]) -> None:
        if self._paired.structure is not self._told or self._paired.uses.size != self._used:
            self._tell_structure()
        parts = [told_part(each.arm, each.cut, each.loss, each.norms, each.shares)
                 for each in measured]  # fmt: skip
        self._source.tell_frame(LiveFrame(step=step, seconds=seconds, parts=tuple(parts)))

    def _tell_structure(self) -> None:
        self._told, self._used = self._paired.structure, self._paired.uses.size
        self._source.tell_structure(self._told)
        with suppress(WatchError):
            self._source.tell_state(notes=told_notes(self._paired.notes))
