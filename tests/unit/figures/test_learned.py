"""Curves of what the skips learn: the run's own numbers, in the arms that use them."""

import numpy as np
import pytest

from skipviz.arms import Arm, Gain
from skipviz.figures.drawing import editor_gradients
from skipviz.figures.learned import (
    CURVES,
    POINTS,
    learned_curves,
    learned_curves_spec,
    learned_quantities,
    skips_drawn,
)
from skipviz.figures.style import depth_colour
from skipviz.network import Network
from skipviz.training import Frame, Run, train
from skipviz.ui.playground.charts.learned import learned_charts

ONE = {"value": 1, "learned": "scalar"}
NETWORK = (
    Network.mlp(6, 8, activation="tanh")
    .add_skip(1, 3, branch_scale=ONE)
    .add_skip(2, 4)
    .add_skip(3, 6, branch_scale={"value": 0.5, "learned": "channel"})
    .add_skip(4, 5, kind="shortcut_gate")
    .add_skip(5, 6, kind="gated")
    .add_skip(0, 2, kind="projection")
)
ARMS = ("skip", "plain", "gradient_only")


@pytest.fixture(scope="module")
def run() -> Run:
    return train(NETWORK, steps=6, seeds=2, arms=ARMS)


def of_scales(values: np.ndarray, network: Network) -> Run:
    """A run of one arm whose branch scales and their gradients are these: (steps, skips)."""
    run = Run(network, train(network, steps=0, arms=("skip",)).settings)
    layers = np.ones((1, 1, network.depth + 1))
    for step, row in enumerate(values):
        scales = {"branch_scale": row[None, None], "branch_scale_gradient": row[None, None]}
        probes = {"weight_gradient": layers, "state_gradient": layers, **scales}
        run.extend([Frame(step, float(step), layers[..., 0], layers[..., 0], probes)])
    return run


def rezero(blocks: int) -> Network:
    network = Network.mlp(blocks + 1, 4)
    skips = [
        {"kind": "add", "source": k, "target": k + 1, "branch_scale": ONE}
        for k in range(1, blocks + 1)
    ]
    return Network.of(layers=network.layers, skips=skips)


@pytest.mark.parametrize("probe", ["branch_scale", "branch_scale_gradient"])
@pytest.mark.parametrize("arm", ["skip", "gradient_only"])
def test_each_curve_is_the_median_of_its_skip_over_the_seeds(run, probe, arm) -> None:
    curves = learned_curves_spec(run, probe, arm)["data"]
    assert [curve["name"] for curve in curves] == ["skip 1 → 3", "skip 3 → 6"]
    for curve, place in zip(curves, (0, 2), strict=True):
        seeds = [run.probe(probe, arm, seed)[:, place] for seed in (0, 1)]
        np.testing.assert_allclose(curve["y"], np.median(seeds, axis=0), rtol=1e-6)
        assert curve["x"].tolist() == list(range(7))
    assert "skip 3 → 6, add, step" in curves[1]["hovertemplate"]


def test_only_arms_that_use_a_skip_have_curves(run) -> None:
    found = learned_quantities(run)
    assert list(found) == ["branch_scale", "gate", "projection"]
    assert all(arms == ["skip", "gradient_only"] for arms in found.values())
    with pytest.raises(ValueError, match="No skip that 'without' uses has a branch scale"):
        learned_curves_spec(run, "branch_scale", "plain")
    off = Gain(source=1, target=3, forward=0, backward=0)
    single = train(NETWORK, steps=0, arms=(Arm(name="single", exceptions=(off,)),))
    assert skips_drawn(single, "branch_scale", "single") == [2]
    assert learned_quantities(train(NETWORK, steps=0, probes="minimal")) == {}
    assert learned_quantities(train(Network.mlp(3, 4, skips=((1, 3),)), steps=0)) == {}


def test_values_have_a_linear_axis_and_gradients_a_log_one(run) -> None:
    value, slope = (learned_curves(run, "gate", "skip", gradient=g) for g in (False, True))
    assert value.layout.yaxis.type is None
    assert slope.layout.yaxis.type == "log"
    low, high = value.layout.yaxis.range
    assert all(low < y < high for curve in value.data for y in curve.y)


def test_few_curves_have_names_and_many_a_colour_bar(run) -> None:
    few = learned_curves_spec(run, "branch_scale", "skip", "dark")
    names = [each["text"] for each in few["layout"]["annotations"]]
    assert names == ["1 → 3", "3 → 6"]
    first, last = (curve["line"]["color"] for curve in few["data"])
    assert (first, last) == (depth_colour(0, "dark"), depth_colour(1, "dark"))
    many = learned_curves_spec(train(rezero(12), steps=1), "branch_scale", "skip")
    assert many["layout"]["annotations"] == []
    (bar,) = [curve["marker"] for curve in many["data"] if "colorscale" in curve["marker"]]
    assert (bar["cmin"], bar["cmax"]) == (2, 13)


def test_zeros_have_a_lane_a_skip_below_the_log_axis_and_nan_leaves_a_gap() -> None:
    values = np.array([[0.0, 0.0, 0.2], [0.1, 0.0, np.nan], [0.1, 0.3, 0.4]])
    spec = learned_curves_spec(of_scales(values, rezero(3)), "branch_scale_gradient", "skip")
    curves, lanes = spec["data"][:3], spec["data"][3:]
    assert [list(lane["x"]) for lane in lanes] == [[0], [0, 1]]
    np.testing.assert_allclose(
        [curve["y"] for curve in curves],
        np.where(values > 0, values, np.nan).T.astype(np.float32),
    )


def test_a_scale_that_hardly_moves_fills_the_height_and_one_from_zero_shows_the_zero() -> None:
    still = np.array([[0.5], [0.51]])
    low, high = learned_curves_spec(of_scales(still, rezero(1)), "branch_scale", "skip")["layout"][
        "yaxis"
    ]["range"]
    assert 0.49 < low < 0.5
    assert 0.51 < high < 0.52
    low, _ = learned_curves_spec(of_scales(still * [[1], [2]], rezero(1)), "branch_scale", "skip")[
        "layout"
    ]["yaxis"]["range"]
    assert low < 0


def test_of_very_many_skips_some_are_drawn_and_that_is_said() -> None:
    blocks = CURVES + 20
    run = of_scales(np.full((300, blocks), 0.5), rezero(blocks))
    curves = learned_curves_spec(run, "branch_scale", "skip")["data"]
    assert len(curves) == CURVES
    assert curves[0]["name"] == "skip 1 → 2"
    assert curves[-1]["name"] == f"skip {blocks} → {blocks + 1}"
    assert sum(len(curve["x"]) for curve in curves) <= POINTS
    charts = learned_charts(run, "branch_scale", None, "light")
    assert f"Drawn are {CURVES} of {blocks} skips" in charts[0].note


def test_a_step_shown_is_marked(run) -> None:
    marked = learned_curves_spec(run, "gate", "skip", at=2)["layout"]["shapes"]
    assert [line["x0"] for line in marked] == [2]
    assert learned_curves_spec(run, "gate", "skip")["layout"]["shapes"] == []


def test_notes_say_what_these_skips_are(run) -> None:
    notes = [
        learned_charts(run, quantity, None, "light")[0].note for quantity in learned_quantities(run)
    ]
    assert notes == [
        "The factor that multiplies the branch, the root mean square where there is one per "
        "channel.",
        "Share T of the branch in T h + (1 - T) s, the mean over batch and units. "
        "Share of the shortcut let through, the mean over batch and units.",
        "Frobenius norm of W, the weights of the skip.",
    ]
    plain = learned_charts(train(rezero(2), steps=0), "branch_scale", None, "light")
    assert [chart.note for chart in plain] == [
        "The factor that multiplies the branch.",
        "Norm of ∂L/∂scale.",
    ]


def test_the_drawing_says_what_a_skip_has_learned_at_the_step_shown(run) -> None:
    skip, plain, gradient_only = editor_gradients(run, 0)["arms"]
    assert plain["learned"] == {}
    assert {*skip["learned"]} == {*gradient_only["learned"]} == {"1-3", "3-6", "4-5", "5-6", "0-2"}
    (scale,) = skip["learned"]["1-3"]
    assert scale.startswith("branch scale 1, |∂L/∂scale| ")
    assert skip["learned"]["3-6"][0].startswith("branch scale (root mean square) 0.5, ")
    assert skip["learned"]["5-6"][0].startswith("gate: 0.1")
    assert " to the branch, |∂L/∂W| of it " in skip["learned"]["5-6"][0]
    assert skip["learned"]["4-5"][0].startswith("gate: lets 1 through, ")
    assert skip["learned"]["0-2"][0].startswith("|W| ")
    later = editor_gradients(run, -1)["arms"][0]["learned"]["1-3"]
    assert later != [scale]
