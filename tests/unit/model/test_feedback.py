"""Feedback skips: z_p^t = W_p s_(p-1)^t + U s_q^(t-1), written out and differentiated by hand."""

from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn

from skipviz.arms import STANDARD_ARMS
from skipviz.engine.model import Model, Stack
from skipviz.network import Network, NetworkError

STEPS = 4
DOUBLE = torch.float64
ENDS = [(4, 2), (5, 1), (3, 3)]


def network(source: int, target: int, **options: object) -> Network:
    net = Network.mlp(depth=5, width=6, activation="tanh").set_time_steps(STEPS)
    return net.add_skip(source, target, kind="projection", **options)


def model_of(net: Network) -> Model:
    return Model(net.on((6,), 3), seed=1, dtype=DOUBLE)


def inputs() -> Tensor:
    return torch.randn(7, 6, dtype=DOUBLE, generator=torch.Generator().manual_seed(1))


def weights(model: Model) -> tuple[list[Tensor], list[Tensor]]:
    owners = [model.get_submodule(f"layer{k}") for k in range(1, 6)]
    return [o.get_parameter("weight") for o in owners], [o.get_parameter("bias") for o in owners]


@torch.no_grad()
def unrolled_by_hand(model: Model, source: int, target: int, x: Tensor) -> list[list[Tensor]]:
    """h_0 .. h_5 of every time step."""
    w, b = weights(model)
    u = model.get_parameter(f"skip{source}_{target}.weight")
    before = torch.zeros(7, 6, dtype=DOUBLE)
    steps = []
    for _ in range(STEPS):
        h = [x]
        for k in range(1, 6):
            z = h[-1] @ w[k - 1].t() + b[k - 1]
            h.append(torch.tanh(z + before @ u.t() if k == target else z))
        before = h[source]
        steps.append(h)
    return steps


@pytest.mark.parametrize(("source", "target"), ENDS)
def test_states_are_those_of_the_recurrence(source: int, target: int) -> None:
    model, x = model_of(network(source, target)), inputs()
    expected = unrolled_by_hand(model, source, target, x)
    stack = Stack(model.network.on((6,), 3), [STANDARD_ARMS["skip"]], [1], dtype=DOUBLE)
    for found, truth in zip(stack.unrolled(x[None]), expected, strict=True):
        for state, h in zip(found, truth, strict=False):
            assert torch.allclose(state[0], h, rtol=0, atol=1e-12)
    assert torch.allclose(model.states(x)[5], expected[-1][5], rtol=0, atol=1e-12)


@pytest.mark.parametrize(("source", "target"), ENDS)
def test_gradients_are_those_of_back_propagation_through_time(source: int, target: int) -> None:
    """g_q^t gets U' D_p^(t+1) g_p^(t+1); g_(l-1)^t = W_l' D_l^t g_l^t; sums over t for W and U."""
    model, x = model_of(network(source, target)), inputs()
    model(x).sum().backward()
    w, _ = weights(model)
    u = model.get_parameter(f"skip{source}_{target}.weight")
    h = unrolled_by_hand(model, source, target, x)
    of_w = [torch.zeros_like(weight) for weight in w]
    of_u = torch.zeros_like(u)
    later = torch.zeros(7, 6, dtype=DOUBLE)
    for t in reversed(range(STEPS)):
        last = model.get_parameter("readout.weight").sum(0).expand(7, 6)
        g = last if t == STEPS - 1 else torch.zeros(7, 6, dtype=DOUBLE)
        following = later
        later = torch.zeros(7, 6, dtype=DOUBLE)
        for k in range(5, 0, -1):
            if k == source:
                g = g + following
            back = (1 - h[t][k] ** 2) * g
            of_w[k - 1] += back.t() @ h[t][k - 1]
            if k == target:
                later = back @ u
                if t > 0:
                    of_u += back.t() @ h[t - 1][source]
            g = back @ w[k - 1]
    assert torch.allclose(u.grad, of_u, rtol=0, atol=1e-12)
    for weight, expected in zip(w, of_w, strict=True):
        assert torch.allclose(weight.grad, expected, rtol=0, atol=1e-12)


def test_a_single_time_step_is_refused() -> None:
    with pytest.raises(NetworkError, match="time step before"):
        model_of(network(4, 2).set_time_steps(1))


@pytest.mark.parametrize("options", [{"join": "output"}, {"join": "preactivation"}])
def test_one_step_of_the_unrolled_chain_is_the_chain_without_the_skip(options: dict) -> None:
    net, x = network(4, 2, **options), inputs()
    stack = Stack(net.on((6,), 3), [STANDARD_ARMS["skip"]], [1], dtype=DOUBLE)
    bare = model_of(net.without_skips()).states(x)
    for state, expected in zip(stack.unrolled(x[None])[0], bare, strict=True):
        assert torch.allclose(state[0], expected, rtol=0, atol=1e-13)


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"kind": "add"}, lambda h: h),
        ({"kind": "pad"}, lambda h: h),
        ({"kind": "projection"}, lambda h: h),
        ({"kind": "shortcut_gate"}, lambda h: h),
        ({"kind": "gated", "gate_bias": -2}, lambda h: torch.sigmoid(torch.tensor(-2.0)) * h),
        ({"kind": "add", "branch_scale": 0.5}, lambda h: 0.5 * h),
        ({"kind": "projection", "activation": "sigmoid"}, lambda h: h + 0.5),
    ],
    ids=lambda each: str(each) if isinstance(each, dict) else "",
)
def test_with_nothing_to_carry_in_the_first_step_a_gate_or_a_scale_still_acts(
    options: dict, expected: Callable[[Tensor], Tensor]
) -> None:
    """s^0 = 0: what is left of T u + (1 - T) v is T u, with T = sigmoid(c) since W 0 = 0."""
    net = Network.mlp(depth=5, width=6, activation="tanh").set_time_steps(STEPS)
    net, x = net.add_skip(4, 2, join="output", **options), inputs()
    stack = Stack(net.on((6,), 3), [STANDARD_ARMS["skip"]], [1], dtype=DOUBLE)
    h = model_of(net.without_skips()).states(x)[2]
    torch.testing.assert_close(stack.unrolled(x[None])[0][2][0], expected(h), rtol=1e-7, atol=1e-9)


def test_a_feedback_skip_at_the_output_adds_the_state_before() -> None:
    net = Network.mlp(depth=2, width=6, activation="tanh").set_time_steps(3)
    model = model_of(net.add_skip(2, 1, join="output"))
    x, before = inputs(), torch.zeros(7, 6, dtype=DOUBLE)
    first, second = (nn.Linear(6, 6).double() for _ in range(2))
    for k, layer in enumerate((first, second), start=1):
        layer.load_state_dict(model.get_submodule(f"layer{k}").state_dict())
    for _ in range(3):
        before = torch.tanh(second(torch.tanh(first(x)) + before))
    assert torch.allclose(model.states(x)[2], before, rtol=0, atol=1e-12)


def test_plain_has_no_feedback_and_gradient_only_its_values() -> None:
    net, x = network(4, 2), inputs()
    arms = [STANDARD_ARMS[name] for name in ("plain", "gradient_only")]
    states = Stack(net.on((6,), 3), arms, [1], dtype=DOUBLE).states(x.expand(2, 7, 6))
    bare = model_of(net.without_skips()).states(x)
    for state, expected in zip(states, bare, strict=True):
        assert torch.allclose(state, expected.expand_as(state), rtol=0, atol=1e-13)
