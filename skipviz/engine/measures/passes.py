"""One forward and backward pass at the first weights, in float64."""

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from skipviz import data as data_sets
from skipviz.arms import STANDARD_ARMS, Arm
from skipviz.data import DataInfo, OwnData, Split
from skipviz.engine.model import Stack
from skipviz.engine.probes.passes import Pass, forward_backward
from skipviz.network import Network
from skipviz.types import Array

SKIP = (STANDARD_ARMS["skip"],)


def found_data(data: str | OwnData) -> tuple[DataInfo, Split]:
    """What is known of the data, and their arrays."""
    if isinstance(data, OwnData):
        return data.info, data.split
    return data_sets.info(data), data_sets.load(data)


def fresh_stack(
    network: Network, data: str | OwnData, arms: Sequence[Arm] = SKIP, seeds: Sequence[int] = (0,)
) -> Stack:
    """The network with its first weights, in float64; replicas are arms times seeds."""
    info, _ = found_data(data)
    return Stack(info.resolve(network), arms, seeds, torch.float64)


def first_batch(stack: Stack, data: str | OwnData, batch: int = 64) -> tuple[Tensor, Tensor]:
    """x and y of the first samples of the train split, (replicas, batch, ..), real ones float64."""
    _, split = found_data(data)
    parts = (torch.from_numpy(part[:batch]) for part in (split.train_x, split.train_y))
    x, y = (part.double() if part.is_floating_point() else part for part in parts)
    return x.expand(stack.replicas, *x.shape), y.expand(stack.replicas, *y.shape)


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
