"""Every preset as a model: parameters as counted, shapes as inferred, arms as described."""

import pytest
import torch
from torch import Tensor

from skipviz import presets
from skipviz.arms import STANDARD_ARMS
from skipviz.engine.model import Model, Stack
from skipviz.network.unread import unreached
from skipviz.presets.preset import Preset

UNSOUND = {"dense_784_skip"}  # drawn to show how a mismatch is reported
ALL = [name for name in presets.names() if name not in UNSOUND]
SMALL = [name for name in ALL if presets.info(name).data == "digits"]


def inputs(preset: Preset, batch: int = 4) -> Tensor:
    stream = torch.Generator().manual_seed(1)
    first = preset.build().layers[0]
    if first.kind == "embedding":
        shape = (batch, *preset.input_shape)
        return torch.randint(0, first.vocabulary, shape, generator=stream)
    return torch.randn(batch, *preset.input_shape, generator=stream, dtype=torch.float64)


def model_of(preset: Preset, arm: str = "skip") -> Model:
    net, shape = preset.build(), preset.input_shape
    return Model(net.on(shape, preset.outputs), arm=STANDARD_ARMS[arm], dtype=torch.float64)


@pytest.mark.parametrize("name", ALL)
def test_a_preset_has_the_parameters_counted(name: str) -> None:
    preset = presets.info(name)
    net = preset.build()
    with torch.device("meta"):
        model = Model(net.on(preset.input_shape, preset.outputs))
    counted = net.count_parameters(preset.input_shape, preset.outputs)
    assert sum(parameter.numel() for parameter in model.parameters()) == counted


@pytest.mark.parametrize("name", ALL)
def test_a_preset_has_the_shapes_inferred(name: str) -> None:
    preset = presets.info(name)
    net = preset.build()
    with torch.device("meta"):
        model = Model(net.on(preset.input_shape, preset.outputs)).eval()
        kind = torch.int64 if net.layers[0].kind == "embedding" else torch.float32
        states = model.states(torch.zeros(2, *preset.input_shape, dtype=kind))
    expected = net.shapes(preset.input_shape, preset.outputs)
    assert [tuple(state.shape[1:]) for state in states] == list(expected)


@pytest.mark.parametrize("name", SMALL)
def test_every_parameter_of_a_small_preset_gets_a_gradient(name: str) -> None:
    preset = presets.info(name)
    model = model_of(preset)
    model(inputs(preset)).square().sum().backward()
    for name_, parameter in model.named_parameters():
        assert parameter.grad is not None, name_
        assert bool(torch.isfinite(parameter.grad).all()), name_


@pytest.mark.parametrize("name", SMALL)
def test_the_replicas_of_a_small_preset_are_its_arms(name: str) -> None:
    """In evaluation: batch norms of a few samples enlarge rounding errors layer by layer."""
    preset = presets.info(name)
    x, net = inputs(preset), preset.build()
    arms = [STANDARD_ARMS["skip"], STANDARD_ARMS["plain"]]
    stack = Stack(net.on(preset.input_shape, preset.outputs), arms, [0], dtype=torch.float64)
    logits = stack.eval()(x.expand(2, *x.shape))
    for replica, arm in enumerate(("skip", "plain")):
        expected = model_of(preset, arm).eval()(x)
        scale = float(expected.detach().abs().max())
        assert torch.allclose(logits[replica], expected, rtol=0, atol=1e-9 * max(scale, 1))


CHANGES_NO_SHAPE = [
    name
    for name in SMALL
    if all(s.kind != "concat" for s in presets.info(name).build().skips)
    and not unreached(presets.info(name).build().without_skips())
]


@pytest.mark.parametrize("name", CHANGES_NO_SHAPE)
def test_plain_is_the_preset_without_its_skips(name: str) -> None:
    preset = presets.info(name)
    x = inputs(preset)
    bare = preset.build().without_skips()
    expected = Model(bare.on(preset.input_shape, preset.outputs), dtype=torch.float64)(x)
    assert torch.allclose(model_of(preset, "plain")(x), expected, rtol=1e-9, atol=1e-12)
