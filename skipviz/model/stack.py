"""All arms and seeds of a run in one model: every tensor carries a leading axis of copies.

Layers of equal shape share ONE parameter (layers, copies, in, out): one norm call and one optimizer
update serve all of them, which is where the engine's speed comes from.
"""

from collections import defaultdict
from collections.abc import Sequence

import torch
from torch import Tensor, nn

from skipviz.arms import Arm
from skipviz.model.init import initial_tensors
from skipviz.model.layout import running
from skipviz.model.plan import Plan
from skipviz.network import Init, Network
from skipviz.network.counting import all_parameters

Shape = tuple[int, ...]


class Stack(nn.Module):
    """Copies of one network, ordered arm by arm and seed by seed: copy = arm * seeds + seed.

    x is (copies, batch, *input_shape); states are lists of (copies, batch, ..).
    """

    def __init__(
        self,
        network: Network,
        input_shape: Shape,
        outputs: int,
        arms: Sequence[Arm],
        seeds: Sequence[int],
        dtype: torch.dtype = torch.float32,
    ) -> None:
        super().__init__()
        self.network = network
        gains = [arm.gains(network) for arm in arms for _ in seeds]
        self.plan = Plan(network, gains)
        starts = [initial_weights(network, input_shape, outputs, s, dtype) for s in seeds]
        self.places = _group_by_shape(starts[0])
        self.groups = nn.ParameterList(
            torch.stack([_copies(starts, name, len(arms)) for name in names])
            for names in self.places
        )

    @property
    def copies(self) -> int:
        """Arms times seeds."""
        return int(self.groups[0].shape[1])

    def tensors(self) -> dict[str, Tensor]:
        """`layer3.weight` -> (copies, in, out): views into the shared parameters."""
        return {
            name: view
            for names, group in zip(self.places, self.groups, strict=True)
            for name, view in zip(names, group.unbind(0), strict=True)
        }

    def states(self, x: Tensor) -> list[Tensor]:
        """s_0 .. s_(N+1); the last are the logits (copies, batch, outputs)."""
        return self.plan.states(self.tensors(), x)

    def activation_inputs(
        self, x: Tensor, states: Sequence[Tensor]
    ) -> list[tuple[str, Tensor] | None]:
        """Per layer 1..N its activation's name and argument (copies, batch, ..), for s_1, s_2, ..

        None where a layer has no nonlinear activation.
        """
        return self.plan.activation_inputs(self.tensors(), [x, *states])

    def forward(self, x: Tensor) -> Tensor:
        """Logits (copies, batch, outputs)."""
        return self.states(x)[-1]


def initial_weights(
    network: Network, input_shape: Shape, outputs: int, seed: int, dtype: torch.dtype
) -> dict[str, Tensor]:
    """One copy of every tensor of a network, by `owner.name`."""
    weights: dict[str, Tensor] = {}
    for owner, shapes in all_parameters(network, input_shape, outputs):
        drawn = initial_tensors(owner, shapes, _init_of(network, owner), seed, dtype)
        weights |= {f"{owner}.{name}": tensor for name, tensor in drawn.items()}
    return weights


def _init_of(network: Network, owner: str) -> Init:
    if owner.startswith("layer"):
        return network.style(int(owner.removeprefix("layer"))).init
    return network.defaults.init


def _group_by_shape(weights: dict[str, Tensor]) -> list[list[str]]:
    names: defaultdict[Shape, list[str]] = defaultdict(list)
    for name, tensor in weights.items():
        names[tuple(tensor.shape)].append(name)
    return list(names.values())


def _copies(starts: Sequence[dict[str, Tensor]], name: str, arms: int) -> Tensor:
    per_seed = torch.stack([start[name] for start in starts])
    return running(per_seed.repeat(arms, *[1] * (per_seed.dim() - 1)))
