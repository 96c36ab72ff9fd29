"""What a run says of arms that were measured beside a training, or in turns: in words, in a file,
in figures."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import skipviz as sv
from skipviz.data import DataError
from skipviz.engine.own_model.examples import residual_mlp
from skipviz.figures.gradient import layer_curves_spec
from skipviz.figures.heatmap import even_columns, layer_heatmap_spec
from skipviz.figures.training import horizon
from skipviz.own_model.blocks import folded_blocks, members
from skipviz.own_model.cut import Weights, cut_text
from skipviz.own_model.drawing import drawing
from skipviz.own_model.run import ModelRun
from skipviz.own_model.saved import frame_of, load_run, run_from_json, save_run, saved
from skipviz.own_model.structure import Layer, Skip, Structure
from skipviz.runs.verdict import verdict


def chain(layers: int = 4, skips: int = 3, shared_merge: bool = False) -> Structure:
    return Structure(
        model="Net",
        layers=tuple(
            Layer(name=f"h.{k}", weights=(f"h.{k}.w",), depth=k + 1) for k in range(layers)
        ),
        skips=tuple(
            Skip(index=k, merge=0 if shared_merge else k, kind="add", source=f"h.{k}",
                 target=f"h.{k + 1}", operation="add", file="net.py", line=9, span=1,
                 from_depth=k + 1, to_depth=k + 2)
            for k in range(skips)
        ),
    )  # fmt: skip


def run_of(
    arms: tuple[str, ...],
    weights: Weights,
    cut: frozenset[int] | None = None,
    rows: list[dict[str, float]] | None = None,
) -> ModelRun:
    """A row per step; of each arm a gradient of so much in every layer, and half of it as loss."""
    run = ModelRun(chain(), arms, steps=10, weights=weights, cut=cut)
    for step, row in enumerate(rows or [dict.fromkeys(arms, 1.0)] * 3):
        norms = np.array([[row.get(arm, np.nan)] * 4 for arm in arms])
        run.extend([frame_of(step, 0.1 * step, norms[:, 0] / 2, norms)])
    return run


TRAINED = ("trained", "training", "learn", "broke down")


@pytest.mark.parametrize(
    ("arm", "cut", "begins"),
    [
        ("plain", None, "With the skips cut"),
        ("plain", frozenset({1}), "With 1 of 3 skips cut"),
        ("plain_unscaled", None, "With the skips cut and branch scales at 1"),
        ("plain_unscaled", frozenset({0, 2}), "With 2 of 3 skips cut and branch scales at 1"),
    ],
)
def test_what_is_cut_beside_a_training_is_said_so(arm: str, cut, begins: str) -> None:
    said = str(verdict(run_of(("skip", arm), "beside training", cut)))
    lower = begins[0].lower() + begins[1:]
    assert said.startswith(
        f"At step 2 the loss of the batch is 0.500; {lower}, at the same weights, it is 0.500."
    )
    assert f"{begins}, every layer gets" in said
    assert "Without" not in said
    assert not any(word in said for word in TRAINED)


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_what_is_no_number_beside_a_training_is_no_training_that_broke_down(value: float) -> None:
    rows = [{"skip": 1.0, "plain": 1.0}, {"skip": 1.0, "plain": value}]
    said = str(verdict(run_of(("skip", "plain"), "beside training", rows=rows).together()))
    assert "With the skips cut, the loss of the batch or its gradient is NaN or infinite." in said
    assert "broke down" not in said


def test_what_was_not_measured_yet_is_not_spoken_of() -> None:
    rows = [{"skip": 1.0}, {"skip": 2.0}, {"skip": 3.0, "plain": 4.0}]
    run = run_of(("skip", "plain"), "beside training", rows=rows)
    assert run.together(1).arms == ("skip",)
    assert "cut" not in str(verdict(run.together(1)))
    assert run.together(2).gradient_norms("plain").tolist() == [[4.0] * 4]


def test_arms_in_turns_are_shown_as_they_were_last() -> None:
    rows = [{"skip": 1.0}, {"plain": 2.0}, {"skip": 3.0}]
    run = run_of(("skip", "plain"), "in turns", rows=rows)
    last = run.together()
    assert last.gradient_norms("skip").tolist() == [[3.0] * 4]
    assert last.gradient_norms("plain").tolist() == [[2.0] * 4]
    assert last.row_steps.tolist() == [2]
    assert run.together(0).arms == ("skip",)
    assert not any(word in str(verdict(last)) for word in ("broke down", "NaN"))


def test_where_each_arm_is_trained_all_is_said_as_before() -> None:
    run = run_of(("skip", "plain"), "each trained")
    assert str(verdict(run.together())) == str(verdict(run))
    assert "without them" in str(verdict(run))
    assert run.label_of("plain") == "without"


def test_a_comparison_of_some_skips_says_of_how_many() -> None:
    data = [sv_batch() for _ in range(2)]
    run = sv.compare(residual_mlp(), lambda net, x: net(x).square().mean(), data, steps=2, only="1")
    assert run.cut == frozenset({0})
    assert "With 1 of 3 skips cut, " in str(verdict(run))
    assert run.label_of("plain") == "without 1 of 3"


def sv_batch() -> object:
    import torch

    return torch.randn(4, 8)


def test_edges_of_one_merge_are_not_called_skips() -> None:
    assert cut_text(chain(shared_merge=True), {0}) == "1 of 3 edges"
    assert cut_text(chain(), {0, 1, 2}) == "the skips"


@pytest.mark.parametrize("weights", ["each trained", "beside training", "in turns"])
@pytest.mark.parametrize("cut", [None, frozenset(), frozenset({0, 2})])
def test_it_survives_the_file(weights: Weights, cut, tmp_path: Path) -> None:
    save_run(run_of(("skip", "plain"), weights, cut), tmp_path / "run.json")
    loaded = load_run(tmp_path / "run.json")
    assert (loaded.weights, loaded.cut) == (weights, cut)


def test_a_file_of_before_was_trained_arm_by_arm() -> None:
    held = json.loads(saved(run_of(("skip", "plain"), "beside training")).model_dump_json())
    del held["weights"], held["cut"]
    loaded = run_from_json(json.dumps(held).encode())
    assert (loaded.weights, loaded.cut) == ("each trained", None)


@pytest.mark.parametrize("change", [{"cut": [3]}, {"cut": [-1]}, {"weights": "somewhere"}])
def test_a_file_that_cuts_what_is_not_there_is_refused(change: dict[str, object]) -> None:
    held = json.loads(saved(run_of(("skip", "plain"), "beside training")).model_dump_json())
    with pytest.raises(DataError, match=r"cut|weights"):
        run_from_json(json.dumps(held | change).encode())


def test_a_run_that_continues_keeps_the_model_and_nothing_of_the_other_arm() -> None:
    before = run_of(("skip", "plain"), "beside training")
    after = ModelRun(before.structure, ("skip", "plain"), weights="beside training",
                     cut=frozenset({1})).continuing(before)  # fmt: skip
    assert after.row_steps.tolist() == [0, 1, 2]
    assert after.loss("skip").tolist() == before.loss("skip").tolist()
    assert np.isnan(after.loss("plain")).all()
    assert after.steps == before.steps == 3
    alone = ModelRun(before.structure, ("skip",)).continuing(before)
    assert alone.gradient_norms("skip").tolist() == before.gradient_norms("skip").tolist()


def test_figures_name_what_is_cut() -> None:
    run = run_of(("skip", "plain"), "beside training", frozenset({1}))
    labels = [note["text"] for note in layer_curves_spec(run)["layout"]["annotations"]]
    assert "<b>without 1 of 3</b>" in labels
    panels = layer_heatmap_spec(run)
    assert "without 1 of 3, layer" in panels["data"][1]["hovertemplate"]


@given(
    st.lists(st.integers(1, 4), min_size=2, max_size=60),
    st.integers(3, 20),
)
def test_columns_are_of_one_width_and_show_their_own_step(gaps: list[int], most: int) -> None:
    steps = np.cumsum(gaps)
    columns, rows = even_columns(steps, most)
    assert len(columns) == len(rows) <= most
    assert len(set(np.diff(columns))) <= 1
    there = rows >= 0
    assert (steps[rows[there]] == columns[there]).all()
    assert not np.isin(columns[~there], steps).any()


def test_a_gap_in_the_steps_is_a_grey_column_and_hides_nothing_after_it() -> None:
    columns, rows = even_columns(np.array([0, 1, 2, 5, 6, 7]), 100)
    assert columns.tolist() == list(range(8))
    assert rows.tolist() == [0, 1, 2, -1, -1, 3, 4, 5]


def blocks(times: int) -> Structure:
    """Blocks of two layers, each with a skip around both."""
    return Structure(
        model="Deep",
        layers=tuple(
            Layer(name=f"h.{b}.{part}", weights=(f"h.{b}.{part}.w",), depth=1 + 2 * b + k)
            for b in range(times)
            for k, part in enumerate(("up", "down"))
        ),
        skips=tuple(
            Skip(index=b, merge=b, kind="add", source="x", target=f"h.{b}", operation="add",
                 file="net.py", line=9, span=2, from_depth=2 * b, to_depth=2 * b + 2)
            for b in range(times)
        ),
    )  # fmt: skip


@pytest.mark.parametrize("times", [4, 30])
def test_every_skip_is_switched_by_one_arc(times: int) -> None:
    structure = blocks(times)
    drawn = folded_blocks(structure)
    groups = members(structure, drawn)
    assert sorted(index for group in groups.values() for index in group) == list(range(times))
    assert len(groups) == len(drawn.skips) == (times if times == 4 else 1)


@pytest.mark.parametrize(("cut", "pressed"), [((), "false"), (range(30), "true"), ((3,), "mixed")])
def test_a_folded_arc_says_whether_all_or_some_are_cut(cut, pressed: str) -> None:
    svg = drawing(blocks(30), cut=cut)
    assert svg.count('class="switch"') == 1
    assert f'aria-pressed="{pressed}"' in svg
    assert "and 29 skips like it" in svg
    assert 'class="switch"' not in drawing(blocks(30))


def one_step(structure: Structure, plain: list[float], cut: frozenset[int] | None) -> ModelRun:
    run = ModelRun(structure, ("skip", "plain"), steps=100, cut=cut)
    norms = np.array([[1.0] * 4, plain])
    run.extend([frame_of(0, 0.1, np.array([1.0, 2.0]), norms)])
    return run


def test_a_gradient_that_grows_towards_the_input_does_not_starve_the_other_end() -> None:
    said = str(verdict(one_step(chain(), [1e9, 1e6, 1e3, 1.0], None)))
    assert "the gradient is larger towards the input: layer 1 (h.0) gets " in said
    assert "times that of layer 4 (h.3)." in said
    assert "starved" not in said
    assert "starved" in str(verdict(one_step(chain(), [1.0, 1.0, 1.0, 1e9], None)))


@pytest.mark.parametrize(("cut", "said"), [(None, "is cut off"), (frozenset({1}), "exactly 0.")])
def test_a_projection_is_there_for_its_skip_alone(cut: frozenset[int] | None, said: str) -> None:
    whole = chain()
    first = whole.skips[0].model_copy(update={"kind": "projection", "own_layers": ("h.1",)})
    structure = whole.model_copy(update={"skips": (first, *whole.skips[1:])})
    text = str(verdict(one_step(structure, [1.0, 0.0, 1.0, 1.0], cut)))
    assert f"layer 2 {said}" in text or f"layer 2 gets {said}" in text


def test_the_axis_of_a_loss_does_not_wait_for_steps_that_may_never_come() -> None:
    run = one_step(chain(), [1.0] * 4, None)
    assert horizon(run) == 20
    norms = np.ones((2, 4))
    run.extend([frame_of(step, 0.1, np.ones(2), norms) for step in range(1, 51)])
    assert horizon(run) == 80
