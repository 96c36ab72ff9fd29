"""One forward and backward pass at the first weights, in float64, and lengths in it."""

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from skipviz.arms import STANDARD_ARMS, Arm
from skipviz.data import OwnData
from skipviz.data.loading import info_and_split
from skipviz.engine.model import Stack
from skipviz.engine.probes.passes import Pass, first_batch, forward_backward
from skipviz.network import Network
from skipviz.types import Array

SKIP = (STANDARD_ARMS["skip"],)


def fresh_stack(
    network: Network, data: str | OwnData, arms: Sequence[Arm] = SKIP, seeds: Sequence[int] = (0,)
) -> Stack:
    """The network with its first weights, in float64; replicas are arms times seeds."""
    info, _ = info_and_split(data)
    return Stack(info.resolve(network), arms, seeds, torch.float64)


def first_pass(stack: Stack, data: str | OwnData, batch: int = 64) -> Pass:
    """Forward and backward on the first samples of the train split, the same for all replicas."""
    with stack.fork_rng():
        return forward_backward(stack, *first_batch(stack, data, batch))


def down(stack: Stack, made: Pass, p: int, gradient: Tensor) -> list[Tensor]:
    """A gradient at s_p taken down to s_1 .. s_p, through all that s_p was made of."""
    with stack.fork_rng():  # which changes running statistics when it is left
        states = stack.states(made.x)[1 : p + 1]
        found = torch.autograd.grad(states[-1], states, gradient, allow_unused=True)
    return [torch.zeros_like(s) if g is None else g for g, s in zip(found, states, strict=True)]


def lengths(values: Tensor) -> Array:
    """(replicas, ..) -> (replicas,)"""
    return np.asarray(values.detach().flatten(1).norm(dim=1).numpy())


def weight_norms(stack: Stack, made: Pass) -> dict[str, Array]:
    """(replicas,) by the name of the tensor: |dL/dW|, also of biases, gates and scales."""
    return {
        name: lengths(gradient)
        for names, gradients in zip(stack.places, made.gradients, strict=True)
        for name, gradient in zip(names, gradients, strict=True)
    }


def state_norms(made: Pass) -> Array:
    """(replicas, layers 1..N+1): |dL/ds_k| over the whole batch."""
    return np.stack([lengths(g) for g in made.state_gradients], axis=1)


def rms(states: Tensor) -> Array:
    """(replicas, ..) -> (replicas,): root mean square over batch and units."""
    return np.asarray(states.detach().flatten(1).square().mean(1).sqrt().numpy())


def norm(vector: Tensor) -> float:
    """|v| of all entries."""
    return float(torch.linalg.vector_norm(vector.detach()))


def inner(one: Tensor, other: Tensor) -> float:
    """<one, other> over all entries."""
    return float((one.detach() * other.detach()).sum())


def cosine(one: Tensor, other: Tensor) -> float:
    """Of the angle between two tensors, all entries in a row; NaN where one of them is 0."""
    return ratio(inner(one, other), norm(one) * norm(other))


def ratio(one: float, other: float) -> float:
    """one / other; NaN where there is nothing to compare with."""
    return one / other if other else float("nan")
