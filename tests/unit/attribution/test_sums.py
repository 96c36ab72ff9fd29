"""The parts of a gradient add up to autograd's, for every kind of network and skip."""

import numpy as np
import pytest
import torch

from skipviz import data, graph, presets
from skipviz.arms import STANDARD_ARMS, Arm, Gain
from skipviz.engine.attribution.api import by_path_length, by_skip, by_skips_taken
from skipviz.engine.attribution.degrees import down, layers_passed, skips_taken
from skipviz.engine.attribution.live import attribution_snapshot
from skipviz.engine.attribution.tape import Tape
from skipviz.engine.model import Stack
from skipviz.engine.probes.passes import forward_backward
from skipviz.network import Network
from tests.unit.attribution.truth import TOLERANCE, check, inputs, truth

KINDS = ("add", "projection", "gated", "shortcut_gate", "concat")
ACTIVATIONS = ("relu", "tanh", "gelu", "identity", "sine")


def random_network(seed: int) -> Network:
    """Layers of random kinds with about half as many random skips, all of equal width."""
    random = np.random.default_rng(seed)
    depth = int(random.integers(3, 9))
    network = Network.mlp(depth, 6, str(random.choice(ACTIVATIONS)))
    network = network.change_defaults(
        order=str(random.choice(["post", "pre"])),
        norm=str(random.choice(["none", "none", "layer", "batch"])),
        dropout=float(random.choice([0.0, 0.0, 0.3])),
    )
    for _ in range(depth):
        p, q = sorted(random.choice(depth + 1, 2, replace=False).tolist())
        kind = str(random.choice(KINDS))
        how = {"branch_scale": 0.7} if kind == "add" and random.random() < 0.5 else {}
        try:
            grown = network.add_skip(p, q, kind=kind, **how)
        except ValueError:
            continue
        if not grown.check((6,), 3):
            network = grown
    return network


@pytest.mark.parametrize("seed", range(40))
def test_random_networks_in_all_arms(seed):
    network = random_network(seed)
    stack = Stack(network.on((6,), 3), list(STANDARD_ARMS.values()), [0], torch.float64)
    check(stack, *inputs((6,), 4))


CONV = {"kind": "conv2d", "channels": 3}
LAYOUTS = {
    "convolutions": (
        Network.of(
            layers=[CONV, CONV, {**CONV, "stride": 2, "channels": 6}, CONV | {"channels": 6}],
            skips=[
                {"kind": "add", "source": 1, "target": 2},
                {"kind": "pad", "source": 2, "target": 3},
                {"kind": "projection", "source": 1, "target": 4, "norm": "batch"},
                {"kind": "concat", "source": 3, "target": 4},
            ],
            defaults={"activation": "relu", "norm": "batch"},
        ),
        (2, 8, 8),
    ),
    "inside the activation": (
        Network.of(
            layers=[CONV, CONV, CONV],
            skips=[{"kind": "add", "source": 1, "target": 3, "join": "preactivation"}],
        ),
        (1, 4, 4),
    ),
    "attention": (
        Network.of(
            layers=[
                {"kind": "conv1d", "channels": 8, "kernel": 1},
                {"kind": "attention", "heads": 2, "order": "pre", "norm": "layer"},
                {"kind": "feed_forward", "width": 12, "order": "pre", "norm": "layer"},
            ],
            skips=[
                {"kind": "add", "source": 1, "target": 2},
                {"kind": "add", "source": 2, "target": 3},
            ],
        ),
        (5, 3),
    ),
    "feedback": (
        Network.of(
            layers=[{"kind": "dense", "width": 6}] * 4,
            skips=[
                {"kind": "add", "source": 3, "target": 2},
                {"kind": "projection", "source": 4, "target": 1},
                {"kind": "add", "source": 2, "target": 2},
                {"kind": "add", "source": 1, "target": 3},
            ],
            defaults={"activation": "tanh"},
            time_steps=4,
        ),
        (6,),
    ),
    "learned scales and chance": (
        Network.mlp(4, 6, "tanh")
        .add_skip(1, 3, branch_scale={"value": 0.4, "learned": "channel"}, survival=0.5)
        .add_skip(0, 4, dropout=0.5)
        .add_skip(2, 5, kind="projection"),
        (6,),
    ),
}


@pytest.mark.parametrize("name", LAYOUTS)
def test_every_kind_of_layer_and_skip(name):
    network, shape = LAYOUTS[name]
    arms = [STANDARD_ARMS["skip"], STANDARD_ARMS["gradient_only"], Arm(name="half", forward=0.5)]
    stack = Stack(network.on(shape, 3), arms, [0], torch.float64)
    check(stack, *inputs(shape, 3))


def test_token_numbers_have_no_gradient_and_disturb_nothing():
    network = Network.of(
        layers=[
            {"kind": "embedding", "vocabulary": 9, "width": 4},
            {"kind": "attention", "heads": 1},
            {"kind": "attention", "heads": 1},
        ],
        skips=[{"kind": "add", "source": 1, "target": 3}],
    )
    stack = Stack(network.on((5,), 3), [STANDARD_ARMS["skip"]], [0], torch.float64)
    x = torch.randint(9, (1, 6, 5), generator=torch.Generator().manual_seed(0))
    check(stack, x, torch.randint(3, (1, 6)))


def test_the_paths_of_a_linear_network_are_those_that_are_counted():
    """With W = 1 and unit gradient every path brings exactly 1, so parts count paths."""
    network = Network.mlp(9, 1, "identity", skips=((1, 3), (0, 4), (3, 8), (4, 5), (5, 10)))
    network = network.change_defaults(bias=False)
    stack = Stack(network.on((1,), 1), [STANDARD_ARMS["skip"]], [0], torch.float64)
    with torch.no_grad():
        for name, tensor in stack.tensors().items():
            tensor.fill_(1.0 if name.endswith("weight") else 0.0)
    tape = Tape(stack, torch.ones(1, 1, 1, dtype=torch.float64))
    one = torch.ones_like(tape.logits)
    for degree, counted in (
        (skips_taken, graph.skips_taken(network)),
        (layers_passed(9), graph.path_lengths(network)),
    ):
        found = dict(down(tape, one, degree))[0, 0]
        parts = found.parts.flatten().tolist()
        lengths = {found.first + j: round(part) for j, part in enumerate(parts) if part}
        assert lengths == counted


def test_the_notebook_calls_agree_with_each_other_and_with_autograd():
    network = presets.load("forward_skip")
    taken, passed, split = by_skips_taken(network), by_path_length(network), by_skip(network)
    assert [len(gradient) for gradient in taken.gradients] == [2, 2, 2, 2, *[1] * 7]
    samples = data.load("digits")
    stack = Stack(network.on((64,), 10), [STANDARD_ARMS["skip"]], [0], torch.float64)
    x = torch.from_numpy(samples.train_x[:64]).double()[None]
    expected = truth(stack, x, torch.from_numpy(samples.train_y[:64])[None])
    for k, gradient in enumerate(expected):
        gradient = gradient.numpy().reshape(taken.total[k].shape)
        scale = np.abs(gradient).max()
        assert np.abs(taken.total[k] - gradient).max() <= TOLERANCE * scale
        assert np.abs(passed.total[k] - gradient).max() <= TOLERANCE * scale
        assert taken.shares[k].sum() == pytest.approx(1)
        assert passed.shares[k].sum() == pytest.approx(1)
        assert split[k].norm == pytest.approx(np.linalg.norm(gradient))
    assert set(split[3].skips) == {(3, 7)}
    assert split[3].chain.share + split[3].skips[3, 7].share == pytest.approx(1)
    lengths = {j for j, norm in enumerate(passed.norms[0]) if norm}
    assert lengths == set(graph.path_lengths(network))


def test_criterion_and_norm_agree():
    """The norm with the term is larger than without it exactly where R > -1/2."""
    random = np.random.default_rng(0)
    rows = [[*random.normal(size=6), k % 3] for k in range(64)]
    own = data.from_csv("\n".join(",".join(map(str, row)) for row in rows).encode())
    for seed in range(12):
        network = random_network(seed)
        for state in by_skip(network, own, seed).values():
            for term in state.skips.values():
                square = state.norm**2 - 2 * term.share * state.norm**2 + term.norm**2
                rest = np.sqrt(max(square, 0))
                if abs(term.criterion + 0.5) > 1e-9:
                    assert (state.norm > rest) == (term.criterion > -0.5)


def test_a_snapshot_says_what_the_gradient_owes_to_every_skip():
    network, _ = LAYOUTS["learned scales and chance"]
    stack = Stack(network.on((6,), 3), [STANDARD_ARMS["skip"], STANDARD_ARMS["plain"]], [0])
    x, y = inputs((6,), 2)
    taken = attribution_snapshot(stack, x.float(), y, "full")
    assert taken["skip_share"].shape == taken["skip_norm"].shape == (2, 3)
    assert (taken["skip_norm"][1] == 0).all(), "in the plain arm nothing comes through a skip"
    assert (taken["skip_norm"][0] > 0).all()
    np.testing.assert_allclose(taken["share_by_skips_taken"].sum(2), 1, atol=1e-5)
    assert attribution_snapshot(stack, x.float(), y, "minimal") == {}


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_gradients_of_a_pass_tell_what_a_walk_down_its_layers_tells(activation):
    skips = ((1, 2), (1, 4), (2, 4), (2, 6), (3, 5))
    network = Network.mlp(6, 6, activation, skips=skips)
    own = Arm(name="own", forward=-0.5, backward=2.0)
    arms = [*STANDARD_ARMS.values(), own]
    stack = Stack(network.on((6,), 3), arms, [0, 1], torch.float64)
    x, y = inputs((6,), len(arms) * 2)
    gradients = forward_backward(stack, x, y).state_gradients
    told = attribution_snapshot(stack, x, y, "standard", gradients)
    walked = attribution_snapshot(stack, x, y, "standard")
    assert told.keys() == walked.keys()
    for name, values in walked.items():
        np.testing.assert_allclose(told[name], values, rtol=1e-10, atol=1e-14, err_msg=name)
    doubled = attribution_snapshot(stack, x, y, "standard", [2 * g for g in gradients])
    np.testing.assert_allclose(doubled["skip_norm"], 2 * walked["skip_norm"])


def test_what_comes_down_to_the_input_is_walked_for():
    network = Network.mlp(3, 6, "tanh", skips=((0, 2), (1, 3)))
    stack = Stack(network.on((6,), 3), [STANDARD_ARMS["skip"]], [0], torch.float64)
    x, y = inputs((6,), 1)
    gradients = forward_backward(stack, x, y).state_gradients
    told = attribution_snapshot(stack, x, y, "standard", gradients)
    walked = attribution_snapshot(stack, x, y, "standard")
    np.testing.assert_allclose(told["skip_share"], walked["skip_share"])


def test_looking_leaves_no_trace():
    network = LAYOUTS["convolutions"][0].change_defaults(dropout=0.4)
    arms = [STANDARD_ARMS["skip"]]
    looked, other = (Stack(network.on((2, 8, 8), 3), arms, [0]) for _ in range(2))
    x, y = inputs((2, 8, 8), 1)
    attribution_snapshot(looked, x.float(), y, "full")
    assert torch.equal(looked(x.float()), other(x.float()))
    for one, two in zip(looked.buffers(), other.buffers(), strict=True):
        assert torch.equal(one, two)


@pytest.mark.parametrize("arm", [Arm(name="own", exceptions=(Gain(source=3, target=7, forward=1, backward=2),))])  # fmt: skip # noqa: E501
def test_backward_gains_of_an_own_arm_count(arm):
    network = presets.load("forward_skip")
    doubled, plain = by_skip(network, arm=arm), by_skip(network)
    ratio = doubled[3].skips[3, 7].norm / plain[3].skips[3, 7].norm
    assert ratio == pytest.approx(2)


def test_a_replica_alone_says_what_it_says_among_others():
    resolved = Network.mlp(4, 6, "tanh", skips=((0, 2), (1, 4), (2, 5))).on((6,), 6)
    arms = [STANDARD_ARMS[name] for name in ("skip", "plain")]
    alone, among = (Stack(resolved, chosen, [0], torch.float64) for chosen in (arms[:1], arms))
    one = attribution_snapshot(alone, *inputs((6,), 1), "full")
    two = attribution_snapshot(among, *inputs((6,), 2), "full")
    assert one.keys() == two.keys()
    for name, table in one.items():
        np.testing.assert_allclose(table[0], two[name][0], rtol=1e-12, atol=0, err_msg=name)
