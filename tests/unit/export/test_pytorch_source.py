"""Exported source computes what the drawing says, reads well, and stays as it is."""


import pytest
import torch
from hypothesis import given, settings

from skipviz import presets
from skipviz.network import Network
from tests.unit.export import reference
from tests.unit.export.exported import an_input, loaded
from tests.unit.network.network_strategies import sound_networks

SOUND = [
    name
    for name in presets.names()
    if not presets.load(name).check(presets.info(name).input_shape, presets.info(name).outputs)
]
SMALL = [
    name
    for name in SOUND
    if presets.load(name).count_macs(presets.info(name).input_shape, presets.info(name).outputs)
    < 50_000_000
]


def assert_same_function(network: Network, shape: tuple[int, ...], outputs: int) -> None:
    weights = reference.random_weights(network, shape, outputs)
    x = an_input(network, shape)
    expected = reference.forward(network, outputs, weights, x)
    found = loaded(network, shape, outputs, weights)(x)
    assert found.shape == expected.shape
    # a table of sines and what follows it are held in single precision before `.double()`
    torch.testing.assert_close(found, expected, rtol=1e-5, atol=1e-6 * (1 + expected.abs().max()))


@pytest.mark.parametrize("name", SMALL)
def test_a_preset_computes_what_its_definition_says(name: str) -> None:
    preset = presets.info(name)
    assert_same_function(preset.build(), preset.input_shape, preset.outputs)


@settings(max_examples=400)
@given(sound_networks())
def test_any_network_computes_what_its_definition_says(
    drawn: tuple[Network, tuple[int, ...], int],
) -> None:
    assert_same_function(*drawn)
