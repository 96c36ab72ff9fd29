"""The loss on a grid around the trained weights of every arm, on the same directions."""

from collections.abc import Iterator, Mapping

import numpy as np
import torch
from torch import Tensor

from skipviz import data
from skipviz.arms import stands_for_all
from skipviz.data import DataInfo, OwnData
from skipviz.engine.landscape.directions import direction
from skipviz.engine.model.plan import Plan
from skipviz.engine.training.evaluation import mean_loss_and_score
from skipviz.engine.training.progress import trained, unwatched
from skipviz.engine.training.trainer import Trainer
from skipviz.landscape.results import Row, Section, offsets_of
from skipviz.network import Network
from skipviz.request import Progress
from skipviz.settings import Settings
from skipviz.types import Array

SECTION_POINTS = 41
NUMBERS = 2**23  # weights of all replicas evaluated together


def loss_slice(
    network: Network,
    settings: Settings,
    own: OwnData | None = None,
    points: int = 15,
    radius: float = 0.5,
    samples: int = 512,
    directions: int = 0,
) -> Iterator[Progress | Section | Row]:
    """Train all arms, then yield a section and the rows of the slice, from its centre outwards.

    The loss is the mean over the first `samples` of the train split, in evaluation mode.
    `directions` is the seed of the two directions. One seed of the settings is trained, and a
    network without skips once.
    """
    info = own.info if own else data.info(settings.data)
    split = data.split_of(settings, own)
    arms = settings.arms if network.skips else (stands_for_all(settings.arms),)
    trainer = Trainer(network, unwatched(settings, arms=arms, seeds=1), own)
    yield from trained(trainer)
    x, y = (torch.from_numpy(v[:samples]) for v in (split.train_x, split.train_y))
    around = Surroundings(trainer, info, directions, x, y)
    line = offsets_of(SECTION_POINTS, radius)
    losses = around.losses(line, 0.0)
    scores = around.scores(torch.from_numpy(split.test_x), torch.from_numpy(split.test_y))
    names = tuple(arm.name for arm in trainer.settings.arms_for(network))
    yield Section(names, line, losses, scores, len(x))
    offsets = offsets_of(points, radius)
    for place in sorted(range(points), key=lambda k: abs(2 * k - points + 1)):
        yield Row(place, around.losses(offsets, float(offsets[place])))


class Surroundings:
    """The loss of the arms of a trainer around the weights they have now."""

    def __init__(self, trainer: Trainer, info: DataInfo, seed: int, x: Tensor, y: Tensor) -> None:
        """`seed` of the directions; losses are means over x (samples, ..) with labels y."""
        network = trainer.network
        self._resolved = info.resolve(network)
        self._gains = [arm.gains(network) for arm in trainer.settings.arms_for(network)]
        self._x, self._y = x.to(trainer.device), y.to(trainer.device)
        with torch.no_grad():
            kept = {name: t.clone() for name, t in trainer.stack.tensors().items()}
        self._statistics = {name: kept.pop(name) for name in trainer.stack.statistics()}
        self._weights = kept
        self._first, self._second = (
            direction(self._resolved.tensors, self._weights, seed, axis) for axis in (0, 1)
        )
        size = sum(tensor.numel() for tensor in kept.values())
        self._together = max(1, NUMBERS // size)

    @torch.no_grad()
    def losses(self, offsets: Array, other: float) -> Array:
        """(arms, offsets): at w + offset d_1 + other d_2."""
        pieces = [
            self._of_points(offsets[start : start + self._together], other)
            for start in range(0, len(offsets), self._together)
        ]
        return np.concatenate(pieces, axis=1)

    @torch.no_grad()
    def scores(self, x: Tensor, y: Tensor) -> Array:
        """(arms,) accuracy or R² of the weights in the centre."""
        tensors = self._weights | self._statistics
        device = self._x.device
        return _losses_and_scores(self._plan(1), tensors, x.to(device), y.to(device))[1]

    def _of_points(self, offsets: Array, other: float) -> Array:
        each = len(offsets)
        steps = torch.from_numpy(np.tile(offsets, len(self._gains)))
        tensors = {name: self._moved(name, each, steps, other) for name in self._weights}
        still = {n: t.repeat_interleave(each, 0) for n, t in self._statistics.items()}
        losses, _ = _losses_and_scores(self._plan(each), tensors | still, self._x, self._y)
        return losses.reshape(len(self._gains), each)

    def _moved(self, name: str, each: int, steps: Tensor, other: float) -> Tensor:
        """(arms * each, ..), arm by arm."""
        start = self._weights[name] + other * self._second[name]
        along = steps.to(start).view(-1, *[1] * (start.dim() - 1))
        first = self._first[name].repeat_interleave(each, 0)
        return torch.addcmul(start.repeat_interleave(each, 0), first, along)

    def _plan(self, each: int) -> Plan:
        """For so many replicas of every arm."""
        gains = [gain for gain in self._gains for _ in range(each)]
        return Plan(self._resolved, gains, [0] * len(gains))


def _losses_and_scores(
    plan: Plan, tensors: Mapping[str, Tensor], x: Tensor, y: Tensor
) -> tuple[Array, Array]:
    """(replicas,) each."""

    def model(piece: Tensor) -> Tensor:
        return plan.states(tensors, piece, training=False)[-1]

    losses, scores = mean_loss_and_score(model, len(plan.gains), x, y)
    return losses.cpu().numpy().astype(np.float64), scores.cpu().numpy().astype(np.float64)
