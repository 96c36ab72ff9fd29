"""The charts beside the gradient: shares, boundary, ablation, histogram, what is laid over."""

import numpy as np
import plotly.graph_objects as go
import pytest
import torch

from skipviz import data, presets
from skipviz.arms import leave_one_out
from skipviz.data.catalogue import guessing_text
from skipviz.data.plane import plane_points
from skipviz.engine.training.trainer import Trainer
from skipviz.engine.training.units import unit_maps
from skipviz.figures.ablation import ablation, ablation_spec
from skipviz.figures.attribution import skip_shares_spec, skips_taken_spec
from skipviz.figures.boundary import boundaries_spec, boundary_spec
from skipviz.figures.drawing import editor_gradients
from skipviz.figures.gradient import layer_curves_spec, snapshot_row
from skipviz.figures.heatmap import over_time_spec
from skipviz.figures.histogram import gradient_histogram_spec
from skipviz.figures.style import LABEL_GAP
from skipviz.figures.training import training_curves_spec
from skipviz.figures.units import unit_maps_spec
from skipviz.network import Network
from skipviz.settings import Settings
from skipviz.theory.curves import curves
from skipviz.training import Run, train
from skipviz.ui.playground.charts.views import views_of

NETWORK = presets.load("forward_skip").add_skip(1, 9).add_skip(3, 9)


@pytest.fixture(scope="module")
def run() -> Run:
    return train(NETWORK, steps=6, seeds=2, snapshot_every=3, evaluate_every=3, probes="full")


@pytest.fixture(scope="module")
def plane() -> Run:
    return train(
        Network.mlp(3, 8),
        data="xor",
        steps=150,
        arms=("skip",),
        learning_rate=0.1,
        snapshot_every=75,
    )


def test_shares_of_every_state_add_up_to_one(run: Run) -> None:
    bars = skip_shares_spec(run, "skip")["data"]
    assert [bar["name"] for bar in bars[1:]] == ["skip 3 → 7", "skip 1 → 9", "skip 3 → 9"]
    for state in (1, 3):
        parts = [s for bar in bars for x, s in zip(bar["x"], bar["y"], strict=True) if x == state]
        assert sum(parts) == pytest.approx(1)
    seeds = [run.snapshot("skip_share", "skip", seed)[-1] for seed in (0, 1)]
    assert bars[2]["y"] == [pytest.approx(np.median([s[1] for s in seeds]))]


def test_earlier_rows_show_the_snapshot_before_them(run: Run) -> None:
    assert run.snapshot_steps().tolist() == [0, 3, 6]
    assert [snapshot_row(run, at) for at in (0, 2, 3, 5, 6, -1)] == [0, 0, 1, 1, 2, 2]
    early = skip_shares_spec(run, "skip", at=2)["data"][2]["y"]
    assert early == skip_shares_spec(run, "skip", at=0)["data"][2]["y"]


def test_shares_by_skips_taken_are_those_of_the_run(run: Run) -> None:
    (trace,) = skips_taken_spec(run, "skip")["data"]
    seeds = np.stack([run.snapshot("share_by_skips_taken", "skip", s)[-1] for s in (0, 1)])
    assert np.allclose(trace["z"], np.median(seeds, axis=0)[: run.layers].T, atol=1e-6)


def test_a_histogram_shows_every_entry_once(run: Run) -> None:
    (trace,) = gradient_histogram_spec(run, "skip")["data"]
    assert np.allclose(np.nansum(trace["z"], axis=0), 1, atol=1e-5)
    assert len(trace["y"]) == len(trace["z"]) + 1


def test_saturation_is_drawn_on_a_linear_axis(run: Run) -> None:
    spec = layer_curves_spec(run, "saturated")
    assert spec["layout"]["yaxis"]["range"] == [-0.02, 1.02]
    lines = {trace["name"]: trace["y"] for trace in spec["data"]}
    values = [run.snapshot("saturated", "skip", seed)[-1, : run.layers] for seed in (0, 1)]
    assert np.allclose(lines["skip"], np.median(values, axis=0), equal_nan=True)


def test_a_cosine_is_drawn_from_minus_one_to_one(run: Run) -> None:
    upright = layer_curves_spec(run, "gradient_correlation")["layout"]["yaxis"]
    assert upright["range"] == [-1.02, 1.02]


def test_theory_is_pinned_to_the_last_layer(run: Run) -> None:
    arms = run.settings.arms_for(run.network)
    ((weights, _, reason),) = curves(run.network, (64,), 10, arms)
    assert (set(weights), reason) == ({"skip", "plain"}, "")
    drawn = {t["name"]: t["y"] for t in layer_curves_spec(run, theory=weights)["data"]}
    measured = np.median([run.gradient_norms("plain", seed=s)[0, -1] for s in (0, 1)])
    assert drawn["theory plain"][-1] == pytest.approx(measured)
    assert not any(n.startswith("theory") for n in (t["name"] for t in _state_rms(run, weights)))


def test_the_axis_holds_what_theory_expects_above_all_that_was_measured(run: Run) -> None:
    above, below = np.full(run.layers, 1e9), np.full(run.layers, 1e-300)
    ranges = [
        layer_curves_spec(run, theory=theory)["layout"]["yaxis"]["range"]
        for theory in ({}, {"plain": above}, {"plain": below})
    ]
    pinned_to = np.median([run.gradient_norms("plain", seed=s)[0, -1] for s in (0, 1)])
    assert ranges[1][1] > np.log10(1e9 * pinned_to) > ranges[0][1]
    assert ranges[2] == ranges[0]


def _state_rms(run, theory):
    return layer_curves_spec(run, "state_rms", theory=theory)["data"]


def test_what_theory_cannot_say_has_a_reason() -> None:
    network = presets.load("resnet8_digits")
    ((weights, states, reason),) = curves(network, (1, 8, 8), 10, Settings().arms_for(network))
    assert (weights, states) == ({}, {})
    assert reason


def test_kept_runs_are_laid_over_and_those_without_the_probe_left_out(run: Run) -> None:
    deep = train(Network.mlp(14, 8, skips=((2, 4),)), steps=2, probes="minimal")
    spec = layer_curves_spec(run, kept=[("B", deep)])
    drawn = {trace["name"]: trace for trace in spec["data"]}
    assert np.allclose(drawn["B plain"]["y"], deep.gradient_norms("plain")[-1])
    assert spec["layout"]["xaxis"]["range"][1] == pytest.approx(14.4)
    rest = layer_curves_spec(run, "state_rms", kept=[("B", deep)])["data"]
    assert not any(trace["name"].startswith("B ") for trace in rest)
    over_time = {t["name"] for t in training_curves_spec(run, kept=[("B", deep)])["data"]}
    assert {"B skip", "B plain", "skip", "skip minimum"} <= over_time


def test_however_many_runs_are_kept_no_label_lies_over_another(run: Run) -> None:
    arms = ("with skips", "without")
    for number in range(9):
        kept = [(f"run {each}", run) for each in range(number)]
        labels = layer_curves_spec(run, kept=kept)["layout"]["annotations"]
        texts = [label["text"] for label in labels]
        if number < 5:  # each of the two arms of each run is told from the other
            assert {f"run {each}: {arm}" for each in range(number) for arm in arms} <= {*texts}
            assert len({*texts}) == len(texts)
        else:
            assert {f"run {each}" for each in range(number)} <= {*texts}
        heights = sorted(label["y"] for label in labels)
        assert (np.diff(heights) >= LABEL_GAP - 1e-9).all()
        assert heights[-1] <= 1.0


def test_a_long_name_of_a_kept_run_stands_alone_beside_its_curve(run: Run) -> None:
    name = "40 layers, wider"
    labels = layer_curves_spec(run, kept=[(name, run)])["layout"]["annotations"]
    assert [label["text"] for label in labels].count(name) == 2


def test_ground_and_samples_of_a_plane(plane: Run) -> None:
    split = data.load("xor")
    ground, *samples = boundary_spec(plane, "skip", split)["data"]
    said = plane.snapshot("outputs_on_plane", "skip")
    assert said.shape == (3, 2, 41 * 41)
    assert np.allclose(said.sum(1), 1, atol=1e-5)
    assert np.shape(ground["z"]) == (41, 41, 3)
    assert [trace["name"] for trace in samples] == ["samples of class 0", "samples of class 1"]
    shown = np.array(ground["z"])
    redder = (shown[..., 0].astype(int) > shown[..., 2]).ravel()
    for kind in (0, 1):
        sure = said[-1, kind] > 0.8
        assert sure.any()
        assert (redder[sure] == (kind == 1)).all()


def test_boundaries_side_by_side_are_those_of_the_arms_one_by_one() -> None:
    plane, split = train(Network.mlp(3, 8, skips=((1, 3),)), data="xor", steps=5), data.load("xor")
    spec = boundaries_spec(plane, ("skip", "plain"), split)
    grounds = [trace for trace in spec["data"] if trace["type"] == "image"]
    for arm, ground in zip(("skip", "plain"), grounds, strict=True):
        assert ground["z"] == boundary_spec(plane, arm, split)["data"][0]["z"]
    assert [ground["xaxis"] for ground in grounds] == ["x", "x2"]
    left, right = (spec["layout"][name]["domain"] for name in ("xaxis", "xaxis2"))
    assert 0 <= left[0] < left[1] < right[0] < right[1] <= 1
    names = [each["text"] for each in spec["layout"]["annotations"]]
    assert names == ["<b>with skips</b>", "<b>without</b>"]


def test_quantities_of_a_plane_are_drawn_as_they_are() -> None:
    run = train(Network.mlp(2, 8), data="plane", steps=1, arms=("skip",))
    ground, samples = boundary_spec(run, "skip", data.load("plane"))["data"]
    assert np.allclose(np.ravel(ground["z"]), run.snapshot("outputs_on_plane", "skip")[-1, 0])
    assert len(samples["x"]) <= 500


def test_skips_are_ranked_by_what_the_loss_loses() -> None:
    run = train(NETWORK, steps=8, seeds=2, arms=("skip", "leave_one_out"), evaluate_every=4)
    ranked = ablation(run)
    assert {f"without {loss.skip}" for loss in ranked} == {
        arm.name for arm in leave_one_out(NETWORK)
    }
    rises = [loss.training_loss[1] for loss in ranked]
    assert rises == sorted(rises, reverse=True)
    first = ranked[0]
    arm = f"without {first.skip}"
    seeds = [run.loss(arm, "train", s)[-1] - run.loss("skip", "train", s)[-1] for s in (0, 1)]
    assert first.training_loss == pytest.approx((min(seeds), np.median(seeds), max(seeds)))
    bars, _ = ablation_spec(run)["data"]
    assert bars["y"] == [loss.skip for loss in ranked]
    assert run.main_arms == ("skip",)
    names = [trace["name"] for trace in layer_curves_spec(run)["data"]]
    assert not any(name.startswith("without") for name in names)


def test_a_network_without_skips_is_drawn_without_shares() -> None:
    bare = train(Network.mlp(3, 8), steps=1, arms=("skip",))
    assert editor_gradients(bare)["arms"][0]["shares"] is None


def test_without_that_run_there_is_no_ranking(run: Run) -> None:
    assert ablation(run) == []


def test_the_drawing_says_what_every_skip_carries(run: Run) -> None:
    shares = {arm["name"]: arm["shares"] for arm in editor_gradients(run)["arms"]}
    seeds = [run.snapshot("skip_share", "skip", seed)[-1] for seed in (0, 1)]
    expected = dict(zip(("3-7", "1-9", "3-9"), np.median(seeds, axis=0), strict=True))
    assert shares["skip"] == pytest.approx(expected, abs=1e-3)
    assert set(shares["plain"].values()) == {0.0}
    early = editor_gradients(run, at=2)["arms"][0]["shares"]
    assert early == editor_gradients(run, at=0)["arms"][0]["shares"] != shares["skip"]


def test_the_drawing_says_nothing_of_shares_that_are_not_measured() -> None:
    minimal = train(NETWORK, steps=1, probes="minimal")
    assert [arm["shares"] for arm in editor_gradients(minimal)["arms"]] == [None, None]


def test_units_of_a_layer_are_those_of_the_repeated_run(plane: Run) -> None:
    arm = plane.settings.arms_for(plane.network)[0]
    *progress, maps = unit_maps(plane.network, plane.settings, arm, layer=2, step=20)
    assert progress
    assert maps.states.shape == (8, 41 * 41)
    trainer = Trainer(plane.network, plane.settings)
    for _ in range(20):
        trainer.step()
    trainer.stack.eval()
    points = torch.from_numpy(plane_points(data.load("xor")))
    with torch.no_grad():
        states = trainer.stack.states(points[None])[2][0]
    assert np.allclose(maps.states, states.T, atol=1e-6)
    spec = unit_maps_spec(maps, data.load("xor"))
    assert [trace["name"] for trace in spec["data"]] == [f"unit {k}" for k in range(1, 9)]
    assert go.Figure(spec).layout.coloraxis.cmax == pytest.approx(np.abs(maps.states).max())


def test_gradients_over_time_are_those_of_the_run() -> None:
    run = train(presets.load("feedback"), steps=2, arms=("skip",))
    (trace,) = over_time_spec(run)["data"]
    norms = run.snapshot("gradient_over_time", "skip")[-1, : run.layers]
    assert np.shape(trace["z"]) == norms.shape == (run.layers, run.network.time_steps)
    assert np.asarray(trace["z"]).argmax() == norms.argmax()


def test_after_the_last_update_the_ratio_of_that_update_is_shown(run: Run) -> None:
    ratios = np.stack([run.probe("update_ratio", "skip", seed) for seed in (0, 1)])
    assert np.isnan(ratios[:, -1]).all()
    assert np.isfinite(ratios[:, -2, 0]).all()
    drawn = {trace["name"]: trace for trace in layer_curves_spec(run, "update_ratio")["data"]}
    middle = np.median(ratios[:, -2, : run.layers], axis=0)
    assert np.allclose(drawn["skip"]["y"], middle, rtol=1e-3)


def test_what_is_predicted_of_numbers_is_no_boundary_and_their_line_is_no_chance() -> None:
    network = Network.mlp(depth=2, width=3)
    numbers, classes = (train(network, steps=1, data=name) for name in ("plane", "circles"))
    assert views_of(numbers)["boundary"] == "What is predicted"
    assert views_of(classes)["boundary"] == "Decision boundary"
    (line,) = training_curves_spec(numbers)["layout"]["annotations"]
    assert line["text"] == "guessing<br>the mean"


@pytest.mark.parametrize(
    ("chance", "text"), [(0.1, "0.1"), (0.997, "0.997"), (0.99996, "0.99996"), (1.0, "1")]
)
def test_chance_is_1_only_where_it_is_exactly_that(chance: float, text: str) -> None:
    assert guessing_text("accuracy", chance) == f"chance {text}"
