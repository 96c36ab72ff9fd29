"""The share of a gradient that came through a skip, against hand-written forks, in float64."""

from collections.abc import Callable

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

import skipviz as sv
from tests.unit.own_model.zoo.case import Case, rows
from tests.unit.own_model.zoo.convolutional import BasicBlock, DenseBlock, Shuffle
from tests.unit.own_model.zoo.picture_to_picture import UNet
from tests.unit.own_model.zoo.sequences import Albert
from tests.unit.own_model.zoo.sums import Addmm, DataDependent, DropPath, Highway, InPlace


class Forks:
    """Copies of states by which alone a skip leaves."""

    def __init__(self) -> None:
        self.pairs: list[tuple[Tensor, Tensor]] = []

    def leave(self, state: Tensor) -> Tensor:
        copy = state.clone()
        state.retain_grad()
        copy.retain_grad()
        self.pairs.append((state, copy))
        return copy

    def shares(self) -> list[float]:
        found = []
        for state, copy in self.pairs:
            assert state.grad is not None
            assert copy.grad is not None
            found.append(float((copy.grad * state.grad).sum() / state.grad.square().sum()))
        return found


def sums(model: nn.Module, x: Tensor, forks: Forks) -> Tensor:
    assert isinstance(model, DataDependent)
    x = model.start(x)
    for block in model.blocks:
        x = forks.leave(x) + torch.relu(block(x))
    return x


def in_place(model: nn.Module, x: Tensor, forks: Forks) -> Tensor:
    assert isinstance(model, InPlace)
    x = model.start(x) * 1.0
    for layer in model.layers:
        y = layer(torch.tanh(x))
        y = {"add_": 0.5 * y, "-=": -y, "addcmul": 0.5 * y}.get(model.form, y)
        x = forks.leave(x) + y
    return x


def highway(model: nn.Module, x: Tensor, forks: Forks) -> Tensor:
    assert isinstance(model, Highway)
    x = x * 1.0
    for h, t in zip(model.h, model.t, strict=True):
        gate = torch.sigmoid(t(x))
        x = torch.tanh(h(x)) * gate + forks.leave(x) * (1 - gate)
    return x


def addmm(model: nn.Module, x: Tensor, forks: Forks) -> Tensor:
    assert isinstance(model, Addmm)
    x = model.start(x)
    for weight in model.weights:
        x = forks.leave(x) + torch.tanh(x) @ weight
    return x


def projections(model: nn.Module, x: Tensor, forks: Forks) -> Tensor:
    assert isinstance(model, nn.Sequential)
    x = model[0](x)
    for block in list(model)[1:]:
        assert isinstance(block, BasicBlock)
        assert block.down is not None
        out = F.relu(block.bn1(block.conv1(x)))
        x = F.relu(block.bn2(block.conv2(out)) + block.down(forks.leave(x)))
    return x


def unet(model: nn.Module, x: Tensor, forks: Forks) -> Tensor:
    assert isinstance(model, UNet)
    x, kept = F.relu(model.stem(x)), []
    for conv in model.down:
        kept.append(x)
        x = F.relu(conv(F.max_pool2d(x, 2)))
    for conv, skip in zip(reversed(model.up), reversed(kept), strict=True):
        x = F.relu(conv(torch.cat([forks.leave(skip), F.interpolate(x, scale_factor=2)], 1)))
    return model.head(x)


def dense(model: nn.Module, x: Tensor, forks: Forks) -> Tensor:
    assert isinstance(model, nn.Sequential)
    features = [model[0](x)]
    block = model[1]
    assert isinstance(block, DenseBlock)
    for layer in block.layers:
        features.append(layer([*map(forks.leave, features[:-1]), features[-1]]))
    return torch.cat([*map(forks.leave, features[:-1]), features[-1]], 1)


def wide(*blocks: nn.Module) -> Callable[[], nn.Module]:
    return lambda: nn.Sequential(nn.Conv2d(4, 4, 1), *blocks)


ROWS, IMAGE = (4, 8), (2, 4, 8, 8)
WAYS: dict[
    str,
    tuple[Callable[[], nn.Module], Callable[[nn.Module, Tensor, Forks], Tensor], tuple[int, ...]],
] = {
    "x = x + f(x)": (DataDependent, sums, ROWS),
    **{f"x {form} f(x)": (lambda form=form: InPlace(form), in_place, ROWS)
       for form in ("+=", "branch +=", "add_", "-=", "index_add_", "addcmul")},
    "highway": (lambda: nn.Sequential(nn.Linear(8, 8), Highway()),
                lambda m, x, forks: highway(m[1], m[0](x), forks), ROWS),  # type: ignore[index]
    "highway by lerp": (lambda: nn.Sequential(nn.Linear(8, 8), Highway(form="lerp")),
                        lambda m, x, forks: highway(m[1], m[0](x), forks), ROWS),  # type: ignore[index]
    "addmm": (Addmm, addmm, ROWS),
    "projection": (wide(BasicBlock(4, 8, 2), BasicBlock(8, 6)), projections, IMAGE),
    "unet": (lambda: UNet(), unet, (2, 3, 8, 8)),
    "dense block": (wide(DenseBlock(4, 3, 4)), dense, IMAGE),
}  # fmt: skip


@pytest.mark.parametrize("name", WAYS)
def test_shares_are_those_of_a_fork_by_hand(name: str) -> None:
    torch.manual_seed(1)
    make, by_hand, shape = WAYS[name]
    model, x = make().double(), torch.randn(shape).double()
    with sv.watch(model, shares_every=1) as watch:
        model(x.clone()).square().sum().backward()
        model(x.clone()).square().sum().backward()
    forks = Forks()
    by_hand(model, x.clone(), forks).square().sum().backward()
    expected = sorted(forks.shares())
    measured = watch.shares()
    assert measured.shape == (2, len(expected))
    np.testing.assert_allclose(np.sort(measured), [expected, expected], rtol=1e-10)


@pytest.mark.parametrize("size", [1e-30, 1e-10, 1e10, 1e30])
def test_shares_do_not_depend_on_the_size_of_the_loss(size: float) -> None:
    torch.manual_seed(0)
    model, x = DataDependent(2), torch.randn(4, 8)
    with sv.watch(model, shares_every=1) as watch:
        for factor in (1.0, size):
            (model(x).square().sum() * factor).backward()
    one, other = watch.shares()
    np.testing.assert_allclose(other, one, rtol=1e-5)


def test_what_is_cut_has_a_share_of_zero() -> None:
    model, x = DataDependent(), torch.randn(4, 8)
    with sv.watch(model, shares_every=1) as watch:
        model(x).square().sum().backward()
        with watch.arm("plain", only=watch.skips[2:4]):
            model(x).square().sum().backward()
    shares = watch.shares()[1]
    assert shares[[2, 3]].tolist() == [0.0, 0.0]
    assert (shares[[0, 1, 4, 5]] != 0).all()


def test_the_uses_of_a_shared_layer_have_one_share() -> None:
    torch.manual_seed(0)
    case = Case(Albert, rows(), {})
    model, ids = case.make().double().eval(), torch.randint(0, 11, (2, 6))
    with sv.watch(model, shares_every=1) as watch:
        model(ids).square().sum().backward()
    forks = Forks()
    assert isinstance(model, Albert)
    x, layer = model.embed(ids), model.layer
    for _ in range(4):
        x = forks.leave(x) + layer.attn(layer.ln1(x), causal=True)
        x = forks.leave(x) + layer.down(F.gelu(layer.up(layer.ln2(x))))
    model.head(x).square().sum().backward()
    for skip in range(2):
        pairs = forks.pairs[skip::2]
        products = [float((b.grad * a.grad).sum()) for a, b in pairs]  # type: ignore[operator]
        totals = [float(a.grad.square().sum()) for a, _ in pairs]  # type: ignore[union-attr]
        assert watch.shares()[0, skip] == pytest.approx(sum(products) / sum(totals), rel=1e-10)


def test_shares_are_measured_when_they_are_due() -> None:
    model, x = DataDependent(), torch.randn(4, 8)
    with sv.watch(model, shares_every=3) as watch:
        for _ in range(7):
            model(x).square().sum().backward()
    assert watch.share_steps().tolist() == [0, 3, 6]
    assert np.isfinite(watch.shares()).all()


def test_a_piece_has_no_share_and_an_input_without_gradient_has_none() -> None:
    shuffle, image = Shuffle(), torch.randn(2, 3, 8, 8)
    with sv.watch(shuffle, shares_every=1) as watch:
        for _ in range(2):
            shuffle(image).square().sum().backward()
    assert np.isnan(watch.shares()).all()


def test_a_branch_scaled_by_zero_leaves_all_to_the_skip() -> None:
    """The shares of all that reads a state add up to 1."""
    model, x = DropPath(scale=0.0, drop=0.0), torch.randn(4, 8)
    with sv.watch(model, shares_every=1) as watch:
        model(x).square().sum().backward()
    np.testing.assert_allclose(watch.shares(), 1.0, rtol=1e-6)
