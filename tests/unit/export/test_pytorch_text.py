"""Exported source as text: formatted, self-contained, commented, folded, and as it was.

`python -m tests.unit.export.test_pytorch_text` writes the golden files anew.
"""

import ast
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings

from skipviz import export, presets
from skipviz.network import Network
from tests.unit.export.exported import SOUND_PRESETS
from tests.unit.network.network_strategies import sound_networks

GOLDEN = Path(__file__).parent / "golden"
GOLDEN_PRESETS = ["default", "resnet20", "transformer_preln_digits"]
Drawn = tuple[Network, tuple[int, ...], int]


def source_of(name: str) -> str:
    preset = presets.info(name)
    return export.pytorch(preset.build(), preset.input_shape, preset.outputs)


def golden(name: str) -> Path:
    return GOLDEN / f"{name}.py.txt"


def ruff(*arguments: str, at: Path) -> None:
    command = [sys.executable, "-m", "ruff", *arguments, "--isolated", "--line-length=100", at]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("name", GOLDEN_PRESETS)
def test_the_source_of_a_preset_is_as_it_was(name: str) -> None:
    assert source_of(name) == golden(name).read_text(encoding="utf-8")


def test_every_preset_is_formatted_and_without_lint(tmp_path: Path) -> None:
    for name in SOUND_PRESETS:
        (tmp_path / f"{name}.py").write_text(source_of(name), encoding="utf-8")
    ruff("format", "--check", at=tmp_path)
    ruff("check", "--select=E,F,I,B,UP", at=tmp_path)


def test_random_networks_are_formatted_and_without_lint(tmp_path: Path) -> None:
    @settings(max_examples=150)
    @given(sound_networks(most_layers=8, most_skips=8))
    def write(drawn: Drawn) -> None:
        source = export.pytorch(*drawn)
        (tmp_path / f"net_{len(list(tmp_path.iterdir()))}.py").write_text(source, encoding="utf-8")

    write()
    ruff("format", "--check", at=tmp_path)
    ruff("check", "--select=E,F,I,B,UP", at=tmp_path)


@pytest.mark.parametrize("name", SOUND_PRESETS)
def test_the_source_imports_torch_and_the_standard_library_only(name: str) -> None:
    imported = {
        node.module if isinstance(node, ast.ImportFrom) else node.names[0].name
        for node in ast.walk(ast.parse(source_of(name)))
        if isinstance(node, ast.Import | ast.ImportFrom)
    }
    assert imported <= {"torch", "torch.nn", "collections.abc"}


@pytest.mark.parametrize("name", ["default", "feedback", "unet_digits", "transformer_preln"])
def test_the_source_runs_and_prints_what_it_is(name: str, tmp_path: Path) -> None:
    preset, path = presets.info(name), tmp_path / "network.py"
    path.write_text(source_of(name), encoding="utf-8")
    run = subprocess.run([sys.executable, path], capture_output=True, text=True, check=True)
    parameters = preset.build().count_parameters(preset.input_shape, preset.outputs)
    assert run.stdout == f"output shape: (2, {preset.outputs})\nparameters: {parameters}\n"


def test_every_skip_has_a_comment() -> None:
    network = Network.mlp(depth=9, width=8, skips=((1, 4), (2, 5), (3, 7), (0, 8)))
    source = export.pytorch(network, (8,), 3)
    comments = [line.strip() for line in source.splitlines() if line.strip().startswith("# skip")]
    assert comments == [f"# skip {p} -> {q}: add" for p, q in ((1, 4), (2, 5), (3, 7), (0, 8))]


def test_layers_that_repeat_become_a_loop_and_blocks_a_class() -> None:
    plain = Network.mlp(depth=100, width=16)
    assert "nn.ModuleList(nn.Linear(16, 16) for _ in range(100))" in export.pytorch(plain, (16,), 3)
    blocks = Network.mlp(depth=100, width=16, skips=tuple((k, k + 4) for k in range(0, 97, 4)))
    source = export.pytorch(blocks, (16,), 3)
    assert "nn.Sequential(*(Block() for _ in range(25)))" in source
    assert len(source.splitlines()) < 60


def test_a_block_that_differs_in_its_channels_takes_them_as_an_argument() -> None:
    source = source_of("densenet40_12")
    assert "Block(channels) for channels in range(16, 160, 12)" in source
    assert "nn.Conv2d(channels, 12, 3, padding=1, bias=False)" in source


def test_a_skip_that_leaves_a_run_of_equal_layers_ends_it() -> None:
    source = export.pytorch(Network.mlp(depth=12, width=8, skips=((4, 12),)), (8,), 3)
    assert "self.layers1_4" in source
    assert "self.layers5_11" in source


if __name__ == "__main__":
    for golden_name in GOLDEN_PRESETS:
        golden(golden_name).write_text(source_of(golden_name), encoding="utf-8")
