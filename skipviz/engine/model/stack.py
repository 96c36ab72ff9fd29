"""All arms and seeds of a run in one model: every tensor carries a leading axis of replicas.

Tensors of equal shape share ONE parameter (tensors, replicas, ..): one norm call and one optimizer
update serve all of them, which is where the engine's speed comes from.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Self

import torch
from torch import Tensor, nn

from skipviz.arms import Arm
from skipviz.engine.model.context import Gates
from skipviz.engine.model.layout import running, stored
from skipviz.engine.model.plan import Plan
from skipviz.engine.model.start import initial_statistics, initial_weights
from skipviz.network import ResolvedNetwork
from skipviz.types import Shape


class Stack(nn.Module):
    """Replicas of one network, ordered arm by arm and seed by seed: replica = arm * seeds + seed.

    x is (replicas, batch, *input_shape); states are lists of (replicas, batch, ..). Training mode
    matters as in any module: dropout, stochastic depth, statistics of batch norms.
    """

    def __init__(
        self,
        resolved: ResolvedNetwork,
        arms: Sequence[Arm],
        seeds: Sequence[int],
        dtype: torch.dtype = torch.float32,
    ) -> None:
        super().__init__()
        self._described = resolved.tensors
        network = self.network = resolved.network
        self.replicas = len(arms) * len(seeds)
        """Arms times seeds."""
        gains = [arm.gains(network) for arm in arms for _ in seeds]
        self.plan = Plan(resolved, gains, [*seeds] * len(arms))
        starts = [initial_weights(resolved, s, dtype) for s in seeds]
        weights = {
            name: running(_replicas([start[name] for start in starts], len(arms)), tensor)
            for name, tensor in resolved.tensors.items()
        }
        self._x_is_leaf = any(
            0 in network.reads_of(k).states and not resolved.used[resolved.module(k)]
            for k in range(1, network.depth + 1)
        )
        self.places = _group_by_shape(weights)
        self.groups = nn.ParameterList(
            torch.stack([weights[name] for name in names]) for names in self.places
        )
        self._kept: dict[str, Tensor] = {}
        self._versions: list[int] = []
        self._statistics = list(initial_statistics(resolved, dtype).items())
        for place, (_, tensor) in enumerate(self._statistics):
            self.register_buffer(f"statistics{place}", tensor.repeat(self.replicas, 1))

    def tensors(self) -> dict[str, Tensor]:
        """`layer3.weight` -> (replicas, in, out): views into the shared parameters, and buffers.

        Where gradients are wanted they are made once: the backward of `unbind` keeps nothing of
        a pass, so all passes can share it, as long as autograd sees no change of the parameters
        (the optimizer changes their `data`).
        """
        if not torch.is_grad_enabled():
            return self._views() | self.statistics()
        versions = [group._version for group in self.groups]
        if versions != self._versions:
            self._kept, self._versions = self._views() | self.statistics(), versions
        return self._kept

    def _views(self) -> dict[str, Tensor]:
        return {
            name: view
            for names, group in zip(self.places, self.groups, strict=True)
            for name, view in zip(names, group.unbind(0), strict=True)
        }

    def _apply(self, fn: Callable[[Tensor], Tensor], recurse: bool = True) -> Self:
        """Moving or casting replaces the parameters, and so their views."""
        self._versions = []
        super()._apply(fn, recurse)  # type: ignore[no-untyped-call]
        return self

    def statistics(self) -> dict[str, Tensor]:
        """Running statistics, `layer3.norm_mean` -> (replicas, channels)."""
        names = enumerate(name for name, _ in self._statistics)
        return {name: self.get_buffer(f"statistics{place}") for place, name in names}

    def weights(self) -> dict[str, Tensor]:
        """`layer3.weight` -> (replicas, out, in): as torch and `build` have them, with buffers."""
        views = self._views()
        found = {name: stored(views[name], tensor) for name, tensor in self._described.items()}
        return found | self.statistics()

    def states(
        self, x: Tensor, gates: Gates | None = None, uses: dict[str, Tensor] | None = None
    ) -> list[Tensor]:
        """s_0 .. s_(N+1); the last are the logits (replicas, batch, outputs).

        On the way `gates` takes in those of gated skips, `uses` every use of a shared weight.
        """
        tensors = self.plan.ties.spread(self.tensors())
        if uses is not None:
            uses |= {name: tensors[name] for name in self.plan.ties.weights}
        return self.plan.states(tensors, self._read(x), self.training, gates)

    def unrolled(self, x: Tensor) -> list[list[Tensor]]:
        """The states of every time step."""
        return self.plan.unrolled(self.tensors(), self._read(x), self.training)

    def _read(self, x: Tensor) -> Tensor:
        """x, as a leaf where a state may depend on nothing else: each is to have a gradient."""
        wanted = self._x_is_leaf and torch.is_grad_enabled() and x.is_floating_point()
        return x.detach().requires_grad_() if wanted and not x.requires_grad else x

    def activation_inputs(self, x: Tensor) -> list[tuple[str, Tensor] | None]:
        """Per layer 1..N its activation's name and argument (replicas, batch, ..).

        Of a feed-forward block the inner one; None where a layer has no nonlinear activation.
        """
        with self.fork_rng():
            return self.plan.activation_inputs(self.tensors(), x, self.training)

    def forward(self, x: Tensor) -> Tensor:
        """Logits (replicas, batch, outputs)."""
        return self.states(x)[-1]

    @contextmanager
    def fork_rng(self) -> Iterator[None]:
        """Forward passes inside leave no trace: in running statistics or in random streams."""
        saved = [buffer.clone() for buffer in self.buffers()]
        try:
            with self.plan.noise.fork_rng():
                yield
        finally:
            for buffer, before in zip(self.buffers(), saved, strict=True):
                buffer.copy_(before)


def _group_by_shape(weights: dict[str, Tensor]) -> list[list[str]]:
    names: defaultdict[Shape, list[str]] = defaultdict(list)
    for name, tensor in weights.items():
        names[tuple(tensor.shape)].append(name)
    return list(names.values())


def _replicas(per_seed: Sequence[Tensor], arms: int) -> Tensor:
    stacked = torch.stack(list(per_seed))
    return stacked.repeat(arms, *[1] * (stacked.dim() - 1))
