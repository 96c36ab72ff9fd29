"""Exact zeros are marked as such in every picture of a run, those of each arm for themselves."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from skipviz import figures, presets
from skipviz.colours import ZERO_COLOUR
from skipviz.figures.gradient import layer_curves_spec
from skipviz.figures.heatmap import layer_heatmap_spec
from skipviz.figures.log_colours import UNKNOWN_COLOUR
from skipviz.figures.style import CIVIDIS
from skipviz.figures.zeros import dots, has_strip, lane_place, log_band
from skipviz.runs.zeros import is_zero, size_text
from skipviz.settings import Settings
from skipviz.training import Frame, Run

NETWORK = presets.load("forward_skip")
LAYERS = NETWORK.depth + 1
ARMS = ("skip", "plain", "gradient_only", "forward_only")
TINY = 1e-40  # denormal in float32, and no zero


def a_run(norms: np.ndarray) -> Run:
    """norms (arms, seeds, layers) of one step."""
    settings = Settings(arms=ARMS[: len(norms)], seeds=norms.shape[1], steps=1)
    per_replica = np.ones(norms.shape[:2])
    probes = {"weight_gradient": norms, "state_gradient": norms}
    run = Run(NETWORK, settings)
    run.extend([Frame(step=0, seconds=0.0, loss=per_replica, accuracy=per_replica, probes=probes)])
    return run


def some_norms(arms: int = 2, seeds: int = 1) -> np.ndarray:
    generator = np.random.default_rng(0)
    return 10.0 ** generator.uniform(-9, 1, size=(arms, seeds, LAYERS))


def lanes(spec: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {t["name"].removesuffix(" zeros"): t for t in spec["data"] if t.get("yaxis") == "y2"}


@given(
    st.integers(2, 4).flatmap(
        lambda arms: arrays(
            np.float64, (arms, 3, LAYERS), elements=st.sampled_from([0.0, TINY, 1e-3, 1.0, np.nan])
        )
    )
)
def test_every_zero_of_every_arm_is_marked_and_nothing_else(norms: np.ndarray) -> None:
    spec = layer_curves_spec(a_run(norms))
    found = lanes(spec)
    for place, values in enumerate(norms[:, :, :-1]):
        layers = np.flatnonzero((values == 0).any(axis=0)) + 1
        shown = found.get(ARMS[place], {"x": []})["x"]
        assert list(shown) == list(layers)
    heights = [set(lane["y"]) for lane in found.values()]
    assert all(len(each) == 1 for each in heights)
    assert len(set().union(*heights)) == len(heights), "no lane lies over another"
    assert len({lane["marker"]["symbol"] for lane in found.values()}) == len(found)
    assert has_strip(spec) == bool(found)


def test_a_curve_has_a_gap_at_its_zeros_and_says_which_they_are() -> None:
    norms = some_norms()
    norms[1, 0, :3] = [0, TINY, np.nan]
    (curve,) = (t for t in layer_curves_spec(a_run(norms))["data"] if t["name"] == "plain")
    assert np.isnan(curve["y"][[0, 2]]).all()
    assert curve["y"][1] == np.float32(TINY)
    assert curve["meta"] == {"zeros": [0], "label": "without"}


def test_zeros_of_some_seeds_are_fainter_and_counted() -> None:
    norms = some_norms(seeds=3)
    norms[0, 0, 0] = 0
    norms[0, :, 1] = 0
    lane = lanes(layer_curves_spec(a_run(norms)))["skip"]
    assert lane["text"] == ["exactly 0 in 1 of 3 seeds", "exactly 0"]
    assert lane["marker"]["opacity"][0] < lane["marker"]["opacity"][1] == 1


def test_kept_runs_have_lanes_of_their_own() -> None:
    norms = some_norms()
    norms[:, :, 1] = 0
    run = a_run(norms)
    found = lanes(layer_curves_spec(run, kept=(("A", run),)))
    assert list(found) == ["skip", "plain", "A skip", "A plain"]
    assert len({lane["y"][0] for lane in found.values()}) == 4


@pytest.mark.parametrize("count", [1, 2, 4, 12])
def test_lanes_are_equally_far_apart_within_the_strip(count: int) -> None:
    places = [lane_place(place, count) for place in range(count)]
    assert np.diff([*places]) == pytest.approx(-2 * places[-1])
    assert 0 < places[-1] <= places[0] < 0.4


def test_a_chart_of_nothing_but_zeros_says_so_and_has_no_scale() -> None:
    spec = layer_curves_spec(a_run(np.zeros((2, 1, LAYERS))))
    assert not spec["layout"]["yaxis"]["showticklabels"]
    assert "nothing above 0" in [each["text"] for each in spec["layout"]["annotations"]]
    (bar,) = [layer_heatmap_spec(a_run(np.zeros((2, 1, LAYERS))))["layout"]["coloraxis"]]
    assert bar["colorbar"]["ticktext"] == ["exactly 0"]


def test_a_probe_on_a_linear_axis_has_no_strip() -> None:
    none, per_replica = np.zeros((2, 1, LAYERS)), np.ones((2, 1))
    probes = {"weight_gradient": none}
    run = Run(NETWORK, Settings(arms=ARMS[:2], steps=1))
    run.extend([Frame(0, 0.0, per_replica, per_replica, probes, snapshot={"dead": none})])
    spec = layer_curves_spec(run, "dead")
    assert not has_strip(spec)
    assert spec["data"][0]["y"][0] == 0


def test_names_beside_the_curves_stay_above_the_strip() -> None:
    norms = some_norms()
    norms[0, 0, NETWORK.depth - 1] = 0
    spec = layer_curves_spec(a_run(norms))
    texts = [each["text"] for each in spec["layout"]["annotations"]]
    assert texts == ["<b>without</b>", "with skips"], "that which ends in 0 has its name below"
    above, below = (each["y"] for each in spec["layout"]["annotations"])
    assert below < spec["layout"]["yaxis2"]["domain"][1] < spec["layout"]["yaxis"]["domain"][0]
    assert above >= spec["layout"]["yaxis"]["domain"][0]


def test_a_point_between_two_gaps_is_a_dot() -> None:
    shown = np.full(40, np.nan)
    shown[[3, 10, 11]] = 1.0
    sizes = dots(shown)["marker"]["size"]
    assert [k for k, size in enumerate(sizes) if size] == [3]
    assert dots(np.ones(40)) == {"mode": "lines"}


def test_a_band_goes_down_where_a_seed_is_zero_and_ends_where_all_are() -> None:
    low, high = np.array([0.0, 0.0, 1e-2, 1e-2]), np.array([1e-1, 0.0, 1e-1, 1.0])
    lower, upper, area = log_band([1, 2, 3, 4], low, high, "a", "#000000", floor=1e-5)
    assert lower["meta"] == {"zeros": [0, 1], "label": "a minimum"}
    assert upper["meta"] == {"zeros": [1], "label": "a maximum"}
    assert area["x"] == [1, 1, None, 3, 4, 4, 3, None]
    assert area["y"] == [1e-5, 1e-1, None, 1e-2, 1e-2, 1.0, 1e-1, None]


def test_a_map_tells_zero_from_tiny_and_from_unknown() -> None:
    norms = some_norms()
    norms[0, 0, :3] = [0, TINY, np.nan]
    spec = layer_heatmap_spec(a_run(norms))
    first, second = spec["data"]
    assert first["z"][:3, 0].tolist() == [0, 1, 255]
    assert [row[0] for row in first["text"][:4]] == [": exactly 0", "", ": none", ""]
    assert "text" not in second
    colours = [colour for _, colour in spec["layout"]["coloraxis"]["colorscale"]]
    assert colours == [ZERO_COLOUR] * 2 + list(CIVIDIS) + [UNKNOWN_COLOUR] * 2
    bar = spec["layout"]["coloraxis"]["colorbar"]
    assert {"exactly 0", "none"} <= set(bar["ticktext"])


def test_a_map_of_nothing_but_zeros_says_so_once() -> None:
    norms = some_norms()
    norms[1] = 0
    panels = layer_heatmap_spec(a_run(norms))["data"]
    assert [panel["hovertemplate"].partition("%{x}")[2] for panel in panels] == [
        "<extra></extra>", ": exactly 0<extra></extra>",
    ]  # fmt: skip
    assert not any("text" in panel for panel in panels)


def test_a_level_has_the_colour_the_bar_says() -> None:
    norms = some_norms()
    norms[0, 0, :2] = [0, np.nan]
    scale = layer_heatmap_spec(a_run(norms))["layout"]["coloraxis"]
    places = [
        (level - scale["cmin"]) / (scale["cmax"] - scale["cmin"]) for level in (0, 1, 254, 255)
    ]
    edges = [place for place, _ in scale["colorscale"]]
    start, end = edges[1], edges[-1 - 1]
    assert places[0] < start < places[1] < places[2] < end < places[3]


def test_the_drawing_names_its_zeros_arm_by_arm() -> None:
    norms = some_norms()
    norms[0, 0, 1] = 0
    norms[1, 0, :2] = [0, TINY]
    skip, plain = figures.editor_gradients(a_run(norms))["arms"]
    assert (skip["zeros"], plain["zeros"]) == ([2], [1])
    assert skip["layers"][1] == plain["layers"][0] == ZERO_COLOUR
    assert plain["layers"][1] == CIVIDIS[0]
    assert (skip["values"][1], plain["values"][1]) == ("exactly 0", "1 × 10⁻⁴⁰")
    nothing = figures.editor_gradients(a_run(np.zeros((2, 1, LAYERS))))
    assert nothing["scale"] is None


@given(st.floats(min_value=0, exclude_min=True, allow_infinity=False))
def test_only_zero_reads_as_zero(value: float) -> None:
    assert size_text(0.0) == "exactly 0"
    assert size_text(value) not in ("0", "exactly 0")
    assert not is_zero(value)
