"""Exported modules draw their first weights by the rules of the drawing."""

from math import prod, sqrt

import pytest
import torch
from hypothesis import given, settings
from torch import Tensor

from skipviz import export
from skipviz.network import Init, Network
from skipviz.network.styles import InitScheme
from skipviz.network.tensors import InitSpec
from tests.unit.export.exported import module_of
from tests.unit.network.network_strategies import sound_networks


def starts_and_values(
    network: Network, shape: tuple[int, ...], outputs: int
) -> list[tuple[InitSpec, Tensor]]:
    torch.manual_seed(0)
    values = module_of(export.pytorch(network, shape, outputs)).state_dict()
    names = {
        theirs: ours for ours, theirs in export.state_dict_names(network, shape, outputs).items()
    }
    tensors = network.on(shape, outputs).tensors
    return [(tensor.start, values[names[name]]) for name, tensor in tensors.items()]


@settings(max_examples=150)
@given(sound_networks())
def test_what_is_certain_of_a_first_value_holds(
    drawn: tuple[Network, tuple[int, ...], int],
) -> None:
    for start, value in starts_and_values(*drawn):
        bound = 1 / sqrt(start.fan_in) if start.fan_in else 0
        if start.rule == "constant":
            torch.testing.assert_close(value, torch.full_like(value, start.value))
        elif start.rule == "bias" and start.init.scheme != "pytorch":
            assert value.count_nonzero() == 0
        elif start.rule == "bias":
            assert value.abs().max() <= bound * 1.000001
        elif start.rule == "weight":
            check_weight(start, value, bound)


def check_weight(start: InitSpec, value: Tensor, bound: float) -> None:
    scheme, gain = start.init.scheme, start.init.gain
    if scheme == "zero":
        assert value.count_nonzero() == 0
    elif scheme == "pytorch":
        assert value.abs().max() <= gain * bound * 1.000001
    elif scheme == "looks_linear" and start.mirrored:
        one, other = value.chunk(2, dim=1)
        torch.testing.assert_close(one, -other)
        check_orthogonal(one, gain)
    elif scheme in ("orthogonal", "looks_linear"):
        check_orthogonal(value, gain)


def check_orthogonal(weight: Tensor, gain: float) -> None:
    matrix = weight.flatten(1)
    wide = matrix if matrix.shape[0] <= matrix.shape[1] else matrix.T
    expected = gain**2 * torch.eye(len(wide))
    torch.testing.assert_close(wide @ wide.T, expected, rtol=1e-4, atol=1e-4 * (1 + gain**2))


@pytest.mark.parametrize(
    ("scheme", "variance"),
    [("pytorch", 1 / (3 * 300)), ("xavier", 2 / (300 + 200)), ("he", 2 / 300)],
)
def test_the_spread_of_a_random_weight_is_that_of_its_scheme(
    scheme: InitScheme, variance: float
) -> None:
    layer = {"kind": "dense", "width": 200, "init": Init(scheme=scheme, gain=1.5)}
    (_, weight), *_ = starts_and_values(Network.of(layers=[layer]), (300,), 2)
    assert prod(weight.shape) == 60_000
    assert weight.std().item() == pytest.approx(1.5 * sqrt(variance), rel=0.02)


def test_tables_of_positions_and_tokens_have_their_spread() -> None:
    layers = [
        {"kind": "embedding", "vocabulary": 300, "width": 100, "std": 0.5},
        {"kind": "positions", "std": 0.1},
    ]
    found = starts_and_values(Network.of(layers=layers), (40,), 2)
    assert [value.std().item() for _, value in found[:2]] == pytest.approx([0.5, 0.1], rel=0.05)
