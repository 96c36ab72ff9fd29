"""Dropout and stochastic depth: what they do, and that all arms of a seed see the same."""

import copy

import pytest
import torch
from torch import Tensor

from skipviz.arms import STANDARD_ARMS
from skipviz.engine.model import Model, Stack
from skipviz.network import Network

CHAIN = Network.mlp(depth=3, width=16, activation="tanh", dropout=0.25)
NET = CHAIN.add_skip(1, 2, survival=0.5).add_skip(2, 3, kind="gated", dropout=0.5)


def inputs(batch: int = 4000) -> Tensor:
    return torch.randn(batch, 16, generator=torch.Generator().manual_seed(1))


def test_dropout_zeroes_its_share_and_scales_the_rest() -> None:
    model, x = Model(CHAIN.on((16,), 3)), inputs()
    dropped, whole = model.states(x)[1], model.eval().states(x)[1]
    zero = dropped == 0
    assert zero.float().mean() == pytest.approx(0.25, abs=0.01)
    assert torch.allclose(dropped[~zero], whole[~zero] / 0.75)


def test_in_evaluation_nothing_is_dropped() -> None:
    x = inputs(8)
    quiet = Network.of(
        layers=NET.layers,
        skips=[s.model_copy(update={"dropout": 0.0}) for s in NET.skips],
        defaults={"activation": "tanh"},
    ).change_skip(1, 2, survival=1.0)
    assert torch.allclose(
        Model(NET.on((16,), 3)).eval()(x), Model(quiet.on((16,), 3))(x), atol=1e-6
    )


def test_stochastic_depth_drops_the_branch_of_a_sample_or_doubles_it() -> None:
    net = Network.mlp(depth=2, width=16, activation="tanh").add_skip(1, 2, survival=0.5)
    model, x = Model(net.on((16,), 3)), inputs()
    _, s1, s2, _ = model.states(x)
    branch = torch.tanh(
        s1 @ model.get_parameter("layer2.weight").t() + model.get_parameter("layer2.bias")
    )
    gone = torch.isclose(s2, s1, atol=1e-6).all(1)
    assert gone.float().mean() == pytest.approx(0.5, abs=0.03)
    assert torch.allclose(s2[~gone], (s1 + 2 * branch)[~gone], atol=1e-5)


def test_all_arms_of_a_seed_drop_the_same_and_seeds_differ() -> None:
    arms = [STANDARD_ARMS["skip"], STANDARD_ARMS["plain"]]
    stack = Stack(NET.on((16,), 3), arms, [0, 1])
    first = stack.states(inputs(50).expand(4, 50, 16))[1]
    assert torch.equal(first[0], first[2])
    assert torch.equal(first[1], first[3])
    assert not torch.equal(first[0] == 0, first[1] == 0)


@pytest.mark.parametrize("seed", [0, 1])
def test_a_replica_drops_what_a_model_of_its_seed_drops_step_after_step(seed: int) -> None:
    arms = [STANDARD_ARMS["plain"], STANDARD_ARMS["skip"]]
    stack, model = Stack(NET.on((16,), 3), arms, [0, 1]), Model(NET.on((16,), 3), seed)
    for _ in range(3):
        x = inputs(6)
        assert torch.allclose(stack(x.expand(4, 6, 16))[2 + seed], model(x), atol=1e-5)


def test_plain_is_the_network_without_skips_while_dropping() -> None:
    x = inputs(6)
    plain = Model(NET.on((16,), 3), arm=STANDARD_ARMS["plain"])
    assert torch.equal(plain(x), Model(CHAIN.on((16,), 3))(x))


def test_measuring_leaves_no_trace() -> None:
    net = NET.change_defaults(norm="batch")
    one, other = (Stack(net.on((16,), 3), [STANDARD_ARMS["skip"]], [0]) for _ in range(2))
    x = inputs(6)[None]
    with one.fork_rng():
        one(x)
    one.activation_inputs(x)
    assert torch.equal(one(x), other(x))
    assert torch.equal(one.eval()(x), other.eval()(x))


def test_a_copied_model_goes_on_as_its_original_does() -> None:
    model, x = Model(NET.on((16,), 3)), inputs(6)
    model(x)
    twin = copy.deepcopy(model)
    assert torch.equal(model(x), twin(x))
