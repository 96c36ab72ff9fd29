"""Averages over depth (DenseFormer) and attention over depth, against what is written by hand."""

import pytest
import torch
from torch import Tensor

from skipviz import presets
from skipviz.arms import STANDARD_ARMS, leave_one_out
from skipviz.engine import model
from skipviz.engine.model import Model, Stack
from skipviz.network import Network, apply_edit
from tests.unit.attribution.truth import check

ROWS = (8, 8)


def samples(batch: int = 3, shape: tuple[int, ...] = ROWS) -> Tensor:
    stream = torch.Generator().manual_seed(2)
    return torch.randn(batch, *shape, generator=stream, dtype=torch.float64)


def drawn(name: str) -> Model:
    """A preset with weights that are no longer the first ones."""
    built = model.build(presets.load(name), ROWS, 10, seed=1).double()
    stream = torch.Generator().manual_seed(3)
    for parameter in built.parameters():
        parameter.data += 0.1 * torch.randn(parameter.shape, generator=stream).double()
    return built


def test_a_denseformer_averages_what_all_blocks_have_given() -> None:
    """Y_i = sum over j of alpha_ij X_j (Pagliardini et al. 2024), X_0 what is embedded."""
    built = drawn("denseformer_digits")
    states = built.states(samples())
    given = [states[2]]
    for last, averaged in ((4, 5), (7, 8), (10, 11)):
        first = built.get_submodule(f"skip2_{averaged}")
        expected = first.branch_scale * states[last]
        for k, state in zip((2, 4, 7, 10), given, strict=False):
            expected = expected + built.get_submodule(f"skip{k}_{averaged}").shortcut_scale * state
        torch.testing.assert_close(states[averaged], expected, rtol=0, atol=1e-12)
        given.append(states[last])


def test_a_denseformer_starts_as_the_transformer_without_averages() -> None:
    network = presets.load("denseformer_digits")
    averages = [skip.ends for skip in network.skips if skip.target in (5, 8, 11)]
    bare = network.keep_skips([s.ends for s in network.skips if s.ends not in averages])
    x = samples()
    one, other = (model.build(each, ROWS, 10, seed=1).double()(x) for each in (network, bare))
    torch.testing.assert_close(one, other)
    assert len(averages) == 1 + 2 + 3
    extra = network.count_parameters(ROWS, 10) - bare.count_parameters(ROWS, 10)
    assert extra == 2 + 3 + 4


@pytest.mark.parametrize("shape", [(6,), (4, 6), (6, 2, 3)])
def test_attention_over_depth_is_the_softmax_of_products_with_the_query(
    shape: tuple[int, ...],
) -> None:
    like = {1: {"kind": "dense", "width": 6}, 2: {"kind": "conv1d", "channels": 6}}
    like[3] = {"kind": "conv2d", "channels": 6}
    mixed = {"kind": "depth_attention", "parts": 3, "reads": [0, 1, 2]}
    network = Network.of(layers=[like[len(shape)]] * 2 + [mixed])
    built = model.build(network, shape, 2, seed=1).double()
    x = samples(shape=shape)
    read = torch.stack(built.states(x)[:3])
    torch.testing.assert_close(built.states(x)[3], read.mean(0))  # the query starts at 0
    query = built.layer3.query_weight
    query.data.normal_(generator=torch.Generator().manual_seed(4))
    axis = 3 if len(shape) == 2 else 2
    keys = read.movedim(axis, -1)
    keys = keys / (keys.square().mean(-1, keepdim=True) + 1e-5).sqrt()
    weights = (keys @ query).softmax(0).unsqueeze(axis)
    expected = (weights * read).sum(0)
    torch.testing.assert_close(built.states(x)[3], expected, rtol=0, atol=1e-12)
    positions = 1 if len(shape) == 1 else 4 if len(shape) == 2 else 6
    without = network.change_layer(3, kind="identity", reads=[2])
    assert network.count_macs(shape, 2) - without.count_macs(shape, 2) == 3 * 6 * positions


@pytest.mark.parametrize("name", ["denseformer_digits", "attention_residuals"])
def test_its_gradient_is_split_exactly_in_every_arm(name: str) -> None:
    network = presets.load(name)
    arms = [*STANDARD_ARMS.values(), *leave_one_out(network)[:2]]
    stack = Stack(network.on(ROWS, 10), arms, [0], torch.float64)
    stream = torch.Generator().manual_seed(3)
    for group in stack.groups:
        group.data += 0.1 * torch.randn(group.shape, generator=stream).double()
    x, y = samples(), torch.arange(3)
    check(stack, x.expand(stack.replicas, *x.shape), y.expand(stack.replicas, -1))


def test_channels_that_cannot_be_told_apart_are_a_problem_that_its_fix_mends() -> None:
    network = Network.of(layers=[{"kind": "depth_attention", "parts": 4}])
    (problem,) = network.check((6,), 2)
    assert "cannot tell 4 states apart in 6 channels" in problem.message
    assert apply_edit(network, problem.fixes[0].edits[0]).check((6,), 2) == []
