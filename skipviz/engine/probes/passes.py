"""One forward and backward pass of all replicas, with the gradients of weights and of states."""

from dataclasses import dataclass, field

import torch
from torch import Tensor

from skipviz.data import OwnData
from skipviz.data.loading import info_and_split
from skipviz.engine.model.context import Gates
from skipviz.engine.model.stack import Stack
from skipviz.engine.probes.losses import losses_of_samples, means

Tensors = list[Tensor] | tuple[Tensor, ...]


@dataclass(frozen=True)
class Pass:
    """`losses` (replicas, batch) are those of samples; a gradient is that of their mean.

    `x` (replicas, batch, ..), `states` s_1 .. s_(N+1) and their gradients (replicas, batch, ..),
    `gradients` as `stack.groups`, `gates` those of gated skips at every time step; `uses` are the
    gradients of every use of a shared weight, by the name that its layer has for it.
    """

    x: Tensor
    y: Tensor
    losses: Tensor
    states: Tensors
    gradients: Tensors
    state_gradients: Tensors
    gates: Gates = field(default_factory=dict)
    uses: dict[str, Tensor] = field(default_factory=dict)

    def means(self) -> Tensor:
        """(2, replicas): loss and accuracy, or R², of the batch."""
        return means(self.losses, self.states[-1].detach(), self.y)


def first_batch(stack: Stack, data: str | OwnData, batch: int = 64) -> tuple[Tensor, Tensor]:
    """x and y of the first samples of the train split, (replicas, batch, ..), real ones float64."""
    _, split = info_and_split(data)
    parts = (torch.from_numpy(part[:batch]) for part in (split.train_x, split.train_y))
    x, y = (part.double() if part.is_floating_point() else part for part in parts)
    return x.expand(stack.replicas, *x.shape), y.expand(stack.replicas, *y.shape)


def forward_backward(stack: Stack, x: Tensor, y: Tensor) -> Pass:
    """The replicas share no number, so one backward pass of the sum of their losses serves all."""
    gates: Gates = {}
    uses: dict[str, Tensor] = {}
    states = stack.states(x, gates, uses)[1:]
    losses = losses_of_samples(states[-1], y)
    parameters = list(stack.groups)
    of_mean = torch.full_like(losses, 1 / losses.shape[1])
    wanted = [*parameters, *states, *uses.values()]
    # a state that is read at the next time step alone has a gradient of 0 at the last
    gradients = torch.autograd.grad(losses, wanted, of_mean, materialize_grads=True)
    count, last = len(parameters), len(parameters) + len(states)
    weights, state_gradients = gradients[:count], gradients[count:last]
    of_uses = dict(zip(uses, gradients[last:], strict=True))
    return Pass(x, y, losses.detach(), states, weights, state_gradients, gates, of_uses)
