"""What is written as ONNX and as safetensors, read by the packages of these formats."""

from pathlib import Path

import numpy as np
import pytest
import torch
from onnx.reference import ReferenceEvaluator
from safetensors.numpy import load_file

import skipviz as sv
from skipviz import presets
from skipviz.engine.exported import module_of, write_onnx


def test_a_trained_network_computes_in_onnx_what_it_does_here(tmp_path: Path) -> None:
    network = sv.Network.mlp(depth=4, width=8, skips=((1, 3),)).add_skip(2, 4, kind="gated")
    run = sv.train(network, steps=5)
    sv.export.onnx(run, tmp_path / "network.onnx")
    model = sv.build(network, run.info.input_shape, run.info.outputs)
    model.load_state_dict({n: torch.tensor(w) for n, w in run.weights().items()})
    x = torch.randn(5, 64)
    found = ReferenceEvaluator(tmp_path / "network.onnx").run(None, {"x": x.numpy()})[0]
    np.testing.assert_allclose(found, model.eval()(x).detach(), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("name", ["resnet8_digits", "transformer_preln_digits", "feedback"])
def test_other_kinds_of_networks_too(name: str, tmp_path: Path) -> None:
    preset = presets.info(name)
    network, shape, outputs = preset.build(), preset.input_shape, preset.outputs
    state = sv.build(network, shape, outputs, seed=1).state_dict()
    names = sv.export.state_dict_names(network, shape, outputs)
    weights = {ours: state[theirs].numpy() for ours, theirs in names.items()}
    module = module_of(sv.export.pytorch(network, shape, outputs), weights)
    write_onnx(module, network, shape, tmp_path / "network.onnx")
    x = torch.randn(3, *shape)
    found = ReferenceEvaluator(tmp_path / "network.onnx").run(None, {"x": x.numpy()})[0]
    np.testing.assert_allclose(found, module(x).detach(), rtol=1e-4, atol=1e-5)


def test_safetensors_reads_what_is_written(tmp_path: Path) -> None:
    run = sv.train(sv.Network.mlp(depth=4, width=8, skips=((1, 3),)), steps=5)
    sv.export.safetensors(run, tmp_path / "network.safetensors", "plain")
    found = load_file(tmp_path / "network.safetensors")
    expected = sv.export.state_dict(run, "plain")
    assert set(found) == set(expected)
    for name, array in expected.items():
        np.testing.assert_array_equal(found[name], array)
