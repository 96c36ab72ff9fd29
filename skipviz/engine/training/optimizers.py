"""SGD with momentum, Adam and AdamW on stacked parameters, whose updates can be measured.

The same numbers as torch.optim (tests say so), in a few calls for all layers and arms, and the
direction of the update is at hand as a tensor before it is made.
"""

from abc import ABC, abstractmethod

import torch
from torch import Tensor

from skipviz.engine.model.flat import Flat, wholes
from skipviz.engine.probes.passes import Tensors
from skipviz.settings import Settings


class Optimizer(ABC):
    """W <- W - learning_rate * direction. The rate may be set between two steps."""

    def __init__(self, parameters: Tensors, learning_rate: float) -> None:
        """`parameters` without autograd, which is not to see that they change."""
        self.learning_rate = learning_rate
        self._parameters = parameters

    @abstractmethod
    def directions(self, gradients: Tensors) -> Tensors:
        """Takes in the gradients of a step; valid, and not to be changed, until the next call."""

    def apply(self, directions: Tensors) -> None:
        """Change the parameters."""
        own, theirs = wholes(self._parameters, directions)
        torch._foreach_add_(own, theirs, alpha=-self.learning_rate)


class Sgd(Optimizer):
    """direction <- momentum * direction + g."""

    def __init__(
        self,
        parameters: Tensors,
        learning_rate: float,
        momentum: float,
        velocity: Tensors | None = None,
    ) -> None:
        """`velocity` is where the directions are to stand, at first zeros."""
        super().__init__(parameters, learning_rate)
        self._momentum = momentum
        self._velocity = velocity or [torch.zeros_like(parameter) for parameter in parameters]

    def directions(self, gradients: Tensors) -> Tensors:
        velocity, gradients = wholes(self._velocity, gradients)
        torch._foreach_mul_(velocity, self._momentum)
        torch._foreach_add_(velocity, gradients)
        return self._velocity


class Adam(Optimizer):
    """Kingma and Ba 2015; with `decay` the decoupled weight decay of Loshchilov and Hutter 2019."""

    def __init__(
        self,
        parameters: Tensors,
        learning_rate: float,
        decay: float = 0.0,
        betas: tuple[float, float] = (0.9, 0.999),
        epsilon: float = 1e-8,
    ) -> None:
        super().__init__(parameters, learning_rate)
        self._decay, self._betas, self._epsilon = decay, betas, epsilon
        self._mean = [torch.zeros_like(parameter) for parameter in self._parameters]
        self._square = [torch.zeros_like(parameter) for parameter in self._parameters]
        self._count = 0

    def directions(self, gradients: Tensors) -> Tensors:
        self._count += 1
        first, second = self._betas
        torch._foreach_lerp_(self._mean, gradients, 1 - first)
        torch._foreach_mul_(self._square, second)
        torch._foreach_addcmul_(self._square, gradients, gradients, 1 - second)
        scale = torch._foreach_div(self._square, 1 - second**self._count)
        torch._foreach_sqrt_(scale)
        torch._foreach_add_(scale, self._epsilon)
        directions = torch._foreach_div(self._mean, scale)
        torch._foreach_div_(directions, 1 - first**self._count)
        if self._decay:
            torch._foreach_add_(directions, self._parameters, alpha=self._decay)
        return directions


class Penalised(Optimizer):
    """Another optimizer, given g + l2 * W + l1 * sign(W): the gradient of the loss with penalties.

    These are (l2 / 2) * |W|^2 and l1 * |W|_1. The gradients handed in stay as they were measured.
    """

    def __init__(self, inner: Optimizer, parameters: Tensors, l2: float, l1: float) -> None:
        super().__init__(parameters, inner.learning_rate)
        self._inner, self._l2, self._l1 = inner, l2, l1
        apart = not isinstance(parameters, Flat)
        self._sum = [*map(torch.zeros_like, parameters)] if apart else Flat.alike(1, parameters)[0]

    def directions(self, gradients: Tensors) -> Tensors:
        total, weights, measured = wholes(self._sum, self._parameters, gradients)
        torch._foreach_copy_(total, measured)
        torch._foreach_add_(total, weights, alpha=self._l2)
        if self._l1:
            torch._foreach_add_(total, torch._foreach_sign(weights), alpha=self._l1)
        return self._inner.directions(self._sum)


def optimizer_for(
    parameters: Tensors, settings: Settings, velocity: Tensors | None = None
) -> Optimizer:
    """The optimizer the settings ask for; `velocity` is for SGD."""
    if not isinstance(parameters, Flat):
        parameters = [parameter.data for parameter in parameters]
    decoupled = settings.optimizer == "adamw"
    l2 = 0.0 if decoupled else settings.decay
    chosen: Optimizer
    if settings.optimizer == "sgd":
        chosen = Sgd(parameters, settings.learning_rate, settings.momentum, velocity)
    else:
        chosen = Adam(parameters, settings.learning_rate, settings.decay if decoupled else 0.0)
    return Penalised(chosen, parameters, l2, settings.l1) if l2 or settings.l1 else chosen


def clip(gradients: Tensors, most: float) -> Tensors:
    """Every replica's gradients (rows, replicas, ..) scaled to a joint norm of `most` or less.

    Each arm and seed is clipped on its own (Pascanu et al. 2013); gradients that are not finite
    stay so.
    """
    norms = _joint_norms(gradients)
    scale = (most / (norms + 1e-6)).clamp(max=1)
    overflowed = torch.isinf(norms)
    if bool(overflowed.any()):  # squares of numbers above 1.8e19 are infinite in float32
        exact = most / _joint_norms([g.cpu().double() for g in gradients])
        scale = torch.where(overflowed, exact.to(scale.dtype).to(scale.device), scale)
    return [gradient * _along_replicas(scale, gradient) for gradient in gradients]


def _joint_norms(gradients: Tensors) -> Tensor:
    """(replicas,), over all tensors (rows, replicas, ..)."""
    each = [torch.linalg.vector_norm(g, dim=(0, *range(2, g.dim()))) for g in gradients]
    norms: Tensor = torch.linalg.vector_norm(torch.stack(each), dim=0)
    return norms


def _along_replicas(values: Tensor, like: Tensor) -> Tensor:
    return values.view(1, -1, *[1] * (like.dim() - 2))
