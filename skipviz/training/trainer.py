"""The training loop: every step yields a frame with the probes of all layers of all arms."""

import time
from collections.abc import Iterator

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from skipviz import data
from skipviz.arms import arm_named
from skipviz.model.stack import Stack
from skipviz.network import Network
from skipviz.probes import state_gradient_norms, weight_gradient_norms
from skipviz.settings import Settings
from skipviz.training.batches import Batches
from skipviz.training.failures import FailureWatch
from skipviz.training.run import Array, Evaluation, Frame, Run

_ADAMS: dict[str, type[torch.optim.Adam]] = {
    "adam": torch.optim.Adam,
    "adamw": torch.optim.AdamW,
}


def train(network: Network, data: str = "digits", **settings: object) -> Run:
    """Train to the end and return the run; keywords are the fields of `Settings`."""
    chosen = Settings.model_validate({"data": data, **settings})
    run = Run(network, chosen)
    run.extend(stream(network, chosen))
    return run


def stream(network: Network, settings: Settings) -> Iterator[Frame]:
    """A frame per step and one after the last update; ends early when all arms have failed."""
    trainer = Trainer(network, settings)
    while not trainer.finished:
        yield trainer.step()


class Trainer:
    """A run in progress. NetworkError when the network does not fit the data."""

    def __init__(self, network: Network, settings: Settings) -> None:
        info = data.info(settings.data)
        seeds = range(settings.seed, settings.seed + settings.seeds)
        arms = [arm_named(name) for name in settings.arms]
        self.network = network
        self.settings = settings
        self.stack = Stack(network, info.input_shape, info.outputs, arms, seeds)
        self._parameters = list(self.stack.groups)
        self._optimizer = _optimizer(self._parameters, settings)
        self._split = _Tensors(data.load(settings.data))
        self._batches = Batches(len(self._split.train_y), settings.batch_size, seeds)
        self._watch = FailureWatch(settings)
        self._step = 0
        self._started = time.perf_counter()

    @property
    def finished(self) -> bool:
        """All steps made and the state after the last one measured, or every arm failed."""
        return self._step > self.settings.steps or self._watch.all_failed

    def set_learning_rate(self, rate: float) -> None:
        """From the next update on."""
        for group in self._optimizer.param_groups:
            group["lr"] = rate

    def step(self) -> Frame:
        """Measure on the next batch, then update (unless all updates have been made)."""
        x, y = self._batch()
        states = self.stack.states(x)
        losses = _losses(states[-1], y)
        inner = states[1:]
        gradients = torch.autograd.grad(losses.sum(), [*self._parameters, *inner])
        frame = self._frame(losses, inner, y, gradients)
        if self._step < self.settings.steps:
            self._update(gradients[: len(self._parameters)])
        self._step += 1
        return frame

    def _batch(self) -> tuple[Tensor, Tensor]:
        indices = next(self._batches)
        return self._per_copy(self._split.train_x[indices]), self._per_copy(
            self._split.train_y[indices]
        )

    def _per_copy(self, per_seed: Tensor) -> Tensor:
        """(seeds, batch, ..) -> (arms * seeds, batch, ..): every arm sees the same batch."""
        arms = len(self.settings.arms)
        return per_seed.expand(arms, *per_seed.shape).flatten(0, 1)

    def _update(self, gradients: tuple[Tensor, ...]) -> None:
        for parameter, gradient in zip(self._parameters, gradients, strict=True):
            parameter.grad = gradient
        self._optimizer.step()

    def _frame(
        self, losses: Tensor, states: list[Tensor], y: Tensor, gradients: tuple[Tensor, ...]
    ) -> Frame:
        count = len(self._parameters)
        probes = {
            "weight_gradient": weight_gradient_norms(self.stack, gradients[:count]),
            "state_gradient": state_gradient_norms(gradients[count:]),
        }
        failures = self._watch.look(self._step, losses, states, probes["weight_gradient"])
        return Frame(
            step=self._step,
            seconds=time.perf_counter() - self._started,
            loss=self._by_arm(losses),
            accuracy=self._by_arm(_accuracies(states[-1], y)),
            probes={name: self._by_arm(values) for name, values in probes.items()},
            evaluation=self._evaluation(),
            failures=failures,
        )

    def _evaluation(self) -> Evaluation | None:
        last = self._step == self.settings.steps
        if self._step % self.settings.evaluate_every and not last:
            return None
        train = self._whole(self._split.train_x, self._split.train_y)
        test = self._whole(self._split.test_x, self._split.test_y)
        return Evaluation(*train, *test)

    @torch.no_grad()
    def _whole(self, x: Tensor, y: Tensor) -> tuple[Array, Array]:
        copies = self.stack.copies
        logits = self.stack(x.expand(copies, *x.shape))
        y = y.expand(copies, *y.shape)
        return self._by_arm(_losses(logits, y)), self._by_arm(_accuracies(logits, y))

    def _by_arm(self, values: Tensor | Array) -> Array:
        """(copies, ..) -> (arms, seeds, ..)."""
        array = values.detach().cpu().numpy() if isinstance(values, Tensor) else values
        shape = (len(self.settings.arms), self.settings.seeds, *array.shape[1:])
        return np.asarray(array, dtype=np.float64).reshape(shape)


class _Tensors:
    def __init__(self, split: data.Split) -> None:
        self.train_x = torch.from_numpy(split.train_x)
        self.train_y = torch.from_numpy(split.train_y)
        self.test_x = torch.from_numpy(split.test_x)
        self.test_y = torch.from_numpy(split.test_y)


def _optimizer(parameters: list[Tensor], settings: Settings) -> torch.optim.Optimizer:
    if settings.optimizer == "sgd":
        return torch.optim.SGD(parameters, settings.learning_rate, settings.momentum)
    return _ADAMS[settings.optimizer](parameters, settings.learning_rate)


def _losses(logits: Tensor, y: Tensor) -> Tensor:
    """Mean cross-entropy of every copy: (copies, batch, outputs), (copies, batch) -> (copies,)."""
    each = functional.cross_entropy(logits.flatten(0, 1), y.flatten(), reduction="none")
    return each.view(y.shape).mean(1)


def _accuracies(logits: Tensor, y: Tensor) -> Tensor:
    """Share of right answers per copy; NaN where the logits are not finite."""
    right = (logits.argmax(-1) == y).float().mean(1)
    finite = torch.isfinite(logits).flatten(1).all(1)
    return torch.where(finite, right, torch.nan)
