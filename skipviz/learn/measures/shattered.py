"""How alike the gradients at different inputs are, in residual networks with batch norm.

Balduzzi et al. 2017: the cosine falls with the depth L like a power of L.
"""

import numpy as np
import torch
from torch import Tensor

from skipviz.learn.cases import residual
from skipviz.learn.measures.passes import Array, first_batch, fresh_stack
from skipviz.model import Stack
from skipviz.model.norms import MOMENTUM
from skipviz.network import Network
from skipviz.probes.snapshots import gradient_correlation


def exponents(depths: tuple[int, int] = (8, 64), width: int = 128, seeds: int = 3) -> Array:
    """(seeds,): the power of the depth by which the mean cosine falls from one to the other."""
    shallow, deep = (
        cosines(residual(depth, "relu", "he", width, norm="batch"), seeds) for depth in depths
    )
    return np.asarray(np.log(deep / shallow) / np.log(depths[1] / depths[0]))


def cosines(network: Network, seeds: int, batch: int = 128) -> Array:
    """(seeds,): mean over pairs of digits, of the gradients of layer 1's state."""
    stack = fresh_stack(network, "digits", seeds=range(seeds))
    x, _ = first_batch(stack, "digits", batch)
    hold_statistics(stack, x)
    return gradient_correlation(stack, x)[:, 0]


@torch.no_grad()
def hold_statistics(stack: Stack, x: Tensor) -> None:
    """Make the running statistics those of this batch, and use them from now on.

    Else the inputs of a batch act on each other. One pass in training moves the statistics by
    MOMENTUM of the way, which is undone.
    """
    before = {name: held.clone() for name, held in stack.statistics().items()}
    stack.train()
    stack.states(x)
    for name, held in stack.statistics().items():
        held.copy_(before[name] + (held - before[name]) / MOMENTUM)
    stack.eval()
