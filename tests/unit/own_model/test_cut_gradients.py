"""Gradients with skips cut, against models written without them by hand, in float64."""

import math
from collections.abc import Callable, Sequence

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn

import skipviz as sv
from skipviz.engine.own_model.watch import Watch
from tests.unit.own_model.zoo.convolutional import BasicBlock, DenseBlock
from tests.unit.own_model.zoo.picture_to_picture import DnCNN, UNet
from tests.unit.own_model.zoo.sequences import GPT, GPTBlock
from tests.unit.own_model.zoo.sums import (
    Addmm,
    DataDependent,
    DropPath,
    Highway,
    InPlace,
    ReZero,
    SliceAssignment,
    ZeroNorm,
)

Forward = Callable[[nn.Module, Tensor], Tensor]


@pytest.fixture(autouse=True)
def _seed() -> None:
    torch.manual_seed(3)


def gradients(model: nn.Module, out: Tensor) -> list[Tensor]:
    model.zero_grad()
    out.square().sum().backward()
    return [torch.zeros_like(p) if p.grad is None else p.grad.clone() for p in model.parameters()]


def watched(model: nn.Module, x: Tensor, arm: str, only: str | None = None) -> list[Tensor]:
    """The gradients that the loop sees in an arm."""
    with sv.watch(model) as watch:
        model(x.clone()).square().sum().backward()
        skips = watch.skips[only] if only else None
        with watch.arm(arm, only=skips):
            found = gradients(model, model(x.clone()))
        norms = watch.gradient_norms()[-1]
        for layer, norm in zip(watch.layers, norms, strict=True):
            named = dict(model.named_parameters())
            parts = [named[name].grad for name in layer.weights]
            squares = [0.0 if part is None else part.square().sum().item() for part in parts]
            assert norm == pytest.approx(math.sqrt(sum(squares)), rel=1e-12)
    return found


def assert_same(found: Sequence[Tensor], expected: Sequence[Tensor]) -> None:
    for mine, true in zip(found, expected, strict=True):
        torch.testing.assert_close(mine, true, rtol=1e-12, atol=1e-13)


def in_place(model: nn.Module, x: Tensor) -> Tensor:
    assert isinstance(model, InPlace)
    x = model.start(x)
    for layer in model.layers:
        y = layer(torch.tanh(x))
        x = {"add_": 0.5 * y, "-=": -y, "addcmul": 0.5 * y}.get(model.form, y)
    return x


def without_sums(model: nn.Module, x: Tensor) -> Tensor:
    assert isinstance(model, DataDependent)
    x = model.start(x)
    for block in model.blocks:
        x = torch.relu(block(x))
    return x


def gpt_block(model: nn.Module, x: Tensor) -> Tensor:
    assert isinstance(model, GPTBlock)
    x = model.attn(model.ln1(x), causal=True)
    return model.down(F.gelu(model.up(model.ln2(x))))


def basic_block(model: nn.Module, x: Tensor) -> Tensor:
    assert isinstance(model, BasicBlock)
    out = F.relu(model.bn1(model.conv1(x)))
    return F.relu(model.bn2(model.conv2(out)))


def dense_block(model: nn.Module, x: Tensor) -> Tensor:
    """All of a concatenation but its latest state is zero."""
    assert isinstance(model, DenseBlock)
    features = [x]
    for layer in model.layers:
        kept = [torch.zeros_like(each) for each in features[:-1]]
        features.append(layer([*kept, features[-1]]))
    return torch.cat([*(torch.zeros_like(each) for each in features[:-1]), features[-1]], 1)


def unet(model: nn.Module, x: Tensor) -> Tensor:
    assert isinstance(model, UNet)
    x, kept = F.relu(model.stem(x)), []
    for conv in model.down:
        kept.append(x)
        x = F.relu(conv(F.max_pool2d(x, 2)))
    for conv, skip in zip(reversed(model.up), reversed(kept), strict=True):
        wide = F.interpolate(x, scale_factor=2)
        x = F.relu(conv(torch.cat([torch.zeros_like(skip), wide], 1)))
    return model.head(x)


def highway(model: nn.Module, x: Tensor) -> Tensor:
    assert isinstance(model, Highway)
    for h, t in zip(model.h, model.t, strict=True):
        x = torch.tanh(h(x)) * torch.sigmoid(t(x))
    return x


def highway_unscaled(model: nn.Module, x: Tensor) -> Tensor:
    assert isinstance(model, Highway)
    for h in model.h:
        x = torch.tanh(h(x))
    return x


def rezero(model: nn.Module, x: Tensor) -> Tensor:
    assert isinstance(model, ReZero)
    x = model.start(x)
    for layer, alpha in zip(model.layers, model.alpha, strict=True):
        x = alpha * torch.relu(layer(x))
    return model.head(x)


def rezero_unscaled(model: nn.Module, x: Tensor) -> Tensor:
    assert isinstance(model, ReZero)
    x = model.start(x)
    for layer in model.layers:
        x = torch.relu(layer(x))
    return model.head(x)


def drop_path_unscaled(model: nn.Module, x: Tensor) -> Tensor:
    assert isinstance(model, DropPath)
    x = model.start(x)
    for layer in model.layers:
        x = layer(torch.tanh(x))
    return x


def zero_norm_unscaled(model: nn.Module, x: Tensor) -> Tensor:
    assert isinstance(model, ZeroNorm)
    x = model.start(x)
    for layer, norm in zip(model.layers, model.norms, strict=True):
        out = F.batch_norm(layer(x), None, None, torch.ones(8).to(x), norm.bias, training=True)
        x = torch.relu(out)
    return model.head(x)


def addmm(model: nn.Module, x: Tensor) -> Tensor:
    assert isinstance(model, Addmm)
    x = model.start(x)
    for weight in model.weights:
        x = torch.tanh(x) @ weight
    return x


def slice_assignment(model: nn.Module, x: Tensor) -> Tensor:
    assert isinstance(model, SliceAssignment)
    x = torch.tanh(model.start(x))
    if model.form == "concat":
        return torch.cat([torch.zeros_like(x), model.a(x)], 1)
    return torch.cat([model.a(x), x[:, 4:]], 1)


ROWS, IMAGE = (4, 8), (2, 4, 8, 8)
CUT: dict[str, tuple[Callable[[], nn.Module], Forward, tuple[int, ...], str]] = {
    **{f"x {form} f(x)": (lambda form=form: InPlace(form), in_place, ROWS, "plain")
       for form in ("+=", "branch +=", "add_", "-=", "index_add_", "addcmul")},
    "x = x + f(x)": (DataDependent, without_sums, ROWS, "plain"),
    "gpt block": (lambda: GPTBlock(8), gpt_block, (2, 5, 8), "plain"),
    "basic block": (lambda: BasicBlock(4, 4), basic_block, IMAGE, "plain"),
    "basic block with projection": (lambda: BasicBlock(4, 8, 2), basic_block, IMAGE, "plain"),
    "basic block, nothing to unscale": (lambda: BasicBlock(4, 4), basic_block, IMAGE,
                                        "plain_unscaled"),
    "dense block": (lambda: DenseBlock(4, 3, 4), dense_block, IMAGE, "plain"),
    "unet": (UNet, unet, (2, 3, 8, 8), "plain"),
    "dncnn": (DnCNN, lambda m, x: -m.body(x), (2, 3, 8, 8), "plain"),
    "highway": (Highway, highway, ROWS, "plain"),
    "highway by lerp": (lambda: Highway(form="lerp"), highway, ROWS, "plain"),
    "highway, gates at 1": (Highway, highway_unscaled, ROWS, "plain_unscaled"),
    "lerp, gates at 1": (lambda: Highway(form="lerp"), highway_unscaled, ROWS, "plain_unscaled"),
    "rezero": (lambda: ReZero(alpha=0.5), rezero, ROWS, "plain"),
    "rezero, scales at 1": (ReZero, rezero_unscaled, ROWS, "plain_unscaled"),
    "alpha= at 1": (lambda: InPlace("add_"), lambda m, x: in_place(m, x) * 2**6, ROWS,
                    "plain_unscaled"),
    "drop-path and layer scale off": (lambda: DropPath(), drop_path_unscaled, ROWS,
                                      "plain_unscaled"),
    "last norm at 1": (ZeroNorm, zero_norm_unscaled, ROWS, "plain_unscaled"),
    "addmm": (Addmm, addmm, ROWS, "plain"),
    "baddbmm": (lambda: Addmm(batched=True), addmm, (2, 5, 8), "plain"),
    **{f"slices, {form}": (lambda form=form: SliceAssignment(form), slice_assignment, ROWS, "plain")
       for form in ("sum", "+=", "concat")},
}  # fmt: skip
CUT.pop("alpha= at 1")


@pytest.mark.parametrize("name", CUT)
def test_cut_is_the_model_without_skips(name: str) -> None:
    make, forward, shape, arm = CUT[name]
    model, x = make().double(), torch.randn(shape).double()
    for module in model.modules():
        if isinstance(module, nn.Dropout):
            module.p = 0.0
    expected = gradients(model, forward(model, x))
    assert_same(watched(model, x, arm), expected)
    assert any(bool(each.any()) for each in expected)


def test_alpha_of_add_is_taken_for_one() -> None:
    model, x = InPlace("add_").double(), torch.randn(4, 8).double()

    def forward(model: InPlace, x: Tensor) -> Tensor:
        x = model.start(x)
        for layer in model.layers:
            x = layer(torch.tanh(x))
        return x

    assert_same(watched(model, x, "plain_unscaled"), gradients(model, forward(model, x)))


def test_one_block_is_cut_and_the_others_are_not() -> None:
    model, ids = GPT().double().eval(), torch.randint(0, 11, (2, 6))
    norm = model.norm

    def forward() -> Tensor:
        x = model.wte(ids) + model.wpe(torch.arange(6))
        for k, block in enumerate(model.h):
            x = gpt_block(block, x) if k == 1 else block(x)
        return model.head(norm(x))

    expected = gradients(model, forward())
    with sv.watch(model) as watch:
        model(ids).sum().backward()
        with watch.arm("plain", only=watch.skips["h.1"]):
            assert_same(gradients(model, model(ids)), expected)


class _Detached(torch.autograd.Function):
    """f on the value, b on the gradient: the definition of the arms, by hand."""

    @staticmethod
    def forward(ctx: object, x: Tensor, f: float, b: float) -> Tensor:
        ctx.b = b  # type: ignore[attr-defined]
        return f * x

    @staticmethod
    def backward(ctx: object, gradient: Tensor) -> tuple[Tensor, None, None]:
        return ctx.b * gradient, None, None  # type: ignore[attr-defined]


@settings(max_examples=25, deadline=None)
@given(
    forward=st.floats(-2, 2), backward=st.floats(-2, 2), width=st.integers(1, 6),
    depth=st.integers(1, 4), batch=st.integers(1, 4), form=st.sampled_from(["+=", "sum"]),
)  # fmt: skip
def test_gains_of_ones_own(
    forward: float, backward: float, width: int, depth: int, batch: int, form: str
) -> None:
    """Of any width, depth and batch, v = f x + b (x - sg x) as the playground has it."""

    class Model(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.layers = nn.ModuleList(nn.Linear(width, width) for _ in range(depth))

        def forward(self, x: Tensor) -> Tensor:
            x = x * 1.0
            for layer in self.layers:
                y = layer(torch.tanh(x))
                if form == "+=":
                    x += y
                else:
                    x = x + y
            return x

    model, x = Model().double(), torch.randn(batch, width).double()
    h = x * 1.0
    for layer in model.layers:
        h = _Detached.apply(h, forward, backward) + layer(torch.tanh(h))
    expected = gradients(model, h)
    with Watch(model) as watch:
        model(x).sum().backward()
        with watch.arm(sv.Arm(name="own", forward=forward, backward=backward)):
            found = gradients(model, model(x))
    assert_same(found, expected)


@pytest.mark.parametrize(("arm", "gains"), [("gradient_only", (0, 1)), ("forward_only", (1, 0))])
def test_signal_and_gradient_apart(arm: str, gains: tuple[float, float]) -> None:
    model, x = DataDependent().double(), torch.randn(4, 8).double()
    h = model.start(x)
    for block in model.blocks:
        h = _Detached.apply(h, *gains) + torch.relu(block(h))
    expected = gradients(model, h)
    assert_same(watched(model, x, arm), expected)


def test_a_shared_layer_is_cut_in_all_its_uses() -> None:
    class Shared(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.block = DataDependent(1)

        def forward(self, x: Tensor) -> Tensor:
            for _ in range(3):
                x = self.block(x)
            return x

    model, x = Shared().double(), torch.randn(4, 8).double()
    h = x
    for _ in range(3):
        h = torch.relu(model.block.blocks[0](model.block.start(h)))
    assert_same(watched(model, x, "plain"), gradients(model, h))


def test_what_is_zeroed_takes_nan_with_it() -> None:
    class Poisoned(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.first, self.second = nn.Linear(4, 4), nn.Linear(4, 4)

        def forward(self, x: Tensor) -> Tensor:
            h = self.first(x)
            return h / 0.0 * 0.0 + self.second(h)

    model, x = Poisoned(), torch.ones(2, 4)
    with sv.watch(model) as watch:
        model(x).sum().backward()
        with watch.arm("plain"):
            assert torch.isfinite(model(x)).all()
