"""The training loop: every step yields a frame with the probes of all layers of all arms."""

import time
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from skipviz import data
from skipviz.data import OwnData, compatibility_problems
from skipviz.data.plane import OUTPUTS, plane_points
from skipviz.engine.attribution.live import attribution_snapshot
from skipviz.engine.model.dense_chain import is_chain
from skipviz.engine.model.flat import Flat, move
from skipviz.engine.model.stack import Stack
from skipviz.engine.probes.passes import Pass, Tensors
from skipviz.engine.probes.snapshots import take_snapshot
from skipviz.engine.probes.steps import StepProbes
from skipviz.engine.training.batches import Batches
from skipviz.engine.training.constant import constant_channels
from skipviz.engine.training.devices import device_for, in_full_precision
from skipviz.engine.training.evaluation import evaluated
from skipviz.engine.training.failures import FailureWatch
from skipviz.engine.training.graphed import passes_on
from skipviz.engine.training.optimizers import clip, optimizer_for
from skipviz.engine.training.plane import outputs_on_plane
from skipviz.engine.training.rates import Rates
from skipviz.network import Network, NetworkError
from skipviz.network.given import require_network
from skipviz.runs.costs import weight_bytes
from skipviz.runs.frame import PREDICTED, ConstantChannels, Evaluation, Frame
from skipviz.runs.run import WEIGHT_BYTES, Weights
from skipviz.settings import Settings
from skipviz.types import Array

Measured = Mapping[str, Array]


class Trainer(Iterator[Frame]):
    """A run in progress, frame by frame. NetworkError when the network does not fit the data."""

    def __init__(
        self,
        network: Network,
        settings: Settings,
        own: OwnData | None = None,
        until: int | None = None,
    ) -> None:
        """With `until`, no more than so many updates of those that the settings plan."""
        require_network(network)
        self.last = settings.steps if until is None else min(until, settings.steps)
        """Updates to be made."""
        info = own.info if own else data.info(settings.data)
        seeds = range(settings.seed, settings.seed + settings.seeds)
        arms = settings.arms_for(network)
        self.network = network
        self.settings = settings
        self.device = device_for(settings.device)
        resolved = info.resolve(network)
        if problems := compatibility_problems(resolved, info):
            raise NetworkError(problems)
        self._leaves_weights = self.last and weight_bytes(resolved, settings) <= WEIGHT_BYTES
        self.stack = Stack(resolved, arms, seeds).to(self.device)
        self._arms = [arm.name for arm in arms]
        gradients, parameters, velocity = self._room()
        self._optimizer = optimizer_for(parameters, settings, velocity)
        self._pass = passes_on(self.stack, self.device, gradients)
        self._probes = StepProbes(self.stack, settings.probes)
        split = data.split_of(settings, own)
        self._split = _Tensors(split, self.device)
        self._classes = info.task == "classification"
        self._plane = self._points(split) if info.planar else None
        self._rates = Rates(settings)
        self._changed_rate: float | None = None
        self._batches = Batches(
            self._split.train_x, self._split.train_y, settings.batch_size, len(arms), seeds
        )
        self._watch = FailureWatch(self._arms, seeds, self._probes.weighted)
        self._step = 0
        self._seconds = 0.0
        self._probe_seconds = 0.0

    def _room(self) -> tuple[Tensors, Tensors, Tensors | None]:
        """Gradients, weights and velocity, which for a chain and SGD stand side by side."""
        groups = [*self.stack.groups]
        if self.settings.optimizer != "sgd" or not is_chain(self.network):
            return (), groups, None
        gradients, weights, velocity = Flat.alike(3, groups)
        move(groups, weights)
        return gradients, weights, velocity

    @property
    def finished(self) -> bool:
        """All steps made and the state after the last one measured, or every arm failed."""
        return self._step > self.last or self._watch.all_failed

    def weights(self) -> Weights:
        """(arms, seeds, ..) of every tensor as it is now, by its name in `skipviz.build`."""
        shape = len(self._arms), self.settings.seeds
        return {
            name: tensor.detach()
            .cpu()
            .numpy()
            .astype(np.float32)
            .reshape(*shape, *tensor.shape[1:])
            for name, tensor in self.stack.weights().items()
        }

    def left(self) -> Weights | None:
        """The weights as they are now; None of a run without a step, or where they are too many."""
        return self.weights() if self._leaves_weights else None

    def set_learning_rate(self, rate: float) -> None:
        """From the next update on; the optimizer keeps its momentum, the schedule goes on.

        The next frame says so, and recordings keep it in their settings.
        """
        if self._rates.change(self._step, rate):
            self._changed_rate = rate

    def __next__(self) -> Frame:
        if self.finished:
            raise StopIteration
        return self.step()

    def step(self) -> Frame:
        """Measure on the next batch, then update (unless all updates have been made)."""
        with in_full_precision(self.device):
            return self._frame()

    def _frame(self) -> Frame:
        started = time.perf_counter()
        made = self._pass(*next(self._batches))
        directions = self._directions(made.gradients)
        probes, snapshot = self._measure(made, directions)
        losses, scores = made.means().cpu().numpy()
        failures = self._watch.look(self._step, losses, made.states, probes["weight_gradient"])
        evaluation = self._evaluation() if self._is_due(self.settings.evaluate_every) else None
        constant = self._constant(made)
        if directions is not None:
            self._optimizer.apply(directions)
        changed, self._changed_rate = self._changed_rate, None
        self._seconds += time.perf_counter() - started
        self._step += 1
        return Frame(
            step=self._step - 1,
            seconds=self._seconds,
            probe_seconds=self._probe_seconds,
            loss=self._by_arm(losses),
            accuracy=self._by_arm(scores),
            probes={name: self._by_arm(values) for name, values in probes.items()},
            snapshot={name: self._by_arm(v) for name, v in snapshot.items()} if snapshot else None,
            evaluation=evaluation,
            failures=failures,
            device=self.device.type,
            constant=constant,
            changed_rate=None if directions is None else changed,
        )

    def _directions(self, gradients: Tensors) -> Tensors | None:
        if self._step >= self.last:
            return None
        if self.settings.clip is not None:
            gradients = clip(gradients, self.settings.clip)
        self._optimizer.learning_rate = self._rates.at(self._step)
        return self._optimizer.directions(gradients)

    def _measure(self, made: Pass, directions: Tensors | None) -> tuple[Measured, Measured | None]:
        """The probes of this step and, where due, the snapshot; the clock runs."""
        started = time.perf_counter()
        rate = self._optimizer.learning_rate
        probes = self._probes.measure(made, directions, rate)
        due = self._is_due(self.settings.snapshot_every)
        snapshot = self._snapshot(made) if due else None
        self._probe_seconds += time.perf_counter() - started
        return probes, snapshot

    def _snapshot(self, made: Pass) -> dict[str, Array]:
        tier = self.settings.probes
        snapshot = take_snapshot(self.stack, made, tier)
        snapshot |= attribution_snapshot(self.stack, made.x, made.y, tier, made.state_gradients)
        if self._plane is not None and tier != "minimal":
            snapshot[OUTPUTS] = outputs_on_plane(self.stack, self._plane, self._classes)
        return snapshot

    def _constant(self, made: Pass) -> tuple[ConstantChannels, ...]:
        watched = self._step == 0 and self.settings.probes != "minimal"
        return constant_channels(self.stack, made.x, made.y) if watched else ()

    def _points(self, split: data.Split) -> Tensor:
        return torch.from_numpy(plane_points(split)).to(self.device)

    def _is_due(self, every: int) -> bool:
        return self._step % every == 0 or self._step == self.last

    def _evaluation(self) -> Evaluation:
        replicas, split = self.stack.replicas, self._split
        self.stack.eval()
        train = evaluated(self.stack, replicas, split.train_x, split.train_y)
        test = evaluated(self.stack, replicas, split.test_x, split.test_y)
        self.stack.train()
        measured = (train.loss, train.score, test.loss, test.score)
        means = [self._by_arm(values.cpu().numpy()) for values in measured]
        return Evaluation(means[0], means[1], means[2], means[3], self._predicted(test.classes))

    def _predicted(self, classes: Tensor | None) -> NDArray[np.int16] | None:
        if classes is None:
            return None
        arms, seeds = len(self._arms), self.settings.seeds
        return classes[:, :PREDICTED].cpu().numpy().reshape(arms, seeds, -1)

    def _by_arm(self, values: NDArray[Any]) -> Array:
        """(replicas, ..) -> (arms, seeds, ..)."""
        shape = (len(self._arms), self.settings.seeds, *values.shape[1:])
        return values.astype(np.float64, copy=False).reshape(shape)


class _Tensors:
    def __init__(self, split: data.Split, device: torch.device) -> None:
        self.train_x = torch.from_numpy(split.train_x).to(device)
        self.train_y = torch.from_numpy(split.train_y).to(device)
        self.test_x = torch.from_numpy(split.test_x).to(device)
        self.test_y = torch.from_numpy(split.test_y).to(device)
