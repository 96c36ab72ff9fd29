"""Charts, named in a legend above, as figures."""

import numpy as np

from skipviz.charts import Axis, Bars, Curve, Heat, Lines, Mark, over_seeds
from skipviz.colours import ZERO_COLOUR
from skipviz.figures.chart import chart_spec
from skipviz.figures.style import arm_style

LAYERS = np.arange(1.0, 4.0)


def test_exact_zeros_are_below_a_log_axis_a_lane_per_curve() -> None:
    curves = (
        Curve("a", LAYERS, np.array([0.0, 1e-3, 1.0]), "skip"),
        Curve("b", LAYERS, np.array([0.0, 1e-40, 0.0]), "plain"),
        Curve("c", LAYERS, LAYERS),
    )
    spec = chart_spec(Lines(curves, Axis("layer"), Axis("g", log=True)))
    lines, lanes = spec["data"][:3], spec["data"][3:]
    assert [np.isnan(line["y"]).tolist() for line in lines] == [
        [True, False, False], [True, False, True], [False] * 3,
    ]  # fmt: skip
    assert [(lane["name"], list(lane["x"])) for lane in lanes] == [
        ("a zeros", [1]), ("b zeros", [1, 3]),
    ]  # fmt: skip
    assert lanes[0]["y"][0] != lanes[1]["y"][0]
    assert {lane["yaxis"] for lane in lanes} == {"y2"}
    assert {lane["marker"]["symbol"] for lane in lanes} == {"circle-open", "square-open"}


def test_bars_of_nothing_are_marked_below_their_category() -> None:
    bar = Curve("a", LAYERS, np.array([0.0, 1.0, 2.0]), "skip")
    bars, lane = chart_spec(Bars(("x", "y", "z"), (bar,), Axis("value", log=True)))["data"]
    assert np.isnan(bars["y"][0])
    assert list(lane["x"]) == ["x"]
    assert len(chart_spec(Bars(("x", "y", "z"), (bar,), Axis("value")))["data"]) == 1


def test_several_seeds_are_a_median_in_a_band() -> None:
    drawn = over_seeds("a", np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 9.0]]), "plain")
    spec = chart_spec(Lines((drawn,), Axis("x"), Axis("y")))
    low, high, middle = spec["data"]
    assert list(low["y"]) == [1, 2]
    assert list(high["y"]) == [5, 9]
    assert list(middle["y"]) == [3, 4]
    assert middle["line"]["color"] == arm_style("plain").colour("light")


def test_curves_that_are_no_arm_have_colours_of_their_own_in_both_themes() -> None:
    curves = tuple(Curve(name, LAYERS, LAYERS) for name in "abcd")
    for theme in ("light", "dark"):
        spec = chart_spec(Lines(curves, Axis("x"), Axis("y")), theme)
        colours = {trace["line"]["color"] for trace in spec["data"]}
        arms = {arm_style(a).colour(theme) for a in ("skip", "plain", "gradient_only")}
        assert len(colours) == 4
        assert not colours & arms


def test_bars_carry_their_range_and_guides_their_names() -> None:
    bar = Curve("a", LAYERS, LAYERS, "skip", LAYERS - 0.5, LAYERS + 1)
    spec = chart_spec(Bars(("x", "y", "z"), (bar,), Axis("value"), marks=(Mark(2.0, "limit"),)))
    assert list(spec["data"][0]["error_y"]["array"]) == [1, 1, 1]
    assert [label["text"] for label in spec["layout"]["annotations"]] == ["limit"]


def test_a_heat_map_is_logarithmic_and_zeros_have_a_colour_of_their_own() -> None:
    values = np.array([[1.0, 0.0, np.nan], [100.0, 10.0, 1.0]])
    (heat,) = chart_spec(Heat(values, Axis("time step"), Axis("layer")))["data"]
    z = heat["z"]
    np.testing.assert_allclose([z[0, 0], z[1, 0], z[1, 1]], [0, 2, 1])
    assert heat["zmin"] < z[0, 1] < heat["meta"]["zeros_below"] < 0
    assert np.isnan(z[0, 2])
    assert heat["text"][0] == ["1", "exactly 0", "none"]
    assert heat["colorscale"][0][1] == ZERO_COLOUR


def test_more_curves_than_free_colours_are_told_apart_by_their_number() -> None:
    curves = tuple(Curve(str(i), LAYERS, LAYERS) for i in range(8))
    assert len(chart_spec(Lines(curves, Axis("x"), Axis("y")))["data"]) == 8
