"""What skips learn, on every way of a pass, in every arm, and for random networks."""

from collections.abc import Sequence

import numpy as np
import pytest
import torch
from hypothesis import given
from torch import Tensor

from skipviz.arms import STANDARD_ARMS, Arm, Gain
from skipviz.engine.model import Stack
from skipviz.engine.model.dense_chain import is_chain
from skipviz.engine.probes.chain import passes_of
from skipviz.engine.probes.passes import Pass, forward_backward
from skipviz.engine.probes.steps import StepProbes
from skipviz.network import Network
from skipviz.network.learned import LEARNED, learned_by, learned_in
from skipviz.probes import probes_of
from skipviz.training import train
from tests.unit.network.network_strategies import sound_networks

SCALAR = {"value": -0.3, "learned": "scalar"}
TENSORS = {"gate": "gate_weight", "projection": "weight"}


@pytest.mark.parametrize("fixed", [{}, {"branch_scale": 0.5}, {"kind": "pad"}, {"kind": "concat"}])
def test_fixed_skips_cost_and_say_nothing(fixed: dict[str, object]) -> None:
    network = Network.mlp(3, 8).add_skip(1, 3, **fixed)
    run = train(network, steps=1)
    measured = set(run.frames[0].probes)
    assert {"weight_gradient", "state_gradient", "state_rms", "update_ratio"} <= measured
    assert measured == {
        probe.name
        for probe in probes_of("standard")
        if probe.at == "step" and "skips" not in probe.axes and probe.is_in(network)
    }


def stack_of(network: Network, arms: Sequence[Arm]) -> Stack:
    return Stack(network.on((8,), 3), arms, [0, 1], dtype=torch.float64)


def batch(stack: Stack) -> tuple[Tensor, Tensor]:
    stream = torch.Generator().manual_seed(0)
    x = torch.randn(stack.replicas, 5, 8, dtype=torch.float64, generator=stream)
    return x, torch.randint(3, (stack.replicas, 5), generator=stream)


def test_one_skip_of_an_arm_may_be_idle_while_others_are_used() -> None:
    network = Network.mlp(4, 8).add_skip(1, 2, kind="gated").add_skip(2, 4, kind="gated")
    off = Gain(source=1, target=2, forward=0, backward=0)
    stack = stack_of(network, [STANDARD_ARMS["skip"], Arm(name="one", exceptions=(off,))])
    found = StepProbes(stack, "standard").measure(forward_backward(stack, *batch(stack)), None, 0.1)
    for name in ("gate", "gate_gradient"):
        assert np.isnan(found[name]).tolist() == [[False, False]] * 2 + [[True, False]] * 2


def test_gates_of_a_feedback_skip_are_averaged_over_time() -> None:
    network = Network.mlp(2, 8, activation="tanh").set_time_steps(3).add_skip(2, 1, kind="gated")
    stack = stack_of(network, [STANDARD_ARMS["skip"]])
    x, y = batch(stack)
    found = StepProbes(stack, "standard").measure(forward_backward(stack, x, y), None, 0.1)
    for replica in range(2):
        p = {name: tensor[replica] for name, tensor in stack.tensors().items()}
        s2, gates = torch.zeros(5, 8, dtype=torch.float64), []
        for _ in range(3):
            gates.append(torch.sigmoid(s2 @ p["skip2_1.gate_weight"] + p["skip2_1.gate_bias"]))
            z1 = x[replica] @ p["layer1.weight"] + p["layer1.bias"]
            s1 = torch.tanh(gates[-1] * z1 + (1 - gates[-1]) * s2)
            s2 = torch.tanh(s1 @ p["layer2.weight"] + p["layer2.bias"])
        mean = torch.stack(gates).mean().item()
        assert found["gate"][replica, 0] == pytest.approx(mean, rel=1e-12)


def test_a_pass_replayed_into_the_same_memory_is_read_anew() -> None:
    """As a graph of CUDA does it: the tensors of the first pass are given new numbers."""
    network = Network.mlp(3, 8).add_skip(1, 2, kind="gated").add_skip(2, 3, kind="projection")
    stack = stack_of(network, [STANDARD_ARMS["skip"], STANDARD_ARMS["plain"]])
    x, y = batch(stack)
    probes, made = StepProbes(stack, "standard"), forward_backward(stack, x, y)
    probes.measure(made, None, 0.1)
    other = forward_backward(stack, 3 * x, y)
    _replay(other, made)
    expected = StepProbes(stack, "standard").measure(other, None, 0.1)
    for name, values in probes.measure(made, None, 0.1).items():
        np.testing.assert_array_equal(values, expected[name])


@torch.no_grad()
def _replay(source: Pass, into: Pass) -> None:
    for name in ("states", "gradients", "state_gradients"):
        for old, new in zip(getattr(into, name), getattr(source, name), strict=True):
            old.copy_(new)
    for owner, gates in source.gates.items():
        for old, new in zip(into.gates[owner], gates, strict=True):
            old.copy_(new)


def test_the_written_out_passes_are_those_of_networks_that_learn_nothing_by_skips() -> None:
    for skip in ({"branch_scale": SCALAR}, {"kind": "gated"}, {"kind": "projection"}):
        stack = stack_of(Network.mlp(3, 8).add_skip(1, 3, **skip), [STANDARD_ARMS["skip"]])
        assert not is_chain(stack.network)
    stack = stack_of(Network.mlp(3, 8, skips=((1, 3),)), [STANDARD_ARMS["skip"]])
    assert is_chain(stack.network)
    found = StepProbes(stack, "standard").measure(passes_of(stack)(*batch(stack)), None, 0.1)
    assert not {*found} & {*LEARNED}


def test_scales_of_zero_take_the_gradient_of_exactly_the_layers_they_act_on() -> None:
    zero = {"value": 0, "learned": "scalar"}
    network = Network.mlp(6, 8)
    for source, target in ((1, 3), (3, 5)):
        network = network.add_skip(source, target, branch_scale=zero)
    stack = stack_of(network, [STANDARD_ARMS["skip"]])
    found = StepProbes(stack, "standard").measure(forward_backward(stack, *batch(stack)), None, 0.1)
    scaled = [k in {2, 3, 4, 5} for k in range(1, 8)]  # the branches of 1 -> 3 and 3 -> 5
    assert (found["weight_gradient"] == 0).tolist() == [scaled] * 2
    assert (found["branch_scale_gradient"] > 0).all()


@given(drawn=sound_networks())
def test_every_tensor_that_a_skip_of_a_random_network_learns_is_there(drawn) -> None:
    network, shape, outputs = drawn
    stack = Stack(
        network.on(shape, outputs), [STANDARD_ARMS["plain"], STANDARD_ARMS["skip"]], [0],
        dtype=torch.float64,
    )  # fmt: skip
    first = network.layers[0]
    if first.kind == "embedding":
        x = torch.zeros(2, 3, *shape, dtype=torch.int64)
    else:
        x = torch.randn(2, 3, *shape, dtype=torch.float64)
    of = stack(x).shape[2:]  # (classes,), (positions, classes) or (classes, height, width)
    y = torch.zeros(2, 3, *(of[1:] if len(of) == 3 else of[:-1]), dtype=torch.int64)
    made = forward_backward(stack, x, y)
    found = StepProbes(stack, "standard").measure(made, None, 0.1)
    assert {*found} & {*LEARNED} == {*learned_in(network)}
    gradients = {
        name: gradient[1]
        for names, group in zip(stack.places, made.gradients, strict=True)
        for name, gradient in zip(names, group, strict=True)
    }
    for quantity in learned_in(network):
        for place, skip in enumerate(network.skips):
            values = (found[name][:, place] for name in (quantity, f"{quantity}_gradient"))
            value, gradient = np.stack(list(values))
            assert np.isnan([value[0], gradient[0]]).all()
            if quantity not in learned_by(skip):
                assert np.isnan([value[1], gradient[1]]).all()
                continue
            name = f"skip{skip.source}_{skip.target}.{TENSORS.get(quantity, quantity)}"
            assert gradient[1] == pytest.approx(float(gradients[name].norm()), rel=1e-9)
            tensor = stack.tensors()[name][1]
            if quantity == "projection":
                assert value[1] == pytest.approx(tensor.norm().item(), rel=1e-9)
            elif quantity == "gate":
                assert 0 <= value[1] <= 1
            else:
                start = getattr(skip, quantity)
                size = start.value if start.learned == "scalar" else abs(start.value)
                assert value[1] == pytest.approx(size, rel=1e-9)
