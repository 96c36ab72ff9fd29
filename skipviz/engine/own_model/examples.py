"""A small model to try things on: that of the examples in docstrings."""

import torch
from torch import Tensor, nn


class Block(nn.Module):
    """x + W2 relu(W1 x)."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.up, self.down = nn.Linear(width, 2 * width), nn.Linear(2 * width, width)

    def forward(self, x: Tensor) -> Tensor:
        """(.., width) to the same."""
        branch: Tensor = self.down(torch.relu(self.up(x)))
        return x + branch


def residual_mlp(width: int = 8, blocks: int = 3) -> nn.Sequential:
    """A linear layer, residual blocks, a linear layer: (batch, width) to (batch, 1)."""
    inside = [Block(width) for _ in range(blocks)]
    return nn.Sequential(nn.Linear(width, width), *inside, nn.Linear(width, 1))
