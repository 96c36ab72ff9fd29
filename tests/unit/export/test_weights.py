"""Trained weights leave in files, and make what was trained out of the exported source."""

import json
import struct
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

import skipviz as sv
from skipviz import data, export, presets
from skipviz.engine import exported
from skipviz.engine.training import trainer
from skipviz.runs.costs import weight_bytes
from skipviz.settings import Settings
from skipviz.training import Run
from tests.unit.export.exported import module_of

KINDS = (
    sv.Network.mlp(depth=4, width=8, skips=((1, 3),))
    .change_layer(2, norm="batch")
    .add_skip(2, 4, kind="gated")
    .add_skip(1, 4, branch_scale={"value": 0.5, "learned": "channel"})
)


def evaluated(module: torch.nn.Module, run: Run) -> tuple[float, float]:
    """Loss and accuracy on the test split, by torch."""
    split = data.split_of(run.settings, None)
    x, y = torch.from_numpy(split.test_x), torch.from_numpy(split.test_y)
    with torch.no_grad():
        logits = module.eval()(x)
    loss = torch.nn.functional.cross_entropy(logits, y).item()
    return loss, (logits.argmax(1) == y).float().mean().item()


def with_weights(run: Run, arm: str, seed: int = 0) -> torch.nn.Module:
    network = run.network if arm == "skip" else sv.Network.of(layers=run.network.layers)
    module = module_of(export.pytorch(network, run.info.input_shape, run.info.outputs))
    weights = export.state_dict(run, arm, seed)
    own = {name: torch.tensor(weights[name]) for name in weights if name in module.state_dict()}
    module.load_state_dict(own)
    return module


@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
def test_the_exported_source_with_them_scores_what_the_run_did(optimizer: str) -> None:
    run = sv.train(KINDS, steps=30, seeds=2, learning_rate=0.01, optimizer=optimizer)
    for seed in (0, 1):
        loss, accuracy = evaluated(with_weights(run, "skip", seed), run)
        assert loss == pytest.approx(run.loss("skip", "test", seed)[-1], rel=1e-4)
        assert accuracy == pytest.approx(run.accuracy("skip", "test", seed)[-1], abs=1e-6)


def test_those_of_the_plain_arm_are_those_of_the_chain() -> None:
    run = sv.train(sv.Network.mlp(depth=3, width=8, skips=((1, 3),)), steps=30)
    loss, _ = evaluated(with_weights(run, "plain"), run)
    assert loss == pytest.approx(run.loss("plain", "test")[-1], rel=1e-4)
    assert loss != pytest.approx(run.loss("skip", "test")[-1], rel=1e-3)


def test_of_images_and_sequences_too() -> None:
    for name, of in (
        ("resnet8_digits", "digits_images"),
        ("transformer_preln_digits", "digits_rows"),
    ):
        run = sv.train(presets.load(name), of, steps=2, arms=("skip",))
        loss, _ = evaluated(with_weights(run, "skip"), run)
        assert loss == pytest.approx(run.loss("skip", "test")[-1], rel=1e-3)


def test_without_a_step_they_are_those_of_build() -> None:
    run = sv.train(KINDS, steps=0, seed=3)
    state = dict(sv.build(KINDS, (64,), 10, seed=3).named_parameters())
    found = run.weights("plain")
    assert {name for name in found if ".norm_" not in name} == {
        n for n in state if ".norm_" not in n
    }
    for name, tensor in state.items():
        np.testing.assert_array_equal(found[name], tensor.detach().numpy())


def test_a_trainer_leaves_them_up_to_a_bound_and_their_bytes_are_counted(monkeypatch) -> None:
    settings = Settings(steps=2, seeds=2)
    needed = weight_bytes(data.info("digits").resolve(KINDS), settings)
    assert needed == 2 * 2 * 4 * KINDS.count_parameters((64,), 10)
    for bound, kept in ((needed, True), (needed - 1, False)):
        monkeypatch.setattr(trainer, "WEIGHT_BYTES", bound)
        made = trainer.Trainer(KINDS, settings)
        run = Run(KINDS, settings, made)
        measured = run.bytes
        run.keep_weights(made.left())
        assert run.has_weights is kept
        running_statistics = 2 * 2 * 4 * 2 * 8  # arms, seeds, bytes, mean and variance, width
        assert run.bytes - measured == kept * (needed + running_statistics)


def test_a_run_from_a_file_has_none(tmp_path: Path) -> None:
    sv.train(KINDS, steps=1).save(tmp_path / "run")
    with pytest.raises(ValueError, match="holds no weights"):
        export.state_dict(Run.load(tmp_path / "run"))


def read(path: Path) -> tuple[dict[str, str], dict[str, np.ndarray]]:
    """A safetensors file, read by its description alone."""
    content = path.read_bytes()
    (length,) = struct.unpack("<Q", content[:8])
    assert length % 8 == 0
    header = json.loads(content[8 : 8 + length])
    about = header.pop("__metadata__")
    tensors, reached = {}, 0
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        assert (entry["dtype"], begin) == ("F32", reached)
        reached = end
        flat = np.frombuffer(content[8 + length :][begin:end], "<f4")
        tensors[name] = flat.reshape(entry["shape"])
    assert 8 + length + reached == len(content)
    return about, tensors


def test_safetensors_hold_every_tensor_under_its_name(tmp_path: Path) -> None:
    run = sv.train(KINDS, steps=3)
    export.safetensors(run, tmp_path / "network.safetensors", "plain")
    about, found = read(tmp_path / "network.safetensors")
    assert sv.Network.from_json(about["network"]) == KINDS
    assert about["arm"] == "plain"
    expected = export.state_dict(run, "plain")
    assert [*found] == [*expected]
    for name, array in expected.items():
        np.testing.assert_array_equal(found[name], array)


def test_what_onnx_lacks_is_named_with_its_extra(tmp_path: Path, monkeypatch) -> None:
    run = sv.train(KINDS, steps=1)
    monkeypatch.setattr(exported, "find_spec", lambda name: None if name == "onnx" else sys)
    with pytest.raises(ModuleNotFoundError, match=r'needs onnx: pip install "skipviz\[onnx\]"'):
        export.onnx(run, tmp_path / "network.onnx")


def test_onnx_is_handed_the_network_two_samples_and_a_free_batch(tmp_path, monkeypatch) -> None:
    run, told = sv.train(KINDS, steps=3), {}

    def take(module, args, path, **options) -> None:
        told.update(options, module=module, args=args, path=path)

    monkeypatch.setattr(exported, "find_spec", lambda _: sys)
    monkeypatch.setattr(torch.onnx, "export", take)
    export.onnx(run, tmp_path / "network.onnx")
    assert told["path"] == tmp_path / "network.onnx"
    assert [tuple(x.shape) for x in told["args"]] == [(2, 64)]
    assert [*told["dynamic_shapes"][0]] == [0]
    loss, _ = evaluated(told["module"], run)
    assert loss == pytest.approx(run.loss("skip", "test")[-1], rel=1e-4)
