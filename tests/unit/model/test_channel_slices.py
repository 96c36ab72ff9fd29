"""Slices of channels, and the two streams of a RevNet, against what is written by hand."""

import pytest
import torch
from torch import Tensor
from torch.nn import functional

from skipviz import presets
from skipviz.engine import model
from skipviz.network import Network, apply_edit

SHAPES = [(6,), (3, 6), (6, 2, 2)]


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize(("start", "stop"), [(0, 2), (2, 5), (4, None)])
def test_a_slice_hands_on_these_channels(
    shape: tuple[int, ...], start: int, stop: int | None
) -> None:
    network = Network.of(layers=[{"kind": "slice", "start": start, "stop": stop}])
    x = torch.randn(2, *shape, dtype=torch.float64)
    found = model.build(network, shape, 2).double().states(x)[1]
    expected = x[..., start:stop] if len(shape) == 2 else x[:, start:stop]
    torch.testing.assert_close(found, expected, rtol=0, atol=0)
    assert network.count_parameters(shape, 2) == found[0].numel() * 2 + 2


@pytest.mark.parametrize(
    ("fields", "said", "labels"),
    [
        ({"start": 2, "stop": 9}, "takes channels 2 to 8 of 6", 2),
        ({"start": 6}, "takes channels 6 to 5 of 6", 1),
        ({"start": 4, "stop": 3}, "takes channels 4 to 2 of 6", 2),
    ],
)
def test_what_is_not_there_is_a_problem_that_every_fix_mends(
    fields: dict[str, int], said: str, labels: int
) -> None:
    network = Network.of(layers=[{"kind": "slice", **fields}])
    (problem,) = network.check((6,), 2)
    assert said in problem.message
    assert len(problem.fixes) == labels
    for fix in problem.fixes:
        assert apply_edit(network, fix.edits[0]).check((6,), 2) == []


def test_a_revnet_is_the_one_written_by_hand_and_its_blocks_can_be_undone() -> None:
    network = presets.load("revnet_digits")
    built = model.build(network, (1, 8, 8), 10, seed=2).double().eval()
    x = torch.randn(3, 1, 8, 8, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    states = built.states(x)
    one, other = states[1][:, :8], states[1][:, 8:]
    for k in range(4, 10, 2):
        one = one + mapped(built, k, other)
        other = other + mapped(built, k + 1, one)
    torch.testing.assert_close(states[8], one, rtol=0, atol=1e-12)
    torch.testing.assert_close(states[9], other, rtol=0, atol=1e-12)
    for k in range(8, 2, -2):
        other = other - mapped(built, k + 1, one)
        one = one - mapped(built, k, other)
    torch.testing.assert_close(torch.cat([one, other], 1), states[1], rtol=0, atol=1e-12)


def mapped(built: torch.nn.Module, k: int, s: Tensor) -> Tensor:
    """conv(relu(batch norm(s))) of layer k, with running statistics."""
    own = built.get_submodule(f"layer{k}")
    normed = functional.batch_norm(s, own.norm_mean, own.norm_var, own.norm_weight, own.norm_bias)
    return functional.conv2d(torch.relu(normed), own.weight, own.bias, padding=1)
