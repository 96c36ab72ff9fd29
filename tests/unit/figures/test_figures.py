"""Figures show the run's own numbers, and say so where there is nothing to show."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skipviz import figures, presets
from skipviz.colours import CIVIDIS, log_colours
from skipviz.figures.heatmap import _maps, even_rows
from skipviz.figures.style import LABEL_GAP, apart, thinned
from skipviz.settings import Settings
from skipviz.text import number_text
from skipviz.training import Failure, Frame, Run

NETWORK = presets.load("forward_skip")
LAYERS = NETWORK.depth + 1


def a_run(weights: np.ndarray, arms: tuple[str, ...] = ("skip", "plain")) -> Run:
    """A run whose frames hold these weight gradients: (steps, arms, seeds, layers)."""
    settings = Settings(arms=arms, seeds=weights.shape[2], steps=len(weights))
    run = Run(NETWORK, settings)
    for step, norms in enumerate(weights):
        run.extend([a_frame(step, norms)])
    return run


def test_a_network_without_skips_is_drawn_once_by_a_name_that_is_true_of_it() -> None:
    network = NETWORK.keep_skips(set())
    run = Run(network, Settings(steps=1), [a_frame(0, random_norms(1)[0])])
    specs = (figures.training_curves_spec(run), figures.layer_curves_spec(run))
    labels = [trace["meta"]["label"] for spec in specs for trace in spec["data"]]
    assert labels == ["loss this network", "test accuracy this network", "this network"]
    assert [arm["label"] for arm in figures.editor_gradients(run)["arms"]] == ["this network"]
    assert "without" not in run._repr_html_().partition("<table")[2]
    assert run.arms == ("skip", "plain")  # as ever in code: the numbers of both are there


def a_frame(step: int, norms: np.ndarray) -> Frame:
    per_replica = np.full(norms.shape[:2], 2.0 / (step + 1))
    return Frame(
        step=step,
        seconds=0.1 * step,
        loss=per_replica,
        accuracy=per_replica / 2,
        probes={"weight_gradient": norms, "state_gradient": norms / 3},
    )


def random_norms(steps: int, seeds: int = 1) -> np.ndarray:
    generator = np.random.default_rng(0)
    return 10.0 ** generator.uniform(-12, 1, size=(steps, 2, seeds, LAYERS))


def test_the_curves_are_the_gradients_of_the_chosen_step() -> None:
    run = a_run(random_norms(5))
    for at in (0, 3, -1):
        figure = figures.gradient_flow(run, at=at)
        for arm in run.arms:
            curve = next(trace for trace in figure.data if trace.name == arm)
            assert np.array_equal(curve.y, run.gradient_norms(arm)[at])
            assert list(curve.x) == list(range(1, NETWORK.depth + 1))


def test_tables_call_curves_what_the_page_calls_them_each_otherwise() -> None:
    run = a_run(random_norms(3, seeds=2))
    arms = "with skips", "without"
    spans = [f"{arm} {end}" for arm in arms for end in ("minimum", "maximum")]
    drawn = figures.layer_curves_spec(run, kept=[("A", run)])["data"]
    called = [trace["meta"]["label"] for trace in drawn if "drawn" not in trace["meta"]]
    assert sorted(called) == sorted([*arms, *spans, "A: with skips", "A: without"])
    called = [trace["meta"]["label"] for trace in figures.training_curves_spec(run)["data"]]
    assert len({*called}) == len(called)
    assert {"loss with skips", "loss without", "loss without maximum"} <= {*called}
    maps = figures.layer_heatmap_spec(run, "weight_gradient")["data"]
    assert [each["meta"]["label"] for each in maps] == [*arms]


def test_the_axis_of_a_gradient_about_a_power_of_ten_does_not_go_to_and_fro() -> None:
    norms = np.full((12, 2, 1, LAYERS), 1e-3)
    norms[::2, :, :, 0], norms[1::2, :, :, 0] = 0.9, 1.1
    run = a_run(norms)
    ranges = [figures.gradient_flow(run, at=at).layout.yaxis.range for at in range(12)]
    assert len({tuple(each) for each in ranges[1:]}) == 1
    assert ranges[0][1] < ranges[1][1]  # nothing is known of what is to come


def test_an_axis_lets_go_of_what_is_long_past() -> None:
    norms = np.full((20, 2, 1, LAYERS), 1e-3)
    norms[0] = 1e3
    assert figures.gradient_flow(a_run(norms), at=-1).layout.yaxis.range[1] < 0


def test_state_gradients_are_drawn_on_request_and_named() -> None:
    run = a_run(random_norms(2))
    figure = figures.gradient_flow(run, of="state")
    assert np.array_equal(figure.data[0].y, run.gradient_norms("skip", of="state")[-1])
    assert "∂s" in figure.layout.yaxis.title.text


def test_a_layer_without_weights_is_left_out_and_the_curve_goes_on() -> None:
    norms = random_norms(1)
    norms[..., 2] = np.nan
    norms[..., NETWORK.depth - 1] = np.nan
    figure = figures.gradient_flow(a_run(norms))
    curve = next(trace for trace in figure.data if trace.name == "skip")
    assert list(curve.x) == [1, 2, *range(4, NETWORK.depth)]
    assert np.isfinite(curve.y).all()
    assert "<b>with skips</b>" in [annotation.text for annotation in figure.layout.annotations]


def test_a_failed_arm_is_named_and_leaves_the_others_as_they_are() -> None:
    norms = random_norms(1)
    norms[0, 1] = np.nan
    figure = figures.gradient_flow(a_run(norms))
    texts = [annotation.text for annotation in figure.layout.annotations]
    assert "<b>without</b><br>(failed)" in texts
    assert np.isfinite(figure.data[0].y).all()


def test_several_seeds_give_a_median_between_minimum_and_maximum() -> None:
    run = a_run(random_norms(2, seeds=3))
    by_name = {trace.name: trace.y for trace in figures.gradient_flow(run).data}
    stacked = np.stack([run.gradient_norms("skip", seed=seed)[-1] for seed in range(3)])
    assert np.allclose(by_name["skip"], np.median(stacked, axis=0))
    assert np.allclose(by_name["skip minimum"], stacked.min(axis=0))
    assert np.allclose(by_name["skip maximum"], stacked.max(axis=0))


@given(st.lists(st.floats(0, 1), min_size=1, max_size=5))
def test_labels_never_overlap_and_never_leave_the_top(places: list[float]) -> None:
    moved = sorted(apart(places))
    gaps = np.diff(moved)
    assert (gaps > LABEL_GAP - 1e-9).all()
    assert moved[-1] <= 1 + 1e-9


def test_the_heat_map_keeps_order_and_scale_over_all_arms() -> None:
    run = a_run(random_norms(20))
    figure = figures.gradient_heatmap(run)
    levels = {trace.name: np.asarray(trace.z, dtype=int) for trace in figure.data}
    flat = np.concatenate([run.gradient_norms(arm).T.ravel() for arm in run.arms])
    shown = np.concatenate([levels[arm].ravel() for arm in run.arms])
    order = np.argsort(flat)
    assert (np.diff(shown[order]) >= 0).all()
    assert (shown.min(), shown.max()) == (1, 254)
    assert [colour for _, colour in figure.layout.coloraxis.colorscale] == list(CIVIDIS)


def test_the_heat_map_marks_what_broke_and_thins_long_runs() -> None:
    norms = random_norms(1000)
    norms[600:, 1] = np.nan
    figure = figures.gradient_heatmap(a_run(norms))
    broken = np.asarray(figure.data[1].z)
    assert broken.shape == (NETWORK.depth, 334)
    assert (broken[:, -1] == 255).all()
    assert (np.asarray(figure.data[0].z) < 255).all()


def test_one_explosion_does_not_take_the_colours_from_everything_else() -> None:
    norms = random_norms(1000)
    norms[500:503, 0] *= 1e20
    figure = figures.gradient_heatmap(a_run(norms))
    calm = np.delete(norms, slice(500, 503), axis=0)
    low, high = figure.layout.meta["levels"]
    assert low == pytest.approx(calm.min(), rel=0.2)  # the longest runs are thinned
    assert calm.max() <= high <= 10 * calm.max()
    assert np.asarray(figure.data[0].z).max() == 254


@pytest.mark.parametrize(
    ("asked", "made", "end"), [(5, 3, 5), (400, 3, 400), (100_000, 3, 500), (100_000, 501, 1000)]
)
def test_a_long_run_is_not_squeezed_into_the_corner(asked: int, made: int, end: int) -> None:
    run = Run(NETWORK, Settings(steps=asked))
    run.extend([a_frame(step, norms) for step, norms in enumerate(random_norms(made + 1))])
    assert list(figures.training_curves(run).layout.xaxis.range) == [0, end]


def test_a_single_step_has_a_single_tick() -> None:
    drawn = figures.gradient_heatmap(a_run(random_norms(1)))
    assert drawn.layout.xaxis.nticks == 1


@pytest.mark.parametrize(("depth", "ticks"), [(2, 1), (5, 1), (6, None), (40, None)])
def test_few_layers_have_a_tick_each_and_none_between_them(depth: int, ticks: int | None) -> None:
    norms = {"skip": np.ones((depth, 3)), "plain": np.ones((depth, 3))}
    look = _maps(norms, np.arange(3), "step", "light", dict.fromkeys(norms, "arm"))["layout"]
    assert [look[f"yaxis{place}"].get("dtick") for place in (1, 2)] == [ticks, ticks]


def test_the_steps_of_the_panels_follow_those_of_the_first() -> None:
    """An axis told to follow itself has no place in plotly.js once a panel comes in."""
    axes = list(figures.gradient_heatmap(a_run(random_norms(3))).select_xaxes())
    assert [axis.matches for axis in axes] == [None, *["x"] * (len(axes) - 1)]
    assert len(axes) > 1


def test_loss_is_the_runs_own_and_chance_is_drawn() -> None:
    run = a_run(random_norms(30))
    figure = figures.training_curves(run)
    assert np.allclose(figure.data[0].y, run.loss("skip"))
    assert figure.layout.shapes[0].y0 == pytest.approx(0.1)
    (name,) = figure.layout.annotations  # beside the chart, where it hides no curve
    assert (name.text, name.xref, name.xanchor) == ("chance<br>0.1", "paper", "left")
    assert name.x >= 1
    assert figure.layout.margin.r >= 6 * len("chance")


def test_losses_that_dwarf_the_others_are_drawn_in_decades() -> None:
    """On a linear axis to 10³² all steps before lie at 0; one that falls to 10⁻⁴ is no reason."""

    def upright(losses: list[float]) -> Any:
        frames = [a_frame(step, norms) for step, norms in enumerate(random_norms(len(losses)))]
        run = Run(NETWORK, Settings(steps=len(losses)))
        run.extend([replace(f, loss=0 * f.loss + v) for f, v in zip(frames, losses, strict=True)])
        return figures.training_curves(run).layout.yaxis

    found = upright([2.3, 2.2, 9.0, 1e32, np.nan])
    assert (found.type, found.title.text) == ("log", "training loss (log)")
    assert found.range[0] < np.log10(2.2) < 32 < found.range[1]
    for losses in ([2.3, 1.0, 1e-4], [2.3, 2.2, 80.0]):
        found = upright(losses)
        assert (found.type, found.title.text) == (None, "training loss")


def test_the_drawing_is_coloured_on_one_scale_for_all_arms() -> None:
    norms = random_norms(1)
    norms[0, 0] = norms[0, 1]
    painted = figures.editor_gradients(a_run(norms))
    first, second = painted["arms"]
    assert first["layers"] == second["layers"]
    assert len(first["layers"]) == LAYERS
    assert first["label"] == "with skips"
    low, high = norms.min(), norms.max()
    assert painted["scale"] == {"low": number_text(low), "high": number_text(high)}


def test_colours_grow_lighter_with_the_gradient_and_are_none_for_nan() -> None:
    colours = log_colours(np.array([0.0, 1e-9, 1e-6, 1e-3, 1.0, np.nan, np.inf]), 1e-9, 1.0)
    assert [colours[0], *colours[-2:]] == [None, None, None]
    assert colours[1] == "#00224e"
    brightness = [int(c[1:3], 16) + int(c[3:5], 16) for c in colours[1:5] if c]
    assert brightness == sorted(brightness)


@given(st.integers(1, 20_000), st.integers(2, 500))
def test_thinning_keeps_both_ends_and_the_bound(rows: int, most: int) -> None:
    kept = thinned(rows, most)
    assert len(kept) <= most
    assert (kept[0], kept[-1]) == (0, rows - 1)
    assert (np.diff(kept) > 0).all()


@given(st.integers(1, 20_000), st.integers(2, 500), st.integers(1, 64), st.booleans())
def test_columns_are_equally_wide(rows: int, most: int, stride: int, newest: bool) -> None:
    steps = np.arange(rows) * stride
    if newest and stride > 1:
        steps = np.append(steps, steps[-1] + 1)  # as in a run too long to keep all its rows
    kept = even_rows(steps, most)
    assert kept[0] == 0
    assert len(set(np.diff(steps[kept]))) <= 1
    assert len(kept) <= most
    assert len(steps) - kept[-1] <= -(-len(steps) // most) + 1


def test_a_failure_names_step_and_layer() -> None:
    failure = Failure(arm="plain", seed=0, step=12, layer=3, quantity="state")
    assert "layer 3" in failure.text(4)
    assert "step 12" in failure.text(4)
