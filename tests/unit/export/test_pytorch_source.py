"""Exported source computes what the drawing says, with the weights of the built model."""

import pytest
import torch
from hypothesis import given, settings

from skipviz import export, presets
from skipviz.engine import model
from skipviz.network import Add, Network, NetworkError, Scale
from tests.unit.export import reference
from tests.unit.export.exported import SMALL_PRESETS, SOUND_PRESETS, an_input, loaded, module_of
from tests.unit.network.network_strategies import sound_networks

Drawn = tuple[Network, tuple[int, ...], int]


def assert_close(found: torch.Tensor, expected: torch.Tensor) -> None:
    """Sinusoidal positions are held in single precision before `.double()`."""
    size = 1 + expected.abs().max().item()
    torch.testing.assert_close(found, expected, rtol=1e-5, atol=1e-6 * size)


def assert_same_function(network: Network, shape: tuple[int, ...], outputs: int) -> None:
    weights = reference.random_weights(network, shape, outputs)
    x = an_input(network, shape)
    expected = reference.forward(network, outputs, weights, x)
    found = loaded(network, shape, outputs, weights)(x)
    assert found.shape == expected.shape
    assert_close(found, expected)


def assert_same_as_built(network: Network, shape: tuple[int, ...], outputs: int) -> None:
    built = model.build(network, shape, outputs, seed=3).double().eval()
    x = an_input(network, shape)
    assert_close(loaded(network, shape, outputs, built.state_dict())(x), built(x))


@pytest.mark.parametrize("name", SMALL_PRESETS)
def test_a_preset_computes_what_its_definition_says(name: str) -> None:
    preset = presets.info(name)
    assert_same_function(preset.build(), preset.input_shape, preset.outputs)


@settings(max_examples=100)
@given(sound_networks())
def test_any_network_computes_what_its_definition_says(drawn: Drawn) -> None:
    assert_same_function(*drawn)


@pytest.mark.parametrize("name", SMALL_PRESETS)
def test_a_preset_computes_what_its_built_model_does(name: str) -> None:
    preset = presets.info(name)
    assert_same_as_built(preset.build(), preset.input_shape, preset.outputs)


@settings(max_examples=100)
@given(sound_networks())
def test_any_network_computes_what_its_built_model_does(drawn: Drawn) -> None:
    assert_same_as_built(*drawn)


@pytest.mark.parametrize("name", SOUND_PRESETS)
def test_names_pair_every_tensor_of_the_exported_module_with_one_of_the_model(name: str) -> None:
    preset = presets.info(name)
    arguments = preset.build(), preset.input_shape, preset.outputs
    with torch.device("meta"):
        ours = module_of(export.pytorch(*arguments)).state_dict()
    names = export.state_dict_names(*arguments)
    assert set(names) == {key for key in ours if not key.endswith("num_batches_tracked")}
    assert (len(set(names.values())) == len(names)) == (not arguments[0].ties)
    shapes = {theirs: tuple(ours[key].shape) for key, theirs in names.items()}
    expected = reference.shapes_of(*arguments)
    assert {name: shapes[name] for name in expected} == expected
    sizes = {v: ours[k].numel() for k, v in names.items() if v in expected}  # shared ones once
    assert sum(sizes.values()) == arguments[0].count_parameters(*arguments[1:])


@pytest.mark.parametrize("steps", [1, 3])
def test_batch_norms_train_as_in_the_built_model(steps: int) -> None:
    network, shape = presets.load("resnet8_digits").set_time_steps(steps), (1, 8, 8)
    built = model.build(network, shape, 10).double()
    exported = loaded(network, shape, 10, built.state_dict()).train()
    x = an_input(network, shape, batch=8)
    torch.testing.assert_close(exported(x), built.train()(x))
    names = export.state_dict_names(network, shape, 10)
    ours, theirs = exported.state_dict(), built.state_dict()
    for name, other in names.items():
        torch.testing.assert_close(ours[name], theirs[other], msg=name)


def test_without_batch_norm_equal_time_steps_are_written_once() -> None:
    layers = [{"kind": "dense", "width": 5}] * 2
    for norm, loops in (("layer", 0), ("batch", 1)):
        network = Network.of(layers=layers, defaults={"norm": norm}).set_time_steps(3)
        assert export.pytorch(network, (5,), 3).count("for _ in range(3):") == loops


def test_stochastic_depth_keeps_the_mean_of_the_branch() -> None:
    network = Network.mlp(depth=1, width=2000, activation="identity", bias=False)
    network = network.add_skip(0, 1, survival=0.25)
    torch.manual_seed(0)
    module = module_of(export.pytorch(network, (2000,), 2))
    module.readout = torch.nn.Identity()
    x = torch.randn(1, 2000).repeat(4000, 1)
    branch = module.train()(x) - x
    alive = branch.abs().amax(1) > 0
    assert alive.float().mean().item() == pytest.approx(0.25, abs=0.03)
    kept = module.eval()(x)[0] - x[0]
    torch.testing.assert_close(branch[alive][0], kept / 0.25, rtol=1e-3, atol=1e-4)


def test_an_unsound_network_is_refused_with_its_problems() -> None:
    with pytest.raises(NetworkError, match="128"):
        export.pytorch(presets.load("dense_784_skip"), (784,), 10)
    with pytest.raises(NetworkError, match="128"):
        export.state_dict_names(presets.load("dense_784_skip"), (784,), 10)


def test_a_fixed_negative_scale_keeps_its_sign() -> None:
    skip = Add(source=0, target=2, branch_scale=Scale(value=-0.5), shortcut_scale=Scale(value=-2))
    network = Network.of(layers=[{"kind": "dense", "width": 5}] * 2, skips=[skip])
    assert_same_function(network, (5,), 3)
