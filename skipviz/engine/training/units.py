"""What the units of one layer say of every place of a plane."""

from collections.abc import Iterator

import numpy as np
import torch
from numpy.typing import NDArray

from skipviz import data
from skipviz.arms import Arm
from skipviz.data import OwnData
from skipviz.data.plane import plane_points
from skipviz.engine.training.progress import trained, unwatched
from skipviz.engine.training.trainer import Trainer
from skipviz.network import Network
from skipviz.request import Progress
from skipviz.runs.requests import UnitMaps
from skipviz.settings import Settings

MOST = 12  # units, the first ones


def unit_maps(
    network: Network,
    settings: Settings,
    arm: Arm,
    layer: int,
    step: int,
    own: OwnData | None = None,
) -> Iterator[Progress | UnitMaps]:
    """The run is repeated up to `step` for one arm; the same seed gives the same weights.

    Yields its progress, then the states of the first units of a layer 1..N.
    """
    trainer = Trainer(network, unwatched(settings, arms=(arm,), seeds=1), own, until=step)
    yield from trained(trainer)
    split = data.split_of(settings, own)
    yield UnitMaps(arm.name, layer, step, _states(trainer, plane_points(split), layer))


@torch.no_grad()
def _states(trainer: Trainer, points: NDArray[np.float32], layer: int) -> NDArray[np.float64]:
    stack = trainer.stack
    x = torch.from_numpy(points).to(trainer.device)
    stack.eval()
    state = stack.states(x.expand(stack.replicas, *x.shape))[layer][0]
    return np.asarray(state.flatten(1)[:, :MOST].T.double().cpu().numpy())
