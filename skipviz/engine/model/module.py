"""One arm of a network as an ordinary module."""

import torch
from torch import Tensor, nn

from skipviz.arms import STANDARD_ARMS, Arm
from skipviz.engine.model.layout import running
from skipviz.engine.model.plan import Plan
from skipviz.engine.model.start import initial_statistics, initial_weights
from skipviz.network import Network, ResolvedNetwork
from skipviz.network.given import takes_network
from skipviz.types import Shape


class Model(nn.Module):
    """The network with its skips: x (batch, *input_shape) -> logits (batch, outputs).

    Running statistics of batch norms are buffers: layer3.norm_mean, layer3.norm_var. Dropout
    draws from streams of the model's own, by its seed.
    """

    def __init__(
        self,
        resolved: ResolvedNetwork,
        seed: int = 0,
        arm: Arm = STANDARD_ARMS["skip"],
        dtype: torch.dtype = torch.float32,
    ) -> None:
        super().__init__()
        self._described = resolved.tensors
        network = self.network = resolved.network
        self.plan = Plan(resolved, [arm.gains(network)], [seed])
        weights = initial_weights(resolved, seed, dtype)
        for name, tensor in weights.items():
            self._module(name).register_parameter(name.split(".")[1], nn.Parameter(tensor))
        for name, tensor in initial_statistics(resolved, dtype).items():
            self._module(name).register_buffer(name.split(".")[1], tensor)

    def states(self, x: Tensor) -> list[Tensor]:
        """s_0 .. s_(N+1) of the last time step, each (batch, ..)."""
        return [
            state.squeeze(0) for state in self.plan.states(self._running(), x[None], self.training)
        ]

    def forward(self, x: Tensor) -> Tensor:
        """Logits (batch, outputs)."""
        return self.states(x)[-1]

    def _running(self) -> dict[str, Tensor]:
        """All tensors as the plan wants them, with an axis for the one replica."""
        return dict(self.named_buffers()) | {
            name: running(tensor[None], self._described[name])
            for name, tensor in self.named_parameters()
        }

    def _module(self, name: str) -> nn.Module:
        module = name.split(".")[0]
        if module not in self._modules:
            self.add_module(module, nn.Module())
        return self.get_submodule(module)


@takes_network
def build(network: Network, input_shape: Shape, outputs: int, seed: int = 0) -> Model:
    """The network as an nn.Module with fresh weights; NetworkError when it cannot be built.

    x (batch, *input_shape) -> logits (batch, outputs), float32. The same seed gives the weights
    every arm of `skipviz.train` starts from.

    >>> import skipviz as sv, torch
    >>> network = sv.Network.mlp(depth=3, width=8, skips=((1, 3),))
    >>> model = sv.build(network, input_shape=(64,), outputs=10, seed=0)
    >>> model(torch.zeros(2, 64)).shape
    torch.Size([2, 10])
    """
    return Model(network.on(input_shape, outputs), seed)
