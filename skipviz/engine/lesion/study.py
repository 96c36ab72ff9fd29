"""The lesion study of Veit et al. 2016, section 4, on a network just trained."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from skipviz import data
from skipviz.arms import Arm
from skipviz.data import DataInfo, OwnData
from skipviz.engine.lesion.ablation import losses_and_scores, weights_of
from skipviz.engine.training.progress import trained, unwatched
from skipviz.engine.training.trainer import Trainer
from skipviz.lesion.results import Chosen, Several, Singles, Trained
from skipviz.lesion.ways import Cut, way_to_delete
from skipviz.network import Network, ResolvedNetwork
from skipviz.request import Progress
from skipviz.settings import Settings
from skipviz.types import Array

DRAWS = 10


def lesion_study(
    network: Network, settings: Settings, own: OwnData | None = None
) -> Iterator[Progress | Trained | Singles | Several]:
    """Train with the skips and without, a network that has none once, then delete, without
    training any further.

    First every layer and every skip by itself, then 1, 2, 4, .. layers at random.
    """
    arms = ("skip", "plain") if network.skips else ("skip",)
    trainer = Trainer(network, unwatched(settings, arms=arms, own_arms=(), seeds=1), own)
    yield from trained(trainer)
    trained_arms = [
        TrainedArm.of(network, settings, own, arm, weights_of(trainer.stack, replica))
        for replica, arm in enumerate(trainer.settings.arms_for(network))
    ]
    yield Trained({trained_arm.arm.name: trained_arm.plain_weights for trained_arm in trained_arms})
    for trained_arm in trained_arms:
        yield trained_arm.singles()
    for trained_arm in trained_arms:
        yield from trained_arm.several(settings.seed)


def chosen_lesion(
    network: Network, settings: Settings, found: Trained, cut: Cut, own: OwnData | None = None
) -> Iterator[Chosen]:
    """Every arm of a study without what a visitor chose; skips are cut where there are any."""
    arms = {arm.name: arm for arm in unwatched(settings, arms=("skip", "plain")).arms_for(network)}
    for name, plain in found.weights.items():
        weights = {part: torch.from_numpy(tensor) for part, tensor in plain.items()}
        trained_arm = TrainedArm.of(network, settings, own, arms[name], weights)
        if cut.layers <= set(trained_arm.layers):
            losses, scores = trained_arm.without([cut])
            yield Chosen(name, float(losses[0]), float(scores[0]))
        else:
            yield Chosen(name, np.nan, np.nan)


@dataclass(frozen=True)
class TrainedArm:
    """One arm of a trained network and the test split it is judged by."""

    resolved: ResolvedNetwork
    arm: Arm
    weights: Mapping[str, Tensor]
    x: Tensor
    y: Tensor

    @classmethod
    def of(
        cls,
        network: Network,
        settings: Settings,
        own: OwnData | None,
        arm: Arm,
        weights: Mapping[str, Tensor],
    ) -> "TrainedArm":
        """With the test split of the settings' data, on the device of the weights."""
        info: DataInfo = own.info if own else data.info(settings.data)
        split = data.split_of(settings, own)
        device = next(iter(weights.values())).device
        x, y = (torch.from_numpy(v).to(device) for v in (split.test_x, split.test_y))
        return cls(info.resolve(network), arm, weights, x, y)

    @property
    def network(self) -> Network:
        """What was drawn."""
        return self.resolved.network

    @property
    def layers(self) -> list[int]:
        """The layers that can be deleted."""
        every = range(1, self.network.depth + 1)
        ways = {k: way_to_delete(self.resolved, self.arm, k) for k in every}
        return [k for k, way in ways.items() if way != "impossible"]

    @property
    def plain_weights(self) -> dict[str, np.ndarray]:
        """The weights as arrays."""
        return {name: tensor.cpu().numpy() for name, tensor in self.weights.items()}

    def without(self, cuts: Sequence[Cut]) -> tuple[Array, Array]:
        """(cuts,) each: loss and score on the test split."""
        found = losses_and_scores(self.resolved, self.arm, self.weights, cuts, self.x, self.y)
        losses, scores = (values.cpu().numpy().astype(np.float64) for values in found)
        return losses, scores

    def singles(self) -> Singles:
        """Nothing deleted, then each layer, then each skip that the arm has."""
        layers = self.layers
        carried = any(forward for forward, _ in self.arm.gains(self.network))
        skips = [skip.ends for skip in self.network.skips] if carried else []
        cuts = [Cut(), *(Cut(frozenset({k})) for k in layers)]
        cuts += [Cut(skips=frozenset({ends})) for ends in skips]
        losses, scores = self.without(cuts)
        end = 1 + len(layers)
        return Singles(
            self.arm.name, losses[0], scores[0],
            tuple(layers), losses[1:end], scores[1:end],
            tuple(skips), losses[end:], scores[end:],
        )  # fmt: skip

    def several(self, seed: int) -> Iterator[Several]:
        """1, 2, 4, .. layers drawn at random, ten times each; grows by a size at a time.

        Drawn among the layers that a skip bridges where there are any: among the same ones with
        the skips and without, as far as both can lose them.
        """
        layers, random = self._drawn_from(), np.random.default_rng(seed)
        counts: list[int] = []
        found: list[tuple[Array, Array]] = []
        for count in _doubling(len(layers)):
            draws = [random.choice(layers, count, replace=False) for _ in range(DRAWS)]
            found.append(self.without([Cut(frozenset(map(int, draw))) for draw in draws]))
            counts.append(count)
            losses, scores = (np.stack(each) for each in zip(*found, strict=True))
            yield Several(self.arm.name, tuple(counts), losses, scores)

    def _drawn_from(self) -> list[int]:
        spans = [range(s.source + 1, s.target + 1) for s in self.network.skips if not s.is_feedback]
        bridged = {k for span in spans for k in span}
        return [k for k in self.layers if k in bridged] or self.layers


def _doubling(most: int) -> list[int]:
    """1, 2, 4, .. below `most`, and `most` itself: all that can be deleted."""
    return [2**i for i in range(most.bit_length()) if 2**i < most] + ([most] if most else [])
