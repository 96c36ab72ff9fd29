"""Where the numbers of a tensor lie while the model runs.

Networks, exported code and `build` use torch's layout: weights (out, in), whatever is per channel
(channels,). The running model wants linear maps as (in, out) and the rest as (1, channels): what
`baddbmm` takes as it is. With 30 layers of 32 the two views per layer, there and back, cost a
third of a step. Kernels of convolutions and tables stay as they are.
"""

from torch import Tensor

from skipviz.network.tensors import Tensor as Described


def stored(tensor: Tensor, described: Described) -> Tensor:
    """The way back: (replicas, in, out) to (replicas, out, in), (replicas, 1, n) to (.., n)."""
    if len(described.shape) == 1:
        return tensor.squeeze(1)
    is_map = len(described.shape) == 2 and described.uses > 0
    return tensor.transpose(1, 2) if is_map else tensor


def running(tensor: Tensor, described: Described) -> Tensor:
    """(replicas, out, in) to (replicas, in, out), (replicas, n) to (replicas, 1, n)."""
    if len(described.shape) == 1:
        return tensor.unsqueeze(1)
    is_map = len(described.shape) == 2 and described.uses > 0
    return tensor.transpose(1, 2) if is_map else tensor
