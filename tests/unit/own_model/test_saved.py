"""A run in a file: read back it is the same, and what is no run is refused."""

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

import skipviz as sv
from skipviz.data import DataError
from skipviz.figures import gradient_flow, gradient_heatmap, training_curves
from skipviz.own_model import saved
from skipviz.own_model.run import ModelRun, row_of
from skipviz.own_model.saved import frame_of, run_from_json, save_run
from skipviz.own_model.structure import Layer, Skip, Structure
from skipviz.runs.verdict import verdict
from tests.unit.own_model.zoo.sequences import GPT
from tests.unit.own_model.zoo.sums import DataDependent


def square(model: Any, batch: Any) -> torch.Tensor:
    return model(batch).square().mean()


@pytest.fixture(scope="module")
def run() -> ModelRun:
    torch.manual_seed(0)
    return sv.compare(GPT(), square, [torch.randint(0, 11, (2, 6))], steps=5, shares_every=2)


def test_what_was_saved_is_read_back(run: ModelRun, tmp_path: Path) -> None:
    with pytest.raises(AttributeError, match=r"saved by sv\.save_run\(run, path\)"):
        run.save(tmp_path / "run.json")
    assert not hasattr(run, "network")
    sv.save_run(run, tmp_path / "run.json")
    read = sv.load_run(tmp_path / "run.json")
    assert read.structure == run.structure
    assert read.arms == run.arms
    for arm in run.arms:
        np.testing.assert_allclose(read.loss(arm), run.loss(arm), rtol=1e-8)
        np.testing.assert_array_equal(read.gradient_norms(arm), run.gradient_norms(arm))
        np.testing.assert_array_equal(read.shares(arm), run.shares(arm))
    assert str(verdict(read)) == str(verdict(run))
    assert read.snapshot_steps().tolist() == [0, 2, 4]


def test_there_are_no_weights_and_no_paths_of_this_machine(run: ModelRun, tmp_path: Path) -> None:
    save_run(run, tmp_path / "run.json")
    text = (tmp_path / "run.json").read_text()
    assert str(Path.home()) not in text
    assert len(text) < 20_000
    assert {skip.where.split(":")[0] for skip in run.structure.skips} == {
        "tests/unit/own_model/zoo/sequences.py"
    }


def test_a_watch_is_saved_with_its_frames(tmp_path: Path) -> None:
    model, x = DataDependent(), torch.randn(4, 8)
    with sv.watch(model, shares_every=1) as watch:
        for _ in range(3):
            square(model, x).backward()
        with watch.arm("plain"):
            square(model, x).backward()
    watch.save(tmp_path / "run.json")
    read = sv.load_run(tmp_path / "run.json")
    assert read.arms == ("skip",)
    np.testing.assert_allclose(read.gradient_norms("skip"), watch.gradient_norms("skip"), rtol=1e-7)
    np.testing.assert_allclose(read.shares("skip"), watch.shares("skip"), rtol=1e-7)
    assert not read.tells_loss
    assert "every layer gets at least" in str(verdict(read))
    watch.save(tmp_path / "plain.json", arm="plain")
    assert sv.load_run(tmp_path / "plain.json").arms == ("plain",)


def test_figures_take_it(run: ModelRun) -> None:
    assert [curve.name for curve in gradient_flow(run).data] == ["skip", "plain"]
    assert gradient_heatmap(run).data
    curves = training_curves(run)
    assert [curve.name for curve in curves.data] == ["skip", "plain"]
    assert "yaxis2" not in curves.to_plotly_json()["layout"]


def test_what_a_run_does_not_hold_is_told(run: ModelRun) -> None:
    for figure in (sv.figures.gradient_histogram, sv.figures.gradient_over_time):
        with pytest.raises(KeyError, match=r"did not measure 'gradient_.*It has skip_share"):
            figure(run)
    with pytest.raises(KeyError, match=r"did not measure 'state_gradient'\. It has weight"):
        gradient_flow(run, of="state")
    with pytest.raises(ValueError, match="Gradients are those of weight or state"):
        gradient_flow(run, of="weights")
    for at in (99, "last"):
        with pytest.raises(IndexError, match="This run has 5 rows so far; there is no row"):
            gradient_flow(run, at=at)  # type: ignore[arg-type]
        with pytest.raises(IndexError, match="there is no row"):
            run.together(at)  # type: ignore[arg-type]
    for read in (run.shares, run.loss, run.gradient_norms):
        with pytest.raises(ValueError, match="This run has no arm 'bare'"):
            read("bare")
    with pytest.raises(ValueError, match="no snapshots"):
        sv.figures.gradient_shares(sv.compare(nn.Linear(4, 4), square, [torch.ones(2, 4)], steps=1))


def valid(run: ModelRun) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(saved.saved(run).model_dump_json())
    return found


def damage(held: dict[str, Any], path: tuple[str | int, ...], value: Any) -> bytes:
    inside: Any = held
    for key in path[:-1]:
        inside = inside[key]
    inside[path[-1]] = value
    return json.dumps(held).encode()


DAMAGED: list[tuple[tuple[str | int, ...], Any, str]] = [
    (("format",), "pickle", "format"),
    (("version",), 2, "version"),
    (("arms",), [], "arms"),
    (("arms",), ["skip", "skip"], "twice"),
    (("arms",), ["skip"], "has to be 1 × "),
    (("steps",), [0, 0, 1, 2, 3], "rise"),
    (("steps", 0), -1, "steps.0"),
    (("loss", 0), [1.0], " × 5, arms × rows"),
    (("gradient", 0, 0), [1.0], " × 20, arms × rows × layers"),
    (("shares", 0, 0), [1.0] * 99, " × 6, arms × rows × skips"),
    (("structure", "skips", 0, "index"), 3, "numbered"),
    (("structure", "skips", 0, "kind"), "magic", "kind"),
    (("structure", "layers", 0, "name"), "x" * 1000, "name"),
    (("structure", "layers", 0, "weights"), [], "weights"),
    (("structure", "extra"), 1, "extra"),
    (("gradient", 0, 0, 0), "1e5000", "gradient"),
]


@pytest.mark.parametrize(("path", "value", "said"), DAMAGED)
def test_what_is_no_run_is_told(
    run: ModelRun, path: tuple[str | int, ...], value: Any, said: str
) -> None:
    with pytest.raises(DataError, match=said):
        run_from_json(damage(valid(run), path, value), "run.json")


NO_JSON = {
    b"": "is empty",
    b"{": "line 1 is no JSON at column 2",
    b"[]": "holds no fields",
    b"\x80\x04\x95": "is no text",
    b"\xd9\xff" * 40: "is no text",
    b"PK\x03\x04\xff": "is a ZIP archive",
    b"[" * 100_000: "is nested too deeply",
    b'{"structure": ' + b"9" * 5000 + b"}": "has too many digits",
    b"null": "holds no fields",
}


@pytest.mark.parametrize("text", NO_JSON)
def test_what_is_no_json_is_told_in_words(text: bytes) -> None:
    with pytest.raises(DataError, match=NO_JSON[text]) as refused:
        run_from_json(text)
    assert not re.search("codec|recursion|Exceeds|sys\\.|JSONDecode", str(refused.value))


def test_a_file_that_is_too_large_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(saved, "LARGEST_FILE", 10)
    (tmp_path / "run.json").write_text("{" + " " * 20 + "}")
    with pytest.raises(DataError, match="10 at most"):
        sv.load_run(tmp_path / "run.json")
    with pytest.raises(DataError, match="larger"):
        run_from_json(b" " * 11)


numbers = st.floats(0, 1e30) | st.just(float("nan"))


@settings(max_examples=30, deadline=None)
@given(st.data(), st.integers(1, 3), st.integers(1, 4), st.integers(1, 4))
def test_runs_of_any_size_come_back(data: st.DataObject, arms: int, rows: int, layers: int) -> None:
    structure = Structure(
        model="M",
        layers=tuple(Layer(name=f"l{k}", weights=(f"l{k}.w",), depth=k + 1) for k in range(layers)),
        skips=(Skip(index=0, merge=0, kind="add", source="a", target="b", operation="add",
                    file="m.py", line=1, span=1, from_depth=1, to_depth=2),),
    )  # fmt: skip
    run = ModelRun(structure, [f"arm {k}" for k in range(arms)], steps=rows)
    for row in range(rows):
        norms = np.array(data.draw(st.lists(st.lists(numbers, min_size=layers, max_size=layers),
                                            min_size=arms, max_size=arms)))  # fmt: skip
        losses = np.array(data.draw(st.lists(numbers, min_size=arms, max_size=arms)))
        run.extend([frame_of(row, 0.1 * row, losses, row_of(norms))])
    read = run_from_json(saved.saved(run).model_dump_json().encode())
    for arm in run.arms:
        np.testing.assert_array_equal(read.gradient_norms(arm), run.gradient_norms(arm))
        np.testing.assert_array_equal(read.loss(arm), run.loss(arm))


def test_long_runs_are_thinned(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saved, "MOST_NUMBERS", 40)
    structure = Structure(model="M", layers=(Layer(name="a", weights=("a.w",), depth=1),))
    run = ModelRun(structure, ["skip"], steps=100)
    for row in range(100):
        run.extend([frame_of(row, 0.0, np.ones(1), np.ones((1, 1)))])
    held = saved.saved(run)
    assert len(held.steps) == 40
    assert (held.steps[0], held.steps[-1]) == (0, 99)


def test_no_gradient_above_zero_becomes_zero() -> None:
    found = row_of(np.array([0.0, 1e-300, 1e-40, 1.0, np.nan])).astype(np.float32)
    assert (found > 0).tolist() == [False, True, True, True, False]


def test_the_layer_of_the_largest_gradient_is_named() -> None:
    names = ("wte", "wpe", "head")
    layers = tuple(Layer(name=n, weights=(f"{n}.w",), depth=k) for k, n in enumerate(names, 1))
    run = ModelRun(Structure(model="GPT", layers=layers), ("skip",))
    run.extend([frame_of(0, 0.0, np.ones(1), np.array([[0.5, 1 / 1099, 1.0]]))])
    said = "layer 3 (head) gets the largest gradient, 1,099 times that of layer 2 (wpe)."
    assert said in str(verdict(run))
