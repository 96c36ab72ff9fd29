"""One arm of a network as an ordinary module."""

import torch
from torch import Tensor, nn

from skipviz.arms import STANDARD_ARMS, Arm
from skipviz.model.layout import running
from skipviz.model.plan import Plan
from skipviz.model.stack import initial_weights
from skipviz.network import Network

Shape = tuple[int, ...]


class Model(nn.Module):
    """The network with its skips: x (batch, *input_shape) -> logits (batch, outputs)."""

    def __init__(
        self,
        network: Network,
        input_shape: Shape,
        outputs: int,
        seed: int = 0,
        arm: Arm = STANDARD_ARMS["skip"],
        dtype: torch.dtype = torch.float32,
    ) -> None:
        super().__init__()
        self.plan = Plan(network, [arm.gains(network)])
        weights = initial_weights(network, input_shape, outputs, seed, dtype)
        for name, tensor in weights.items():
            owner, field = name.split(".")
            if owner not in self._modules:
                self.add_module(owner, nn.Module())
            self.get_submodule(owner).register_parameter(field, nn.Parameter(tensor))

    def states(self, x: Tensor) -> list[Tensor]:
        """s_0 .. s_(N+1), each (batch, ..)."""
        tensors = {name: running(tensor[None]) for name, tensor in self.named_parameters()}
        return [state.squeeze(0) for state in self.plan.states(tensors, x.unsqueeze(0))]

    def forward(self, x: Tensor) -> Tensor:
        """Logits (batch, outputs)."""
        return self.states(x)[-1]


def build(network: Network, input_shape: Shape, outputs: int, seed: int = 0) -> Model:
    """The network as an nn.Module with fresh weights; NetworkError when it cannot be built.

    The same seed gives the weights every arm of `skipviz.train` starts from.
    """
    return Model(network, input_shape, outputs, seed)
