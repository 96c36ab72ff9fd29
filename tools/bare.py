"""Networks and training loops as anybody would write them: the unit of the benchmark."""

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional

from skipviz import data

Step = Callable[[], object]
Activation = Callable[[Tensor], Tensor]
Skips = tuple[tuple[int, int], ...]


class BareNet(nn.Module):
    """A chain of dense layers with add skips, as anybody would write it."""

    def __init__(
        self, widths: Sequence[int], skips: Skips, activation: Activation = torch.relu
    ) -> None:
        """`widths` from the features to the classes."""
        super().__init__()
        *inner, classes = widths
        self.layers = nn.ModuleList(nn.Linear(a, b) for a, b in pairwise(inner))
        self.readout = nn.Linear(inner[-1], classes)
        self.activation = activation
        self.source = {target: source for source, target in skips}

    def forward(self, x: Tensor) -> Tensor:
        states = [x]
        for k, layer in enumerate(self.layers, start=1):
            h = self.activation(layer(states[-1]))
            states.append(h + states[self.source[k]] if k in self.source else h)
        logits: Tensor = self.readout(states[-1])
        return logits


class BareConvNet(nn.Module):
    """3x3 convolutions with ReLU and add skips, the mean over the image, a linear readout."""

    def __init__(self, depth: int, channels: int, skips: Skips) -> None:
        super().__init__()
        sizes = [1] + [channels] * depth
        self.layers = nn.ModuleList(nn.Conv2d(a, b, 3, padding=1) for a, b in pairwise(sizes))
        self.readout = nn.Linear(channels, 10)
        self.source = {target: source for source, target in skips}

    def forward(self, x: Tensor) -> Tensor:
        states = [x]
        for k, layer in enumerate(self.layers, start=1):
            h = torch.relu(layer(states[-1]))
            states.append(h + states[self.source[k]] if k in self.source else h)
        logits: Tensor = self.readout(states[-1].mean((2, 3)))
        return logits


def bare_loop(net: nn.Module, data_set: str, batch_size: int = 64) -> Step:
    """A training step of a bare network."""
    split = data.load(data_set)
    x, y = torch.from_numpy(split.train_x), torch.from_numpy(split.train_y)
    optimizer = torch.optim.SGD(net.parameters(), lr=0.02, momentum=0.9)
    batches = _batches(len(y), batch_size)

    def step() -> None:
        rows = next(batches)
        loss = functional.cross_entropy(net(x[rows]), y[rows])
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()

    return step


def _batches(samples: int, size: int) -> Iterator[Tensor]:
    generator = torch.Generator().manual_seed(0)
    while True:
        yield from torch.split(torch.randperm(samples, generator=generator), size)[:-1]
