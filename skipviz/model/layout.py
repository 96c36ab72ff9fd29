"""Where the numbers of a tensor lie while the model runs.

Networks, exported code and `build` use torch's layout: weights (out, in), biases (out,). The
running model wants dense weights as (in, out) and biases as (1, out): what `baddbmm` takes as it
is. With 30 layers of 32 the two views per layer, there and back, cost a third of a step.
"""

from torch import Tensor


def running(tensor: Tensor) -> Tensor:
    """(.., out, in) -> (.., in, out); (.., out) -> (.., 1, out), for a leading axis of copies."""
    if tensor.dim() == 3:
        return tensor.transpose(1, 2)
    return tensor.unsqueeze(1) if tensor.dim() == 2 else tensor
