"""Layers that do not run in every step: stochastic depth, and ways that hang on the data."""

import copy
from collections.abc import Callable

import numpy as np
import pytest
import torch
from torch import Tensor, nn

import skipviz as sv


class Drop(nn.Module):
    """Stochastic depth, as it is written by hand; `skip` is what the sum takes of its input."""

    def __init__(self, left_out: Callable[[Tensor], bool]) -> None:
        super().__init__()
        self.f = nn.Sequential(
            nn.Linear(8, 8), nn.BatchNorm1d(8), nn.ReLU(inplace=True), nn.Linear(8, 8)
        )
        self.left_out, self.skip = left_out, 1.0

    def forward(self, x: Tensor) -> Tensor:
        if self.training and self.left_out(x):
            return x
        return x + self.f(x) if self.skip == 1 else self.f(x)


def at_random(_: Tensor) -> bool:
    return bool(torch.rand(()) < 0.5)


def by_data(x: Tensor) -> bool:
    return bool(x.detach().sum() < 0)


def loss(model: nn.Module, batch: tuple[Tensor, Tensor]) -> Tensor:
    return (model(batch[0]) - batch[1]).square().mean()


def made(blocks: int, left_out: Callable[[Tensor], bool]) -> nn.Sequential:
    inside = [Drop(left_out) for _ in range(blocks)]
    return nn.Sequential(nn.Linear(8, 8), *inside, nn.Linear(8, 1))


def by_hand(model: nn.Module, batches: list[tuple[Tensor, Tensor]]) -> tuple[list, list]:  # type: ignore[type-arg]
    """Losses, and |dL/dW| by the names of layers; NaN where there is none."""
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
    layers = {name: each for name, each in model.named_modules() if isinstance(each, nn.Linear)}
    losses, norms = [], []
    for batch in batches:
        optimizer.zero_grad()
        value = loss(model, batch)
        value.backward()
        losses.append(value.item())
        norms.append({name: np.nan if each.weight.grad is None else float(each.weight.grad.norm())
                      for name, each in layers.items()})  # fmt: skip
        optimizer.step()
    return losses, norms


@pytest.mark.parametrize(
    ("blocks", "seed", "left_out", "copies"),
    [(2, 1, at_random, 4), (3, 1, at_random, 1), (3, 4, by_data, 4), (2, 2, by_data, 1)],
)
def test_arms_of_a_model_that_leaves_out_layers_are_those_by_hand(
    blocks: int, seed: int, left_out: Callable[[Tensor], bool], copies: int
) -> None:
    """Also where skips are first met in a later step: they are cut in that step as well."""
    torch.manual_seed(seed)
    model = made(blocks, left_out)
    batches = [(x, x.sum(1, keepdim=True)) for x in torch.randn(8, 6, 8)]
    plain = copy.deepcopy(model)
    for each in plain[1:-1]:
        each.skip = 0.0
    truth = []
    for each in (copy.deepcopy(model), plain):
        torch.manual_seed(seed)
        truth.append(by_hand(each, batches))
    torch.manual_seed(seed)
    run = sv.compare(model, loss, batches, steps=8, copies=copies)
    for arm, (losses, norms) in zip(("skip", "plain"), truth, strict=True):
        np.testing.assert_allclose(run.loss(arm), losses, rtol=1e-5)
        expected = [[row[name] for name in run.layer_names] for row in norms]
        np.testing.assert_allclose(run.gradient_norms(arm), expected, rtol=1e-4, atol=1e-7)
    ever = {name for _, norms in truth for row in norms for name in row if row[name] > 0}
    assert set(run.layer_names) == ever
    assert 2 * run.own_skips.merges == len(ever) - 2
    assert "NaN" in run.notes[-1]
    assert "broke down" not in str(run)


class Cat(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.f = nn.Linear(8, 8)

    def forward(self, x: Tensor) -> Tensor:
        return torch.cat([x, self.f(x)], 1)


@pytest.mark.parametrize("drops", [(1, 0, 0, 1, 0, 1), (0, 1, 1, 0, 1, 0)])
def test_the_share_of_a_skip_is_that_of_the_source_in_its_step(drops: tuple[int, ...]) -> None:
    """A share is NaN, never that of another source."""
    left = iter(drops)
    model = nn.Sequential(
        nn.Linear(8, 8), nn.ReLU(), Drop(lambda _: bool(next(left))), Cat(), nn.Linear(16, 1)
    )
    with sv.watch(model, shares_every=1) as watch:
        for x in torch.randn(6, 6, 8):
            model(x).square().mean().backward()
    names = [skip.name for skip in watch.skips]
    assert set(names) == {"1 → 2", "1 → 3", "2 → 3"}
    measured = np.isfinite(watch.shares())
    dropped = np.array(drops, bool)
    assert not (measured[:, names.index("1 → 3")] & ~dropped).any()
    assert not (measured[:, names.index("2 → 3")] & dropped).any()
    assert measured[2:, names.index("1 → 3")].tolist() == dropped[2:].tolist()
    assert measured[2:, names.index("2 → 3")].tolist() == (~dropped[2:]).tolist()
