"""RMS and weight norm, activations with omega, one-sided padding: against torch, same weights."""

from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.nn.utils.parametrizations import weight_norm

from skipviz.engine.model import Model
from skipviz.network import Network
from skipviz.types import Shape

Fields = dict[str, Any]
VECTOR, SEQUENCE, IMAGE = (6,), (7, 4), (4, 6, 5)
LINEAR = {"activation": "identity"}
LENGTHS, DIRECTIONS = "parametrizations.weight.original0", "parametrizations.weight.original1"


def close(found: Tensor, expected: Tensor) -> bool:
    return found.shape == expected.shape and torch.allclose(found, expected, rtol=0, atol=1e-12)


def model_of(fields: Fields, shape: Shape) -> Model:
    """A network of one such layer, in double precision and with disturbed weights."""
    model = Model(Network.of(layers=[fields], defaults=LINEAR).on(shape, 3), dtype=torch.float64)
    stream = torch.Generator().manual_seed(2)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter += 0.3 * torch.randn(parameter.shape, dtype=torch.float64, generator=stream)
    return model


def samples(shape: Shape) -> Tensor:
    stream = torch.Generator().manual_seed(1)
    return torch.randn(5, *shape, dtype=torch.float64, generator=stream).requires_grad_()


def own(model: Model, name: str) -> nn.Parameter:
    return model.get_parameter(f"layer1.{name}")


def channels_first(module: Callable[[Tensor], Tensor], x: Tensor) -> Tensor:
    return module(x.transpose(1, 2)).transpose(1, 2) if x.dim() == 3 else module(x)


def channels_last(module: nn.Module, x: Tensor) -> Tensor:
    return module(x.movedim(1, -1)).movedim(-1, 1) if x.dim() == 4 else module(x)


@pytest.mark.parametrize("shape", [VECTOR, SEQUENCE, IMAGE])
def test_rms_norm_is_that_of_torch_over_the_channels(shape: Shape) -> None:
    model, x = model_of({"kind": "identity", "norm": "rms"}, shape), samples(shape)
    count = shape[-1] if len(shape) == 2 else shape[0]
    module = nn.RMSNorm(count, eps=1e-5).double()
    module.load_state_dict({"weight": own(model, "norm_weight").detach()})
    assert {name for name, _ in model.get_submodule("layer1").named_parameters()} == {"norm_weight"}
    assert close(model.states(x)[1], channels_last(module, x))


MAPS: dict[str, tuple[Fields, Shape, Callable[[], nn.Module]]] = {
    "dense": ({"kind": "dense", "width": 3}, VECTOR, lambda: nn.Linear(6, 3)),
    "conv1d": (
        {"kind": "conv1d", "channels": 6, "groups": 2},
        SEQUENCE,
        lambda: nn.Conv1d(4, 6, 3, padding=1, groups=2),
    ),
    "conv2d": ({"kind": "conv2d", "channels": 3}, IMAGE, lambda: nn.Conv2d(4, 3, 3, padding=1)),
    "conv_transpose2d": (
        {"kind": "conv_transpose2d", "channels": 3, "bias": False},
        IMAGE,
        lambda: nn.ConvTranspose2d(4, 3, 2, 2, bias=False),
    ),
}


@pytest.mark.parametrize("kind", MAPS)
def test_weight_norm_is_torchs_parametrization(kind: str) -> None:
    fields, shape, make = MAPS[kind]
    model, x = model_of({**fields, "norm": "weight"}, shape), samples(shape)
    module = weight_norm(make().double())
    bias = {"bias": own(model, "bias").detach()} if fields.get("bias", True) else {}
    tensors = {LENGTHS: "weight_length", DIRECTIONS: "weight"}
    module.load_state_dict({n: own(model, t).detach() for n, t in tensors.items()} | bias)
    found, expected = model.states(x)[1], channels_first(module, x)
    assert close(found, expected)
    weights = torch.linspace(-1, 1, found.numel(), dtype=torch.float64).view(found.shape)
    ours = [own(model, "weight_length"), own(model, "weight"), x]
    theirs = [module.get_parameter(LENGTHS), module.get_parameter(DIRECTIONS), x]
    of_ours = torch.autograd.grad((found * weights).sum(), ours)
    of_theirs = torch.autograd.grad((expected * weights).sum(), theirs)
    assert all(close(a, b) for a, b in zip(of_ours, of_theirs, strict=True))


@pytest.mark.parametrize("kind", [*MAPS, "feed_forward", "attention"])
def test_lengths_start_at_those_of_the_weights_which_change_nothing(kind: str) -> None:
    fields = MAPS[kind][0] if kind in MAPS else {"kind": kind}
    shape = MAPS[kind][1] if kind in MAPS else SEQUENCE
    fields = {**fields, "width": 5} if kind == "feed_forward" else fields
    normed, plain = (
        Model(Network.of(layers=[{**fields, "norm": norm}], defaults=LINEAR).on(shape, 3))
        for norm in ("weight", "none")
    )
    x = samples(shape).float()
    torch.testing.assert_close(normed.states(x)[1], plain.states(x)[1])


NAMED = {
    "relu6": nn.ReLU6,
    "hardswish": nn.Hardswish,
    "hard_sigmoid": nn.Hardsigmoid,
    "selu": nn.SELU,
}


@pytest.mark.parametrize("name", NAMED)
@pytest.mark.parametrize("order", ["post", "pre"])
def test_activations_are_those_of_torch(name: str, order: str) -> None:
    fields = {"kind": "dense", "width": 6, "activation": name, "order": order}
    model = model_of(fields, VECTOR)
    x = 4 * samples(VECTOR)
    linear = nn.Linear(6, 6).double()
    linear.load_state_dict(model.get_submodule("layer1").state_dict())
    act = NAMED[name]()
    assert close(model.states(x)[1], linear(act(x)) if order == "pre" else act(linear(x)))


@pytest.mark.parametrize("order", ["post", "pre"])
def test_a_sine_has_its_omega_inside(order: str) -> None:
    fields = {"kind": "dense", "width": 6, "activation": "sine", "omega": 30, "order": order}
    model, x = model_of(fields, VECTOR), samples(VECTOR)
    weight, bias = own(model, "weight"), own(model, "bias")
    if order == "pre":
        expected = functional.linear(torch.sin(30 * x), weight, bias)
    else:
        expected = torch.sin(30 * functional.linear(x, weight, bias))
    assert close(model.states(x)[1], expected)


def test_omega_of_a_feed_forward_block_is_that_of_its_inner_sine() -> None:
    fields = {"kind": "feed_forward", "width": 5, "activation": "sine", "omega": 2.5}
    model, x = model_of(fields, VECTOR), samples(VECTOR)
    inner = functional.linear(x, own(model, "inner_weight"), own(model, "inner_bias"))
    hidden = torch.sin(2.5 * inner)
    expected = functional.linear(hidden, own(model, "outer_weight"), own(model, "outer_bias"))
    assert close(model.states(x)[1], expected)


def test_omega_concerns_sines_alone() -> None:
    plain, other = (Network.mlp(2, 6, "tanh", omega=omega).on((6,), 3) for omega in (1, 7))
    assert torch.equal(Model(plain)(torch.ones(1, 6)), Model(other)(torch.ones(1, 6)))


@pytest.mark.parametrize("sides", ["start", "end"])
@pytest.mark.parametrize(("padding", "width"), [(None, 4), (3, 3)])
def test_padding_lies_on_one_side(sides: str, padding: int | None, width: int) -> None:
    """Of a dilated kernel of 3: all 4 positions that keep the size, or 3 and one is lost."""
    fields = {"kind": "conv1d", "channels": 3, "dilation": 2, "sides": sides, "padding": padding}
    model, x = model_of(fields, SEQUENCE), samples(SEQUENCE)
    margins = (width, 0) if sides == "start" else (0, width)
    padded = functional.pad(x.transpose(1, 2), margins)
    out = functional.conv1d(padded, own(model, "weight"), own(model, "bias"), dilation=2)
    assert close(model.states(x)[1], out.transpose(1, 2))
    assert out.shape[2] == SEQUENCE[0] - (4 - width)


def test_a_strided_convolution_pads_an_image_at_the_end_as_keras_does() -> None:
    """'same' of TensorFlow: 8 positions, kernel 3, stride 2 take one of padding, behind."""
    fields = {"kind": "conv2d", "channels": 3, "stride": 2, "padding": 1, "sides": "end"}
    model, x = model_of(fields, (4, 8, 8)), samples((4, 8, 8))
    padded = functional.pad(x, (0, 1, 0, 1))
    expected = functional.conv2d(padded, own(model, "weight"), own(model, "bias"), stride=2)
    assert close(model.states(x)[1], expected)


def test_padded_at_the_start_no_position_reads_a_later_one() -> None:
    layers = [
        {"kind": "conv1d", "channels": 4, "kernel": 2, "dilation": 2**k, "sides": "start"}
        for k in range(3)
    ]
    network = Network.of(layers=layers, skips=[{"kind": "add", "source": 1, "target": 3}])
    model, x = Model(network.on(SEQUENCE, 3), dtype=torch.float64), samples(SEQUENCE)
    state = model.states(x)[3]
    assert state.shape[1:] == SEQUENCE
    for t in range(SEQUENCE[0]):
        (gradient,) = torch.autograd.grad(state[:, t].sum(), x, retain_graph=True)
        assert gradient[:, t].abs().sum() > 0
        assert gradient[:, t + 1 :].abs().sum() == 0


@pytest.mark.parametrize("kind", ["max_pool", "average_pool"])
@pytest.mark.parametrize(("size", "kernel", "stride", "padding"), [(54, 3, 2, 0), (7, 3, 3, 1)])
def test_a_pool_may_reach_over_the_edge(
    kind: str, size: int, kernel: int, stride: int, padding: int
) -> None:
    fields = {"kind": kind, "kernel": kernel, "stride": stride, "padding": padding, "ceil": True}
    shape = (2, size, size)
    module = nn.MaxPool2d if kind == "max_pool" else nn.AvgPool2d
    x = samples(shape)
    expected = module(kernel, stride, padding, ceil_mode=True)(x)
    assert close(model_of(fields, shape).states(x)[1], expected)
    assert Network.of(layers=[fields]).shapes(shape, 1)[1] == expected.shape[1:]
