"""A network along a sequence: s_0 at step t is x[:, t]. By hand, by autograd, by enumeration."""

from collections import Counter
from random import Random

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from skipviz import graph, link
from skipviz.arms import STANDARD_ARMS, leave_one_out
from skipviz.engine import model
from skipviz.engine.attribution.live import loss_gradient
from skipviz.engine.attribution.tape import Tape
from skipviz.engine.model import Model, Stack
from skipviz.engine.paths.gradient import measured
from skipviz.engine.paths.single import norms_of_paths
from skipviz.engine.probes.passes import forward_backward
from skipviz.engine.probes.snapshots import gradient_over_time
from skipviz.network import Limits, Network, NetworkError, apply_edit
from skipviz.paths import PathSampler
from tests.unit.attribution.truth import check
from tests.unit.export.test_pytorch_source import assert_same_as_built

POSITIONS, CHANNELS, WIDTH = 6, 3, 4
SHAPE = (POSITIONS, CHANNELS)
INSIDE = {"kind": "projection", "join": "preactivation", "bias": False}


def residual(readout: str = "dense") -> Network:
    """Two tanh layers, each reading its own state of the position before, the second residual."""
    layers = [{"kind": "dense", "width": WIDTH, "activation": "tanh", "bias": False}] * 2
    network = Network.of(layers=layers, readout={"kind": readout}).set_time("positions")
    return network.add_skip(1, 1, **INSIDE).add_skip(2, 2, **INSIDE).add_skip(1, 2)


def sequences(batch: int = 2, shape: tuple[int, ...] = SHAPE) -> Tensor:
    stream = torch.Generator().manual_seed(3)
    return torch.randn(batch, *shape, generator=stream, dtype=torch.float64)


def by_hand(built: Model, x: Tensor) -> list[Tensor]:
    """h2 + h1 at every position."""
    w, v = built.layer1.weight, built.layer2.weight
    u1, u2 = built.skip1_1.weight, built.skip2_2.weight
    first = second = x.new_zeros(len(x), WIDTH)
    states = []
    for t in range(POSITIONS):
        first = torch.tanh(x[:, t] @ w.T + first @ u1.T)
        second = torch.tanh(first @ v.T + second @ u2.T) + first
        states.append(second)
    return states


def test_a_residual_recurrent_network_is_the_one_written_by_hand() -> None:
    built = model.build(residual(), SHAPE, 3).double()
    x = sequences().requires_grad_()
    states = by_hand(built, x)
    torch.testing.assert_close(built.states(x)[2], states[-1], rtol=0, atol=1e-12)
    expected = torch.nn.functional.linear(states[-1], built.readout.weight, built.readout.bias)
    torch.testing.assert_close(built(x), expected, rtol=0, atol=1e-12)
    ours, theirs = (
        torch.autograd.grad(y.square().sum(), [x, *built.parameters()])
        for y in (built(x), expected)
    )
    torch.testing.assert_close(ours, theirs, rtol=0, atol=1e-12)


def test_a_readout_per_position_answers_at_every_step() -> None:
    network = residual("per_position")
    built = model.build(network, SHAPE, 3).double()
    x = sequences()
    states = torch.stack(by_hand(built, x), dim=1)
    expected = torch.nn.functional.linear(states, built.readout.weight, built.readout.bias)
    torch.testing.assert_close(built(x), expected, rtol=0, atol=1e-12)
    assert network.shapes(SHAPE, 3)[-1] == (POSITIONS, 3)


def test_a_vector_is_read_number_by_number_and_tokens_token_by_token() -> None:
    built = model.build(residual(), (5,), 3).double()
    x = sequences(shape=(5,))
    as_sequence = Model(residual().on((5, 1), 3), dtype=torch.float64)
    torch.testing.assert_close(built(x), as_sequence(x[..., None]))
    tokens = residual().insert_layer(1, {"kind": "embedding", "vocabulary": 7, "width": 2})
    embedded = model.build(tokens, (5,), 3).double()
    numbers = torch.randint(7, (2, 5), generator=torch.Generator().manual_seed(0))
    reads = model.build(residual(), (5, 2), 3).double()
    reads.load_state_dict(
        {
            name: embedded.get_parameter(
                name.replace("layer2", "layer3")
                .replace("layer1", "layer2")
                .replace("skip2_2", "skip3_3")
                .replace("skip1_1", "skip2_2")
            )
            for name, _ in reads.named_parameters()
        }
    )
    table = embedded.layer1.weight
    torch.testing.assert_close(embedded(numbers), reads(table[numbers]))


@pytest.mark.parametrize("readout", ["dense", "per_position"])
@pytest.mark.parametrize("shape", [SHAPE, (POSITIONS,)])
def test_gradients_split_exactly_at_every_step_of_every_arm(
    readout: str, shape: tuple[int, ...]
) -> None:
    network = residual(readout).add_skip(
        0, 2, kind="gated" if shape[1:] == (WIDTH,) else "projection"
    )
    arms = [*STANDARD_ARMS.values(), *leave_one_out(network)]
    stack = Stack(network.on(shape, 3), arms, [0, 1], torch.float64)
    x = sequences(4, shape)
    y = torch.arange(4) % 3 if readout == "dense" else torch.arange(4 * POSITIONS).view(4, -1) % 3
    check(stack, x.expand(stack.replicas, *x.shape), y.expand(stack.replicas, *y.shape))


@pytest.mark.parametrize("readout", ["dense", "per_position"])
def test_paths_are_those_of_the_network_unrolled_over_the_positions(readout: str) -> None:
    network, steps = residual(readout), 3
    found = Counter[int]()
    for end in range(steps) if readout == "per_position" else [steps - 1]:
        found.update(lengths_to(network, (end, 3)))
    assert graph.path_lengths(network, steps) == dict(sorted(found.items()))
    sampler, random = PathSampler(network, steps), Random(0)
    assert sampler.lengths == dict(sorted(found.items()))
    drawn = {sampler.draw(2, random) for _ in range(400)}
    assert len(drawn) == sampler.lengths[2]
    with pytest.raises(NetworkError, match="say how many"):
        graph.count_paths(network)


def lengths_to(network: Network, state: tuple[int, int]) -> Counter[int]:
    """{layers passed: paths} of all paths to a state, by walking all of them."""
    time, k = state
    if k == 0:
        return Counter({0: 1})
    found = Counter[int]()
    for length, count in lengths_to(network, (time, k - 1)).items():
        found[length + (k <= network.depth)] += count
    for skip in network.skips:
        if skip.target == k and time - skip.is_feedback >= 0:
            found.update(lengths_to(network, (time - skip.is_feedback, skip.source)))
    return found


@pytest.mark.parametrize("readout", ["dense", "per_position"])
def test_what_single_paths_bring_adds_up_to_the_gradient_of_the_input(readout: str) -> None:
    """With no activation every path is a product of matrices; two steps have few paths."""
    network = residual(readout).change_layer(1, activation="identity")
    network = network.change_layer(2, activation="identity").remove_skip(2, 2)
    stack = Stack(network.on((2, 3), 3), [STANDARD_ARMS["skip"]], [0], torch.float64)
    x = sequences(1, (2, 3))
    y = torch.zeros(1, 2, dtype=torch.int64) if readout == "per_position" else torch.tensor([0])
    result = [*measured(stack, x, y, 0, 5, 0)][-1]
    asked = x[None].clone().requires_grad_()
    loss = forward_loss(stack, asked, y[None])
    (whole,) = torch.autograd.grad(loss, asked)
    assert result.norm == pytest.approx(float(whole.norm()), rel=1e-12)
    assert np_sum(result.shares) == pytest.approx(1)
    tape = Tape(stack, x[None])
    gradient = loss_gradient(tape, y[None])
    sampler, random = PathSampler(network, 2), Random(0)
    only = {length for length, count in sampler.lengths.items() if count == 1}
    for length in only:
        path = sampler.draw(length, random)
        norm = float(norms_of_paths(tape, gradient, [path], 0))
        assert norm == pytest.approx(float(result.norms[result.lengths.index(length)]), rel=1e-12)


def np_sum(values: object) -> float:
    return float(sum(values))  # type: ignore[call-overload]


def forward_loss(stack: Stack, x: Tensor, y: Tensor) -> Tensor:
    logits = stack.states(x)[-1]
    return torch.nn.functional.cross_entropy(logits.flatten(0, -2), y.flatten())


@pytest.mark.parametrize("readout", ["dense", "per_position"])
def test_the_gradient_of_every_step_is_measured(readout: str) -> None:
    stack = Stack(residual(readout).on(SHAPE, 3), [STANDARD_ARMS["skip"]], [0], torch.float64)
    x = sequences(4)[None]
    y = (torch.arange(4) % 3)[None] if readout == "dense" else torch.zeros(1, 4, 6).long()
    over_time = gradient_over_time(stack, forward_backward(stack, x, y))
    assert over_time.shape == (1, 3, POSITIONS)
    assert (over_time[0, :2] > 0).all()
    assert (over_time[0, 2] > 0).sum() == (1 if readout == "dense" else POSITIONS)


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 5), st.sampled_from(["dense", "per_position"]), st.sampled_from([(), (2,)]))
def test_the_exported_source_reads_a_position_per_step(
    positions: int, readout: str, channels: tuple[int, ...]
) -> None:
    network, shape = residual(readout), (positions, *channels)
    if positions == 1:
        assert [p.skip for p in network.check(shape, 3)] == [(1, 1), (2, 2)]
        network = network.remove_skip(1, 1).remove_skip(2, 2)
    assert_same_as_built(network, shape, 3)


def test_counts_are_those_of_all_positions() -> None:
    once = residual().set_time("repeat", steps=2)
    assert residual().count_macs(SHAPE, 3) == POSITIONS * once.count_macs((CHANNELS,), 3) // 2
    assert residual().count_parameters(SHAPE, 3) == once.count_parameters((CHANNELS,), 3)


def test_it_says_what_does_not_fit() -> None:
    (problem,) = residual().check((1, 8, 8), 3)
    assert problem.message == (
        "Every time step reads one position of a sequence; here is an image of 1×8×8. "
        "Read the whole input at every step."
    )
    assert apply_edit(residual(), problem.fixes[0].edits[0]).time == "repeat"
    with pytest.raises(NetworkError, match="leave time_steps at 1"):
        residual().set_time_steps(3)
    limits = Limits(time_steps=5)
    (problem,) = residual().check(SHAPE, 3, limits)
    assert problem.message == "The network runs for 6 time steps; at most 5 are allowed."


def test_it_is_said_in_json_in_links_and_in_words() -> None:
    network = residual()
    assert '"time":"positions"' in network.to_json()
    assert Network.from_json(network.to_json()) == network
    assert link.decode(link.encode(network))[0] == network
    assert str(network).endswith("a position per time step)")
    assert network.set_time("repeat", steps=4).time_steps == 4
    assert '"time"' not in network.set_time("repeat").to_json()
