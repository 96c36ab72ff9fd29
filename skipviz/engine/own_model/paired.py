"""A model that is trained as it is, and measured beside that with skips cut, at the same weights.

The second backward pass is made on a twin, a copy that is given the weights and buffers of the
model before every step, and the same random draws. So it trains nothing: `.grad`, running
statistics and whatever else the model keeps are those of a training without it.
"""

import gc
from collections.abc import Iterator
from itertools import chain
from typing import Any, NamedTuple, Self

import numpy as np
import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from skipviz.engine.own_model.arms import own_arm
from skipviz.engine.own_model.batches import unwritten
from skipviz.engine.own_model.copies import copied
from skipviz.engine.own_model.errors import WatchError
from skipviz.engine.own_model.random_states import RandomStates
from skipviz.engine.own_model.structures import Known
from skipviz.engine.own_model.trained_arm import Loss, passed
from skipviz.engine.own_model.uses import Uses
from skipviz.engine.own_model.watch import Watch
from skipviz.language import _
from skipviz.own_model.cut import WHOLE, Cut
from skipviz.own_model.structure import Structure
from skipviz.types import Array


class Measurement(NamedTuple):
    """One backward pass: (layers,) norms, (skips,) shares where they were measured."""

    arm: str
    cut: Cut
    loss: float
    norms: Array
    shares: list[float] | None


class Paired:
    """A context, within which the model is stepped.

    `cut` are the skips that the twin is without in `arm`, all with None; where it is empty nothing
    is measured beside the model.
    """

    def __init__(
        self, model: nn.Module, loss: Loss, optimizer: Optimizer, known: Known, shares_every: int
    ) -> None:
        """`known` is what a forward pass of the model has shown."""
        self.arm: str = "plain"
        self.cut: Cut = None
        self._model, self._loss, self._optimizer = model, loss, optimizer
        self._twin = copied(model)
        self._whole = Watch(model, shares_every, known=known.copy())
        self._without = Watch(self._twin, known=known.copy())
        self._structure = known.structure

    def __enter__(self) -> Self:
        self._whole.start()
        self._without.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._whole.stop()
        self._without.stop()
        gc.collect()  # a watch and its hooks refer to each other, and hold the twin

    @property
    def structure(self) -> Structure:
        """Layers and skips, as far as they are known."""
        return self._whole.structure

    @property
    def notes(self) -> tuple[str, ...]:
        """What has to be known of the model beside the numbers."""
        return self._whole.notes_of_model

    @property
    def uses(self) -> Uses:
        """What of the model its passes have used so far."""
        return self._whole.uses

    def measure(self, batch: Any) -> list[Measurement]:
        """The model on a batch, and its twin; the gradient of the model is left in `.grad`."""
        beside = []
        if self.cut is None or self.cut:
            states = RandomStates.now()
            beside = [self._measure_without(batch)]
            states.restore()
        self._optimizer.zero_grad()
        return [_measured(self._whole, self._model, self._loss, batch), *beside]

    def update(self) -> None:
        """Make the step that was measured."""
        self._optimizer.step()

    def _measure_without(self, batch: Any) -> Measurement:
        if self._whole.structure is not self._structure:
            self._know_anew()
        _give(self._model, self._twin)
        self._without.current.switch(own_arm(self.arm), self.cut)
        with unwritten(batch, _("the training")):
            found = _measured(self._without, self._twin, self._loss, batch)
        norms = dict(zip((each.name for each in self._without.layers), found.norms, strict=True))
        mine = np.array([norms.get(layer.name, 0.0) for layer in self.structure.layers])
        return found._replace(arm=self.arm, cut=self.cut, norms=mine)

    def _know_anew(self) -> None:
        """The model went ways that the twin need not know."""
        self._structure = self._whole.structure
        self._without.stop()
        self._without = Watch(self._twin, known=self._whole.known.copy()).start()


def _measured(watch: Watch, model: nn.Module, loss: Loss, batch: Any) -> Measurement:
    before = watch.made
    value = passed(watch, model, loss, batch)
    norms = watch.latest_norms() if watch.made > before else np.zeros(len(watch.layers))
    shares = watch.latest_shares().tolist() if before in watch.share_steps()[-1:] else None
    return Measurement(WHOLE, frozenset(), value, norms, shares)


def _give(model: nn.Module, twin: nn.Module) -> None:
    """The twin is the model again: weights, buffers, which weights are trained, the mode."""
    try:
        with torch.no_grad():
            for mine, its in zip(_tensors(twin), _tensors(model), strict=True):
                mine.copy_(its)
                mine.requires_grad_(its.requires_grad)
                mine.grad = None
        for part, its_part in zip(twin.modules(), model.modules(), strict=True):
            part.training = its_part.training
    except (ValueError, RuntimeError) as error:
        raise WatchError(
            _(
                "The model has other weights or parts than at the start, so nothing can be "
                "measured beside it: {error}",
                error=str(error),
            )
        ) from error


def _tensors(model: nn.Module) -> Iterator[Tensor]:
    return chain(model.parameters(), model.buffers())
