"""How alike the gradients at different inputs are, in residual networks with batch norm.

Balduzzi et al. 2017: the cosine falls with the depth L like a power of L.
"""

import numpy as np

from skipviz.engine.measures.passes import fresh_stack
from skipviz.engine.model.statistics import freeze_batch_norm
from skipviz.engine.probes.passes import first_batch
from skipviz.engine.probes.snapshots import gradient_correlation
from skipviz.measures.cases import residual
from skipviz.network import Network
from skipviz.types import Array


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
    freeze_batch_norm(stack, x)
    return gradient_correlation(stack, x)[:, 0]
