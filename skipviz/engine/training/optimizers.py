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


def optimizer_for(
    parameters: Tensors, settings: Settings, velocity: Tensors | None = None
) -> Optimizer:
    """The optimizer the settings ask for; `velocity` is for SGD."""
    if not isinstance(parameters, Flat):
        parameters = [parameter.data for parameter in parameters]
    if settings.optimizer == "sgd":
        return Sgd(parameters, settings.learning_rate, settings.momentum, velocity)
    decay = 0.01 if settings.optimizer == "adamw" else 0.0
    return Adam(parameters, settings.learning_rate, decay)


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
