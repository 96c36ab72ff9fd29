"""What it costs to watch a model of one's own: over the same training step of the bare model."""

import statistics
from collections.abc import Callable, Iterator
from copy import deepcopy
from functools import cache, partial

import torch
from torch import Tensor, nn
from torch.nn import functional

import skipviz as sv
from skipviz.engine.own_model.examples import residual_mlp
from tools.bare import Step
from tools.example_models import GPT2, ResNet18
from tools.table import Row
from tools.timing import ratios, seconds_of

ROUNDS = 6  # of which the first is left out
SHARES_EVERY = 10
Made = tuple[nn.Module, Tensor, Tensor]


class DenseNet(nn.Module):
    """Two blocks in which every layer reads all before it (Huang et al. 2017): 110 skips."""

    def __init__(self, layers: int = 9, growth: int = 12) -> None:
        super().__init__()
        wide = growth * (layers + 1)
        self.first, self.shrink = nn.Conv2d(1, growth, 3, padding=1), nn.Conv2d(wide, growth, 1)
        self.blocks = nn.ModuleList(_dense_block(layers, growth) for _ in range(2))
        self.head = nn.Linear(wide, 10)

    def forward(self, x: Tensor) -> Tensor:
        x = self._joined(0, self.first(x))
        x = self._joined(1, self.shrink(x))
        scores: Tensor = self.head(x.mean((2, 3)))
        return scores

    def _joined(self, block: int, x: Tensor) -> Tensor:
        states = [x]
        layers = self.blocks[block]
        assert isinstance(layers, nn.ModuleList)
        for layer in layers:
            states.append(torch.relu(layer(torch.cat(states, 1))))
        return torch.cat(states, 1)


def _dense_block(layers: int, growth: int) -> nn.ModuleList:
    widths = [growth * (k + 1) for k in range(layers)]
    return nn.ModuleList(nn.Conv2d(width, growth, 3, padding=1) for width in widths)


def _resnet() -> Made:
    return ResNet18(), torch.randn(2, 1, 32, 32), torch.randint(10, (2,))


def _gpt() -> Made:
    text = torch.randint(128, (4, 16))
    return GPT2(context=16, width=64, blocks=6), text, text


def _mlp() -> Made:
    model = residual_mlp(8, 6)
    model[-1] = nn.Linear(8, 4)
    return model, torch.randn(16, 8), torch.randint(4, (16,))


def _dense() -> Made:
    return DenseNet(), torch.randn(2, 1, 16, 16), torch.randint(10, (2,))


# name: (how it is made, steps in a round, budget of a watched step)
MODELS: dict[str, tuple[Callable[[], Made], int, float]] = {
    "ResNet-18 on 32x32": (_resnet, 4, 1.10),
    "DenseNet, 18 layers, 110 skips": (_dense, 12, 1.30),
    "GPT, 6 blocks of 64": (_gpt, 20, 1.30),
    "MLP, 6 blocks of 8": (_mlp, 200, 1.30),
}
SHARES_BUDGET = 1.3
RECORDING_BUDGET = {"ResNet-18 on 32x32": 3.0}  # where a step takes 60 ms; once 0.1 s elsewhere


@cache
def _made(name: str) -> Made:
    torch.manual_seed(0)
    return MODELS[name][0]()


def _training(model: nn.Module, x: Tensor, y: Tensor) -> Step:
    """A step as anybody writes it."""
    optimizer = torch.optim.SGD(model.parameters(), lr=1e-3, momentum=0.9)

    def step() -> None:
        optimizer.zero_grad()
        loss = functional.cross_entropy(model(x).flatten(0, -2), y.flatten())
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()

    return step


def watch_rows() -> Iterator[Row]:
    """Norms of all layers at every step; and the shares of all skips at every tenth."""
    for name, (_, steps, budget) in MODELS.items():
        model, x, y = _made(name)
        bare, *watched = (deepcopy(model) for _ in range(3))
        unit = _training(bare, x, y)
        contenders = {
            f"{name}, {what}": _training(each, x, y)
            for what, each in zip(("norms", "and shares"), watched, strict=True)
        }
        with sv.watch(watched[0]), sv.watch(watched[1], shares_every=SHARES_EVERY):
            for step in (unit, *contenders.values()):
                seconds_of(step, 3 * SHARES_EVERY)  # skips are found, what comes once is over
            milliseconds = 1000 * seconds_of(unit, steps) / steps
            measured = ratios(unit, contenders, ROUNDS, steps)
        for (what, value), most in zip(measured.items(), (budget, SHARES_BUDGET), strict=True):
            yield Row(f"{what} ({milliseconds:.1f} ms)", value, most)


def recording_rows() -> Iterator[Row]:
    """The first forward pass, in which the skips are found, over one that is bare."""
    for name in MODELS:
        model, x, _ = _made(name)
        found = [_recorded(model, x) / seconds_of(partial(model, x), 1) for _ in range(ROUNDS)]
        yield Row(
            f"{name}, recorded forward", statistics.median(found[1:]), RECORDING_BUDGET.get(name)
        )


def _recorded(model: nn.Module, x: Tensor) -> float:
    with sv.watch(model) as watch:
        return seconds_of(lambda: (model(x), watch.skips), 1)
