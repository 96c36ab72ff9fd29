"""Recurrent layers are torch's own, to rounding, in every arm; a stack of them takes skips."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn

from skipviz.arms import STANDARD_ARMS, leave_one_out
from skipviz.engine import model
from skipviz.engine.model import Model, Stack
from skipviz.network import Network
from tests.unit.attribution.truth import check

KINDS = {"rnn": nn.RNN, "lstm": nn.LSTM, "gru": nn.GRU}
NAMES = {"weight_ih": "input_weight", "weight_hh": "hidden_weight"}
NAMES |= {"bias_ih": "input_bias", "bias_hh": "hidden_bias"}
BATCH = 3


def alone(kind: str, **fields: object) -> Network:
    return Network.of(layers=[{"kind": kind, **fields}], readout={"kind": "per_position"})


def torchs_own(kind: str, channels: int, built: Model, **options: object) -> nn.Module:
    """torch's module with the weights of layer 1."""
    width = built.network.layers[0].width
    module = KINDS[kind](channels, width, batch_first=True, **options).double()
    held = dict(built.named_parameters())
    for name, parameter in module.named_parameters():
        ours = NAMES[name.split("_l0")[0]]
        direction = "reverse_" if name.endswith("_reverse") else ""
        parameter.data.copy_(held[f"layer1.{direction}{ours}"])
    return module


def sequences(positions: int, channels: int) -> Tensor:
    stream = torch.Generator().manual_seed(5)
    x = torch.randn(BATCH, positions, channels, generator=stream, dtype=torch.float64)
    return x.requires_grad_()


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(sorted(KINDS)),
    st.integers(1, 6),
    st.integers(1, 4),
    st.integers(1, 5),
    st.booleans(),
    st.booleans(),
)
def test_states_and_gradients_are_those_of_torch(
    kind: str, positions: int, channels: int, width: int, bias: bool, bidirectional: bool
) -> None:
    network = alone(kind, width=width, bias=bias, bidirectional=bidirectional)
    built = model.build(network, (positions, channels), 2, seed=4).double()
    module = torchs_own(kind, channels, built, bias=bias, bidirectional=bidirectional)
    x = sequences(positions, channels)
    found, expected = built.states(x)[1], module(x)[0]
    torch.testing.assert_close(found, expected, rtol=0, atol=1e-12)
    weights = [p for name, p in built.named_parameters() if name.startswith("layer1.")]
    ours = torch.autograd.grad(found.square().sum(), [x, *weights])
    theirs = torch.autograd.grad(expected.square().sum(), [x, *module.parameters()])
    torch.testing.assert_close(ours[0], theirs[0], rtol=0, atol=1e-12)
    norms = [sorted(float(g.norm()) for g in each[1:]) for each in (ours, theirs)]
    assert norms[0] == pytest.approx(norms[1], abs=1e-12)
    assert network.count_parameters((positions, channels), 2) == sum(
        p.numel() for p in module.parameters()
    ) + sum(p.numel() for name, p in built.named_parameters() if name.startswith("readout."))


def test_the_plain_one_can_have_relu_inside() -> None:
    network = alone("rnn", width=4, nonlinearity="relu")
    built = model.build(network, (5, 3), 2).double()
    module = torchs_own("rnn", 3, built, nonlinearity="relu")
    x = sequences(5, 3)
    torch.testing.assert_close(built.states(x)[1], module(x)[0], rtol=0, atol=1e-12)


@pytest.mark.parametrize(("kind", "gates"), [("rnn", 1), ("lstm", 4), ("gru", 3)])
def test_every_weight_is_met_at_every_position(kind: str, gates: int) -> None:
    layers = [{"kind": kind, "width": 6, "bidirectional": True}]
    network = Network.of(layers=layers)
    assert network.count_macs((7, 3), 2) == 2 * 7 * gates * 6 * (3 + 6) + 7 * 12 * 2


@pytest.mark.parametrize("kind", KINDS)
def test_first_weights_and_biases_are_uniform_as_in_torch(kind: str) -> None:
    built = model.build(alone(kind, width=64), (3, 200), 2, seed=1)
    for name, parameter in built.layer1.named_parameters():
        parameter = parameter.detach()
        assert float(parameter.abs().max()) <= 1 / 8, name
        assert float(parameter.std()) == pytest.approx(1 / 8 / 3**0.5, rel=0.15), name


@pytest.mark.parametrize("kind", KINDS)
def test_a_residual_stack_of_them_is_split_exactly_in_every_arm(kind: str) -> None:
    layers = [{"kind": kind, "width": 4}] * 4
    network = Network.of(layers=layers).add_skip(1, 2).add_skip(2, 3).add_skip(1, 4)
    arms = [*STANDARD_ARMS.values(), *leave_one_out(network)]
    stack = Stack(network.on((6, 3), 3), arms, [0, 1], torch.float64)
    x, y = sequences(6, 3).detach(), torch.arange(BATCH)
    check(stack, x.expand(stack.replicas, *x.shape), y.expand(stack.replicas, -1))


@pytest.mark.parametrize("kind", KINDS)
def test_it_reads_sequences_and_says_what_brings_others_there(kind: str) -> None:
    (problem,) = alone(kind, width=4).check((1, 4, 4), 2)
    assert problem.message.startswith(f"Layer 1 ({kind}) reads a sequence")
    assert problem.fixes[0].label == "Put a to_sequence layer before it"
