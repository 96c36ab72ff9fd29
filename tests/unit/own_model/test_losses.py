"""A loss that the model computes itself compares; a residual before a head without weights adds."""

from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F

import skipviz as sv
from skipviz.engine.own_model.watch import Watch

NOTE = "for a number alone: a loss, no skip."
Forward = Callable[[nn.Module, Tensor], object]


class Model(nn.Module):
    """`f` and `g` keep the width; the forward pass is given."""

    def __init__(self, forward: Forward) -> None:
        super().__init__()
        self.f, self.g = (nn.Sequential(nn.Linear(8, 16), nn.ReLU(), nn.Linear(16, 8))
                          for _ in range(2))  # fmt: skip
        self.way = forward

    def forward(self, x: Tensor) -> object:
        return self.way(self, x)


def watched(forward: Forward, shares_every: int = 0) -> tuple[Watch, Model]:
    model = Model(forward)
    with sv.watch(model, shares_every) as watch:
        loss_of(model(torch.randn(4, 8))).backward()  # type: ignore[no-untyped-call]
    return watch, model


def loss_of(out: object) -> Tensor:
    found = out["loss"] if isinstance(out, dict) else out[0] if isinstance(out, tuple) else out
    assert isinstance(found, Tensor)
    return found


def autoencoder(model: nn.Module, x: Tensor) -> object:
    out = model.g(model.f(x))
    return ((out - x) ** 2).mean(), out


def masked(model: nn.Module, x: Tensor) -> object:
    """As ViT-MAE: patches with their mean and variance taken out, a mask, named outputs."""
    out = model.f(x + model.g(x))
    target = (x - x.mean(-1, keepdim=True)) / (x.var(-1, keepdim=True) + 1e-6) ** 0.5
    mask = (x[:, 0] > 0).float()
    loss = ((((out - target) ** 2).mean(-1)) * mask).sum() / mask.sum().clamp(min=1)
    return {"loss": loss, "logits": out.unflatten(1, (2, 4))}


def without_bottleneck(model: nn.Module, x: Tensor) -> object:
    """The last residual, then a head without weights, whose logits are returned."""
    logits = (x + model.f(x)).unflatten(1, (4, 2)).mean(2)
    return F.cross_entropy(logits, torch.arange(4)), logits


def denoiser(model: nn.Module, x: Tensor) -> object:
    out = x - model.f(x)
    return (out**2).mean(), out


def number_alone(model: nn.Module, x: Tensor) -> object:
    """Whether this is an energy or a loss cannot be told: it stays a skip."""
    return (x + model.f(x)).square().mean()


def weighed(model: nn.Module, x: Tensor) -> object:
    """A difference that a layer judges is no loss."""
    out = model.f(x)
    return model.g(x - out).mean(), out


def with_hidden_states(model: nn.Module, x: Tensor) -> object:
    first = x + model.f(x)
    second = first + model.g(first)
    return second.square().mean(), (first, second)


def with_its_branch_inside(model: nn.Module, x: Tensor) -> object:
    """What is returned beside the number is made before the branch, not of it."""
    inner = model.f[0](x)
    return (x + model.f[2](inner.relu())).mean(), inner


@pytest.mark.parametrize(("forward", "skips"), [(autoencoder, 0), (masked, 1)])
def test_what_is_compared_for_a_number_alone_is_a_loss(forward: Forward, skips: int) -> None:
    watch, model = watched(forward, shares_every=1)
    assert watch.skips.kinds() == ({"add": skips} if skips else {})
    assert watch.notes[0].endswith(NOTE)
    with watch:  # what was withdrawn is not found again, and no arm touches it
        x = torch.randn(4, 8)
        whole = loss_of(model(x))
        with watch.arm("plain"):
            cut = loss_of(model(x))
    assert bool(whole == cut) == (skips == 0)
    assert watch.skips.merges == skips


@pytest.mark.parametrize(
    ("forward", "skips"),
    [
        (without_bottleneck, 1),
        (denoiser, 1),
        (number_alone, 1),
        (weighed, 1),
        (with_hidden_states, 2),
        (with_its_branch_inside, 1),
    ],
)
def test_what_the_model_returns_or_goes_on_with_is_a_skip(forward: Forward, skips: int) -> None:
    watch, _ = watched(forward)
    assert watch.skips.kinds() == {"add": skips}
    assert not any(note.endswith(NOTE) for note in watch.notes)


def test_a_loss_in_front_of_a_later_skip_keeps_its_number() -> None:
    """Numbers of skips are given as they are met: what is in front of one that stays, stays."""

    def forward(model: nn.Module, x: Tensor) -> object:
        out = model.f(x)
        loss = (out - x).square().mean()
        return loss, out, x + model.g(x)

    watch, _ = watched(forward)
    assert [skip.index for skip in watch.skips] == [0, 1]
