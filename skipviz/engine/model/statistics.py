"""The running statistics of batch norms, set by hand."""

import torch
from torch import Tensor

from skipviz.engine.model.norms import MOMENTUM
from skipviz.engine.model.stack import Stack


@torch.no_grad()
def freeze_batch_norm(stack: Stack, x: Tensor) -> None:
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
