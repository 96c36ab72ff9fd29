"""Every kind of skip against the same formula written out with torch, same weights."""

from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor
from torch.nn import functional

from skipviz.arms import STANDARD_ARMS, Arm
from skipviz.engine.model import Model, Stack
from skipviz.network import Network

Tensors = dict[str, Tensor]
Formula = Callable[[Tensor, Tensor, Tensors], Tensor]
"""From u (the state joined), s (the state read) and the skip's tensors to the new u."""

VECTOR, SEQUENCE, IMAGE = (6,), (8, 4), (4, 6, 6)
BATCH = 5
SAME: dict[int, list[dict[str, Any]]] = {
    1: [{"kind": "dense", "width": 6}],
    2: [{"kind": "conv1d", "channels": 4}],
    3: [{"kind": "conv2d", "channels": 4}],
}
SMALLER: dict[int, list[dict[str, Any]]] = {
    1: [{"kind": "dense", "width": 9}],
    2: [{"kind": "conv1d", "channels": 7, "stride": 2}],
    3: [{"kind": "conv2d", "channels": 7, "stride": 2}],
}


def project(s: Tensor, weight: Tensor, bias: Tensor | None, stride: int = 1) -> Tensor:
    """A linear map of the channels at every stride-th position."""
    if s.dim() == 4:
        return functional.conv2d(s, weight, bias, stride)
    return functional.linear(s[:, ::stride] if s.dim() == 3 else s, weight, bias)


def per_channel(values: Tensor, s: Tensor) -> Tensor:
    return values.view(-1, 1, 1) if s.dim() == 4 else values


def gate(s: Tensor, p: Tensors) -> Tensor:
    return torch.sigmoid(project(s, p["gate_weight"], p["gate_bias"]))


def highway(u: Tensor, s: Tensor, p: Tensors) -> Tensor:
    return gate(s, p) * u + (1 - gate(s, p)) * s


def shortcut_gate(u: Tensor, s: Tensor, p: Tensors) -> Tensor:
    return u + (1 - gate(s, p)) * s


def scaled(u: Tensor, s: Tensor, p: Tensors) -> Tensor:
    return per_channel(p["branch_scale"], u) * u + per_channel(p["shortcut_scale"], u) * s


def padded(u: Tensor, s: Tensor, p: Tensors) -> Tensor:  # noqa: ARG001
    kept = s[..., ::2, ::2] if s.dim() == 4 else s[:, ::2] if s.dim() == 3 else s
    zeros = torch.zeros_like(u)
    if s.dim() == 4:
        zeros[:, : s.shape[1]] = kept
    else:
        zeros[..., : s.shape[-1]] = kept
    return u + zeros


def projected(u: Tensor, s: Tensor, p: Tensors) -> Tensor:
    return u + project(s, p["weight"], p.get("bias"), stride=2)


def activated(u: Tensor, s: Tensor, p: Tensors) -> Tensor:
    v = project(s, p["weight"], p["bias"])
    if s.dim() == 3:
        v = functional.layer_norm(v, v.shape[-1:], p["norm_weight"], p["norm_bias"])
    else:
        v = functional.group_norm(v, 2, p["norm_weight"], p["norm_bias"])
    return u + torch.tanh(v)


def batch_normed(u: Tensor, s: Tensor, p: Tensors) -> Tensor:
    v = project(s, p["weight"], None, stride=2)
    v = v if s.dim() != 3 else v.transpose(1, 2)
    v = functional.batch_norm(v, None, None, p["norm_weight"], p["norm_bias"], training=True)
    return u + (v if s.dim() != 3 else v.transpose(1, 2))


def averaged(u: Tensor, s: Tensor, p: Tensors) -> Tensor:  # noqa: ARG001
    if s.dim() == 4:
        small = functional.adaptive_avg_pool2d(s, u.shape[2:])
        return torch.cat([u, small], 1)
    small = functional.adaptive_avg_pool1d(s.transpose(1, 2), u.shape[1]).transpose(1, 2)
    return torch.cat([u, small], -1)


def nearest(u: Tensor, s: Tensor, p: Tensors) -> Tensor:
    if s.dim() == 4:
        return u + project(functional.interpolate(s, u.shape[2:]), p["weight"], None)
    small = functional.interpolate(s.transpose(1, 2), u.shape[1]).transpose(1, 2)
    return u + project(small, p["weight"], None)


def channel_axis(u: Tensor) -> int:
    return 1 if u.dim() == 4 else -1


LEARNED = {"value": 0.5, "learned": "channel"}
SCALED = {"branch_scale": LEARNED, "shortcut_scale": {"value": 2, "learned": "scalar"}}
EVERYWHERE: dict[str, tuple[dict[str, Any], dict[int, list[dict[str, Any]]], Formula]] = {
    "add": ({"kind": "add"}, SAME, lambda u, s, _: u + s),
    "add with fixed scales": (
        {"kind": "add", "branch_scale": 0.3, "shortcut_scale": -2},
        SAME,
        lambda u, s, _: 0.3 * u - 2 * s,
    ),
    "add with scales of one and more": (
        {"kind": "add", "branch_scale": 1, "shortcut_scale": 2.5},
        SAME,
        lambda u, s, _: u + 2.5 * s,
    ),
    "add with learned scales": ({"kind": "add", **SCALED}, SAME, scaled),
    "projection": ({"kind": "projection"}, SMALLER, projected),
    "projection with bias": ({"kind": "projection", "bias": True}, SMALLER, projected),
    "projection, batch norm": ({"kind": "projection", "norm": "batch"}, SMALLER, batch_normed),
    "pad": ({"kind": "pad"}, SMALLER, padded),
    "gated": ({"kind": "gated", "gate_bias": -1}, SAME, highway),
    "shortcut_gate": ({"kind": "shortcut_gate", "gate_bias": 0.5}, SAME, shortcut_gate),
    "concat": ({"kind": "concat"}, SAME, lambda u, s, _: torch.cat([u, s], channel_axis(u))),
}
AT_POSITIONS: dict[str, tuple[dict[str, Any], dict[int, list[dict[str, Any]]], Formula]] = {
    "concat, averaged": ({"kind": "concat", "resize": "average"}, SMALLER, averaged),
    "projection, nearest": ({"kind": "projection", "resize": "nearest"}, SMALLER, nearest),
}
NAMES = {1: "vector", 2: "sequence", 3: "image"}
SHAPES = {1: VECTOR, 2: SEQUENCE, 3: IMAGE}
CASES = {
    f"{name}, {NAMES[rank]}": (options, layers[rank], rank, formula)
    for table, ranks in ((EVERYWHERE, (1, 2, 3)), (AT_POSITIONS, (2, 3)))
    for name, (options, layers, formula) in table.items()
    for rank in ranks
}
NORMED = {"norm": "group", "norm_groups": 2}
CASES |= {
    "projection, layer norm, tanh, sequence": (
        {"kind": "projection", "norm": "layer", "activation": "tanh", "bias": True},
        SAME[2],
        2,
        activated,
    ),
    "projection, group norm, tanh, image": (
        {"kind": "projection", **NORMED, "activation": "tanh", "bias": True},
        SAME[3],
        3,
        activated,
    ),
    "projection from an image to a vector": (
        {"kind": "projection", "bias": True},
        [{"kind": "dense", "width": 16}],
        3,
        lambda u, s, p: u + functional.linear(s.flatten(1), p["weight"], p["bias"]),
    ),
    "projection from a vector to an image": (
        {"kind": "projection"},
        [{"kind": "reshape", "shape": [1, 2, 3]}],
        1,
        lambda u, s, p: u + functional.linear(s, p["weight"]).view_as(u),
    ),
}
JOINS = ("output", "preactivation")


def network(case: str, join: str = "output") -> Network:
    """One tanh layer of the right kind around which the skip 0 -> 1 goes."""
    options, layers, _, _ = CASES[case]
    net = Network.of(layers=layers, defaults={"activation": "tanh"})
    return net.add_skip(0, 1, **options, join=join)


def disturbed(model: Model) -> Model:
    stream = torch.Generator().manual_seed(2)
    with torch.no_grad():
        for parameter in model.parameters():
            noise = torch.randn(parameter.shape, dtype=parameter.dtype, generator=stream)
            parameter += 0.3 * noise
    return model


def inputs(case: str, dtype: torch.dtype = torch.float64) -> Tensor:
    shape = SHAPES[CASES[case][2]]
    stream = torch.Generator().manual_seed(1)
    return torch.randn(BATCH, *shape, dtype=dtype, generator=stream)


def skip_tensors(model: Model) -> Tensors:
    return (
        dict(model.get_submodule("skip0_1").named_parameters())
        if "skip0_1" in {name for name, _ in model.named_children()}
        else {}
    )


def expected_state(model: Model, case: str, join: str, x: Tensor) -> Tensor:
    """tanh(merge(z, x)) or merge(tanh(z), x); z from the same layer without its activation."""
    _, layers, _, formula = CASES[case]
    bare = Network.of(layers=layers, defaults={"activation": "identity"})
    chain = Model(bare.on(tuple(x.shape[1:]), 3), dtype=x.dtype)
    known = {name: value for name, value in model.state_dict().items() if "layer1" in name}
    chain.load_state_dict(known | {n: v for n, v in chain.state_dict().items() if n not in known})
    z = chain.states(x)[1]
    tensors = skip_tensors(model)
    act = torch.tanh if layers[0]["kind"] != "reshape" else (lambda t: t)
    return act(formula(z, x, tensors)) if join == "preactivation" else formula(act(z), x, tensors)


@pytest.mark.parametrize("join", JOINS)
@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize(("dtype", "tolerance"), [(torch.float32, 2e-6), (torch.float64, 1e-12)])
def test_a_skip_joins_as_its_formula_says(
    case: str, join: str, dtype: torch.dtype, tolerance: float
) -> None:
    x = inputs(case, dtype)
    model = disturbed(Model(network(case, join).on(tuple(x.shape[1:]), 3), dtype=dtype))
    found, expected = model.states(x)[1], expected_state(model, case, join, x)
    assert found.shape == expected.shape
    assert torch.allclose(found, expected, rtol=0, atol=tolerance)


@pytest.mark.parametrize("case", CASES)
def test_gradients_are_those_of_the_formula(case: str) -> None:
    x = inputs(case).requires_grad_()
    model = disturbed(Model(network(case).on(tuple(x.shape[1:]), 3), dtype=torch.float64))
    wanted = [x, *skip_tensors(model).values()]
    found = torch.autograd.grad(model.states(x)[1].square().sum(), wanted)
    expected = torch.autograd.grad(expected_state(model, case, "output", x).square().sum(), wanted)
    for one, other in zip(found, expected, strict=True):
        assert torch.allclose(one, other, rtol=1e-10, atol=1e-10)


GAINS = [(1.0, 1.0), (0.0, 0.0), (0.0, 1.0), (1.0, 0.0), (0.5, -0.25)]


def stacked(case: str, join: str, pairs: list[tuple[float, float]]) -> tuple[Stack, Tensor]:
    x = inputs(case)
    arms = [Arm(name=f"{f} {b}", forward=f, backward=b) for f, b in pairs]
    stack = Stack(network(case, join).on(tuple(x.shape[1:]), 3), arms, [0], dtype=torch.float64)
    return stack, x


@pytest.mark.parametrize("pairs", [GAINS, [(1.0, 1.0), (0.0, 0.0)]], ids=["all", "equal"])
@pytest.mark.parametrize("case", CASES)
def test_the_value_is_h_plus_f_times_the_increment(
    case: str, pairs: list[tuple[float, float]]
) -> None:
    stack, x = stacked(case, "output", pairs)
    states = stack.states(x.expand(len(pairs), *x.shape))[1]
    if "concat" in case:
        check_joined_channels(case, states, x, pairs)
        return
    h, full = states[1], states[0]
    for replica, (f, _) in enumerate(pairs):
        assert torch.allclose(states[replica], h + f * (full - h), rtol=0, atol=1e-12)


def check_joined_channels(
    case: str, states: Tensor, x: Tensor, pairs: list[tuple[float, float]]
) -> None:
    axis = 1 if x.dim() == 4 else x.dim() - 1
    grown = states.shape[axis + 1] - x.shape[axis]
    for replica, (f, _) in enumerate(pairs):
        own, appended = states[replica].split([grown, x.shape[axis]], axis)
        whole = states[0].split([grown, x.shape[axis]], axis)
        assert torch.equal(own, whole[0])
        assert torch.equal(appended, f * whole[1]), case


@pytest.mark.parametrize("join", JOINS)
@pytest.mark.parametrize("case", CASES)
def test_gradient_only_has_the_values_of_plain_to_the_bit(case: str, join: str) -> None:
    """Of one state: a product of matrices may round by where in memory a replica begins."""
    names = ("plain", "gradient_only", "skip", "forward_only")
    x = inputs(case)
    arms = [STANDARD_ARMS[name] for name in names]
    stack = Stack(network(case, join).on(tuple(x.shape[1:]), 3), arms, [0], dtype=torch.float64)
    state = stack.states(x.expand(4, *x.shape))[1]
    assert torch.equal(state[0], state[1])
    assert torch.equal(state[2], state[3])


@pytest.mark.parametrize("case", CASES)
def test_plain_is_the_network_without_the_skip(case: str) -> None:
    x = inputs(case)
    net, shape = network(case), tuple(x.shape[1:])
    arm = STANDARD_ARMS["plain"]
    with_gain_zero = Model(net.on(shape, 3), arm=arm, dtype=torch.float64).states(x)[1]
    without = Model(net.without_skips().on(shape, 3), dtype=torch.float64).states(x)[1]
    axis = 1 if without.dim() == 4 else without.dim() - 1
    assert torch.equal(with_gain_zero.narrow(axis, 0, without.shape[axis]), without)


@pytest.mark.parametrize("case", CASES)
def test_the_gradient_of_the_increment_is_b_times_that_of_the_state(case: str) -> None:
    """d(sum s)/dx = d(sum h)/dx + b d(sum v)/dx, so it is linear in b whatever f is."""
    stack, x = stacked(case, "output", GAINS)
    x = x.expand(len(GAINS), *x.shape).clone().requires_grad_()
    (gradient,) = torch.autograd.grad(stack.states(x)[1].sum(), x)
    plain, full = gradient[1], gradient[0]
    for replica, (_, b) in enumerate(GAINS):
        assert torch.allclose(gradient[replica], plain + b * (full - plain), rtol=0, atol=1e-10)
