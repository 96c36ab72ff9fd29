"""The passes that are written out, against autograd through the same stack."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor
from torch.nn import functional

from skipviz.arms import STANDARD_ARMS, Arm
from skipviz.engine.model import Stack
from skipviz.engine.model.dense_chain import is_chain
from skipviz.engine.model.derivatives import DERIVATIVES, FROM_OUTPUT
from skipviz.engine.probes import blocks
from skipviz.engine.probes.chain import ChainPasses, passes_of
from skipviz.engine.probes.passes import Pass, forward_backward
from skipviz.engine.probes.steps import StepProbes
from skipviz.network import Network

ACTIVATIONS = ("identity", *DERIVATIVES)
ARMS = [*STANDARD_ARMS.values(), Arm(name="own", forward=-0.5, backward=2.0)]
WIDTH = 6
ACTIVATION_FUNCTIONS = {
    "relu": torch.relu,
    "tanh": torch.tanh,
    "sigmoid": torch.sigmoid,
    "leaky_relu": functional.leaky_relu,
    "gelu": functional.gelu,
    "silu": functional.silu,
    "softplus": functional.softplus,
    "sine": torch.sin,
    "relu6": functional.relu6,
    "hardswish": functional.hardswish,
    "hard_sigmoid": functional.hardsigmoid,
    "selu": functional.selu,
}


@st.composite
def chains(draw: st.DrawFn) -> Network:
    """Dense layers of two widths, with or without biases, and add skips between equal widths."""
    widths = draw(st.lists(st.sampled_from([WIDTH, 4]), min_size=1, max_size=6))
    layers = [
        {
            "kind": "dense",
            "width": width,
            "activation": draw(st.sampled_from(ACTIVATIONS)),
            "bias": draw(st.booleans()),
        }
        for width in widths
    ]
    of_state = [WIDTH, *widths, WIDTH]
    possible = [
        (p, q) for q in range(1, len(of_state)) for p in range(q) if of_state[p] == of_state[q]
    ]
    chosen = draw(st.lists(st.sampled_from(possible), unique=True, max_size=6)) if possible else []
    return Network.of(
        layers=layers, skips=[{"kind": "add", "source": p, "target": q} for p, q in chosen]
    )


def batch(stack: Stack, size: int = 9, outputs: int = WIDTH) -> tuple[Tensor, Tensor]:
    generator = torch.Generator().manual_seed(0)
    x = torch.randn(stack.replicas, size, WIDTH, dtype=torch.float64, generator=generator)
    return x, torch.randint(outputs, (stack.replicas, size), generator=generator)


def stack_of(network: Network) -> Stack:
    return Stack(network.on((WIDTH,), WIDTH), ARMS, [0, 1], dtype=torch.float64)


def assert_equal(found: Pass, expected: Pass) -> None:
    torch.testing.assert_close(found.losses, expected.losses)
    for name in ("states", "gradients", "state_gradients"):
        pairs = zip(getattr(found, name), getattr(expected, name), strict=True)
        for ours, theirs in pairs:
            size = float(theirs.detach().abs().max())
            torch.testing.assert_close(ours, theirs.detach(), rtol=1e-12, atol=1e-13 * size)


@given(network=chains())
def test_every_number_is_that_of_autograd(network: Network) -> None:
    stack = stack_of(network)
    assert is_chain(stack.network)
    x, y = batch(stack)
    assert_equal(ChainPasses(stack)(x, y), forward_backward(stack, x, y))


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_a_second_pass_owes_nothing_to_the_first(activation: str) -> None:
    network = Network.mlp(5, WIDTH, activation=activation, skips=((0, 2), (1, 4), (2, 4), (3, 6)))
    stack = stack_of(network)
    passes = ChainPasses(stack)
    x, y = batch(stack)
    passes(x * 3, y)
    assert_equal(passes(x, y), forward_backward(stack, x, y))


@pytest.mark.parametrize("layers", [1, 2, 3])
def test_blocks_of_any_length_give_the_same(layers: int, monkeypatch: pytest.MonkeyPatch) -> None:
    stack = stack_of(Network.mlp(7, WIDTH, activation="tanh", skips=((1, 4), (2, 5))))
    x, y = batch(stack)
    monkeypatch.setattr(blocks, "ROOM", layers * x.nbytes)
    assert_equal(ChainPasses(stack)(x, y), forward_backward(stack, x, y))


@pytest.mark.parametrize("name", DERIVATIVES)
def test_derivatives_are_those_of_autograd_also_where_formulas_change(name: str) -> None:
    """Softplus is the identity above 20, leaky and plain ReLU bend at 0."""
    values = [-30.0, -20.5, -1.0, -1e-9, 0.0, 1e-9, 1.0, 19.5, 20.0, 20.5, 30.0]
    z = torch.tensor(values, dtype=torch.float64, requires_grad=True)
    state = ACTIVATION_FUNCTIONS[name](z)
    g = torch.linspace(1, 2, len(values), dtype=torch.float64)
    (expected,) = torch.autograd.grad(state, z, g)
    read = (state if name in FROM_OUTPUT else z).detach()
    found = torch.empty_like(g)
    DERIVATIVES[name](g, read, found)
    torch.testing.assert_close(found, expected, rtol=1e-15, atol=0)


def test_the_batch_may_change_its_size() -> None:
    stack = stack_of(Network.mlp(3, WIDTH, skips=((1, 3),)))
    passes = ChainPasses(stack)
    assert stack.replicas == 2 * len(ARMS)
    for size in (9, stack.replicas, 4):
        x, y = batch(stack, size)
        assert_equal(passes(x, y), forward_backward(stack, x, y))


def test_targets_that_are_numbers() -> None:
    stack = stack_of(Network.mlp(3, WIDTH, activation="tanh", skips=((1, 3),)))
    x, _ = batch(stack)
    assert_equal(ChainPasses(stack)(x, x.flip(1)), forward_backward(stack, x, x.flip(1)))


def test_images_are_read_as_vectors() -> None:
    stack = Stack(Network.mlp(2, WIDTH).on((1, 2, 3), WIDTH), ARMS, [0], dtype=torch.float64)
    x, y = batch(stack)
    x = x.unflatten(2, (1, 2, 3))
    assert_equal(ChainPasses(stack)(x, y), forward_backward(stack, x, y))


def test_a_changed_weight_is_seen() -> None:
    stack = stack_of(Network.mlp(3, WIDTH))
    passes = ChainPasses(stack)
    x, y = batch(stack)
    passes(x, y)
    for group in stack.groups:
        group.data.mul_(0.5)
    assert_equal(passes(x, y), forward_backward(stack, x, y))


def test_probes_read_the_buffers_in_the_order_of_the_layers() -> None:
    network = Network.mlp(5, WIDTH, skips=((1, 3),)).change_layer(4, width=9)
    stack = stack_of(network)
    x, y = batch(stack)
    found = StepProbes(stack, "standard").measure(ChainPasses(stack)(x, y), None, 0.1)
    expected = StepProbes(stack, "standard").measure(forward_backward(stack, x, y), None, 0.1)
    for name, values in expected.items():
        assert found[name] == pytest.approx(values, rel=1e-12, nan_ok=True), name


@pytest.mark.parametrize(
    "network",
    [
        Network.mlp(3, WIDTH).add_skip(1, 3, kind="projection"),
        Network.mlp(3, WIDTH).add_skip(1, 3, join="preactivation"),
        Network.mlp(3, WIDTH).add_skip(1, 3, branch_scale=0.5),
        Network.mlp(3, WIDTH).change_layer(2, norm="layer"),
        Network.mlp(3, WIDTH).change_layer(2, dropout=0.1),
        Network.mlp(3, WIDTH).change_layer(2, order="pre"),
    ],
    ids=["projection", "preactivation", "scale", "norm", "dropout", "order"],
)
def test_other_networks_go_through_autograd(network: Network) -> None:
    stack = stack_of(network)
    assert not is_chain(stack.network)
    x, y = batch(stack)
    assert passes_of(stack)(x, y).gradients[0].isfinite().all()
