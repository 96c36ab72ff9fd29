"""One arm of a comparison: a copy of the model, its optimizer, and what is measured of it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any, Self

import numpy as np
import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from skipviz.engine.own_model.arms import OwnArm
from skipviz.engine.own_model.batches import unwritten
from skipviz.engine.own_model.errors import WatchError
from skipviz.engine.own_model.measured import by_layer
from skipviz.engine.own_model.ran import Ran
from skipviz.engine.own_model.random_states import RandomStates
from skipviz.engine.own_model.structures import Known
from skipviz.engine.own_model.uses import Uses
from skipviz.engine.own_model.watch import Watch
from skipviz.language import _
from skipviz.own_model.structure import Layer
from skipviz.types import Array

Loss = Callable[[Any, Any], Tensor]
"""(model, batch) -> a scalar."""
MakeOptimizer = Callable[[Iterator[nn.Parameter]], Optimizer]


@dataclass(frozen=True)
class Planned:
    """An arm to be trained; `only` are the numbers of the skips it concerns."""

    name: str
    arm: OwnArm
    only: frozenset[int] | None


@dataclass(frozen=True)
class Trained:
    """An arm that was trained: (steps,) losses, (steps, weights) norms by `columns` (0 where no
    gradient came, NaN once it had failed), what ran, what was used, (skips,) shares of some
    steps."""

    name: str
    losses: list[float]
    norms: Array
    columns: Mapping[str, int]
    ran: Ran
    uses: Uses
    shares: dict[int, Array]
    failed_at: int | None

    @cached_property
    def broke(self) -> tuple[int, str] | None:
        """The step at which its gradient or its loss became NaN for good, and which of them."""
        nan = np.isnan(self.norms[: self.failed_at])
        rows = np.flatnonzero((nan & ~nan.all(axis=0)).any(axis=1))
        if len(rows) and (self.failed_at is not None or rows[-1] == len(nan) - 1):
            return int(rows[0]), "gradient"
        return None if self.failed_at is None else (self.failed_at, "loss")

    def norms_of(self, layers: Sequence[Layer], ever: frozenset[str]) -> Array:
        """(steps, layers): NaN where a layer did not run; `ever` are the modules that do."""
        found = by_layer(self.norms, self.columns, layers)
        return np.where((found == 0) & ~self.ran.layers(layers, ever), np.nan, found)


class TrainedArm:
    """A context, within which the model is stepped."""

    def __init__(
        self,
        plan: Planned,
        model: nn.Module,
        known: Known,
        loss: Loss,
        optimizer: MakeOptimizer,
        shares_every: int,
    ) -> None:
        self.plan = plan
        self.losses: list[float] = []
        self.failed_at: int | None = None
        self._model, self._loss = model, loss
        self._optimizer = made_by(optimizer, model)
        self.watch = Watch(model, shares_every, known=known)
        self._ran = Ran(model)
        self._rows: list[int | None] = []
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        self._stack.enter_context(self.watch)
        self._stack.enter_context(self._ran)
        self.watch.current.switch(self.plan.arm, self.plan.only)
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def step(self, batch: Any, states: RandomStates) -> None:
        """One update, with these random draws; nothing once its loss is NaN or infinite."""
        self._ran.begin()
        if self.failed_at is not None:
            self.losses.append(np.nan)
            self._rows.append(None)
            return
        before = self.watch.made
        self._optimizer.zero_grad()
        with unwritten(batch, _("the next arm")):
            loss = partial(self._forward, states)
            self.losses.append(passed(self.watch, self._model, loss, batch))
        self._rows.append(before if self.watch.made > before else None)
        if np.isfinite(self.losses[-1]):
            self._optimizer.step()
        else:
            self.failed_at = len(self.losses) - 1

    def _forward(self, states: RandomStates, model: Any, batch: Any) -> Tensor:
        """The loss. Where the pass went a way on which skips were not known yet, and so not cut, it
        is made once more, from the same buffers and draws, and these skips are cut as they are met.
        """
        if not self._cuts_new or self.watch.follower.records_next:
            states.restore()
            return self._loss(model, batch)
        held = {name: each.clone() for name, each in model.named_buffers()}
        states.restore()
        value = self._loss(model, batch)
        if not self.watch.follower.records_next:
            return value
        self._ran.anew()
        with torch.no_grad():
            for name, buffer in model.named_buffers():
                if name in held and held[name].shape == buffer.shape:
                    buffer.copy_(held[name])
        states.restore()
        return self._loss(model, batch)

    @property
    def _cuts_new(self) -> bool:
        """Whether skips that are found later are changed as well."""
        return self.plan.only is None and (not self.plan.arm.gains.open or self.plan.arm.unscaled)

    def result(self) -> Trained:
        """What was measured, without the copy."""
        return Trained(
            self.plan.name, self.losses, self._norms(), self.watch.columns, self._ran,
            self.watch.uses, self._shares(), self.failed_at,
        )  # fmt: skip

    def _norms(self) -> Array:
        measured = self.watch.weight_norms()
        found = np.zeros((len(self._rows), len(self.watch.columns)))
        for row, place in enumerate(self._rows):
            if place is not None:
                found[row] = measured[place]
            elif self.failed_at is not None and row > self.failed_at:
                found[row] = np.nan
        return found

    def _shares(self) -> dict[int, Array]:
        steps, values = self.watch.share_steps().tolist(), self.watch.shares()
        at = {place: row for row, place in enumerate(self._rows) if place is not None}
        return {at[step]: row for step, row in zip(steps, values, strict=True) if step in at}


def passed(watch: Watch, model: nn.Module, loss: Loss, batch: Any) -> float:
    """The loss of one forward and one backward pass, as the arm of the watch is at the moment."""
    before = watch.made
    value = scalar(loss(model, batch))
    value.backward()  # type: ignore[no-untyped-call]
    if watch.made > before + 1:
        raise WatchError(
            _("loss(model, batch) calls backward itself. Let it return the loss alone.")
        )
    return float(value.detach())


def scalar(value: object) -> Tensor:
    """The loss; ValueError where it is none that can be differentiated."""
    if isinstance(value, Tensor) and value.numel() == 1 and value.requires_grad:
        return value.reshape(())
    got = (
        _(
            "shape {shape}, requires_grad={does}",
            shape=tuple(value.shape),
            does=value.requires_grad,
        )
        if isinstance(value, Tensor)
        else type(value).__name__
    )
    raise ValueError(
        _(
            "loss(model, batch) has to return a tensor of one number that depends on the model: "
            "got {got}.",
            got=got,
        )
    )


def made_by(optimizer: MakeOptimizer, model: nn.Module) -> Optimizer:
    """The optimizer of a model; ValueError where it is none."""
    made = optimizer(model.parameters())
    if not isinstance(made, Optimizer):
        raise ValueError(
            _(
                "optimizer has to make an optimizer out of parameters, as lambda "
                "parameters: torch.optim.SGD(parameters, lr=0.1) does."
            )
        )
    return made


def sgd(parameters: Iterator[nn.Parameter]) -> Optimizer:
    """SGD with a learning rate of 0.01."""
    return torch.optim.SGD(parameters, lr=0.01)
