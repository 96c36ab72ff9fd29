"""One forward and backward pass at the first weights, in float64."""

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from skipviz import data as data_sets
from skipviz.arms import STANDARD_ARMS, Arm
from skipviz.data import DataInfo, OwnData, Split
from skipviz.model import Stack
from skipviz.network import Network
from skipviz.probes.passes import Pass, forward_backward

Array = NDArray[np.float64]
SKIP = (STANDARD_ARMS["skip"],)


def found_data(data: str | OwnData) -> tuple[DataInfo, Split]:
    """What is known of the data, and their arrays."""
    if isinstance(data, OwnData):
        return data.info, data.split
    return data_sets.info(data), data_sets.load(data)


def fresh_stack(
    network: Network, data: str | OwnData, arms: Sequence[Arm] = SKIP, seeds: Sequence[int] = (0,)
) -> Stack:
    """The network with its first weights, in float64; copies are arms times seeds."""
    info, _ = found_data(data)
    return Stack(network, info.input_shape, info.outputs, arms, seeds, torch.float64)


def first_pass(stack: Stack, data: str | OwnData, batch: int = 64) -> Pass:
    """Forward and backward on the first samples of the train split, the same for all copies."""
    _, split = found_data(data)
    x, y = torch.from_numpy(split.train_x[:batch]), torch.from_numpy(split.train_y[:batch])
    x, y = (part.double() if part.is_floating_point() else part for part in (x, y))
    with stack.undisturbed():
        return forward_backward(
            stack, x.expand(stack.copies, *x.shape), y.expand(stack.copies, *y.shape)
        )


def down(stack: Stack, made: Pass, p: int, gradient: Tensor) -> list[Tensor]:
    """A gradient at s_p taken down to s_1 .. s_p, through all that s_p was made of."""
    with stack.undisturbed():
        states = stack.states(made.x)[1 : p + 1]
    found = torch.autograd.grad(states[-1], states, gradient, allow_unused=True)
    return [torch.zeros_like(s) if g is None else g for g, s in zip(found, states, strict=True)]


def state_norms(made: Pass) -> Array:
    """(copies, layers 1..N+1): |dL/ds_k| over the whole batch."""
    return np.stack([g.flatten(1).norm(dim=1).numpy() for g in made.state_gradients], axis=1)
