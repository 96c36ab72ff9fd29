"""Results of the Learn page as figures."""

import numpy as np

from skipviz.figures.learn import learn_spec
from skipviz.figures.style import arm_style
from skipviz.learn.results import Bars, Curve, Guide, Heat, Lines, curve

LAYERS = np.arange(1.0, 4.0)


def test_an_exact_zero_is_an_open_marker_at_the_foot_of_a_log_axis() -> None:
    values = np.array([0.0, 1e-3, 1.0])
    spec = learn_spec(Lines((Curve("a", LAYERS, values, "skip"),), "layer", "g", log_y=True))
    line, zeros = spec["data"]
    assert np.isnan(line["y"][0])
    assert zeros["marker"]["symbol"] == "circle-open"
    assert list(zeros["x"]) == [1]
    assert zeros["y"][0] <= 1e-3
    assert np.log10(zeros["y"][0]) >= spec["layout"]["yaxis"]["range"][0]


def test_several_seeds_are_a_median_in_a_band() -> None:
    drawn = curve("a", np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 9.0]]), "plain")
    spec = learn_spec(Lines((drawn,), "x", "y"))
    low, high, middle = spec["data"]
    assert list(low["y"]) == [1, 2]
    assert list(high["y"]) == [5, 9]
    assert list(middle["y"]) == [3, 4]
    assert middle["line"]["color"] == arm_style("plain").colour("light")


def test_curves_that_are_no_arm_have_colours_of_their_own_in_both_themes() -> None:
    curves = tuple(Curve(name, LAYERS, LAYERS) for name in "abcd")
    for theme in ("light", "dark"):
        spec = learn_spec(Lines(curves, "x", "y"), theme)
        colours = {trace["line"]["color"] for trace in spec["data"]}
        arms = {arm_style(a).colour(theme) for a in ("skip", "plain", "gradient_only")}
        assert len(colours) == 4
        assert not colours & arms


def test_bars_carry_their_range_and_guides_their_names() -> None:
    bar = Curve("a", LAYERS, LAYERS, "skip", LAYERS - 0.5, LAYERS + 1)
    spec = learn_spec(Bars(("x", "y", "z"), (bar,), "value", guides=(Guide("y", 2.0, "limit"),)))
    assert list(spec["data"][0]["error_y"]["array"]) == [1, 1, 1]
    assert [label["text"] for label in spec["layout"]["annotations"]] == ["limit"]


def test_a_heat_map_is_logarithmic_and_leaves_zeros_empty() -> None:
    spec = learn_spec(Heat(np.array([[1.0, 0.0], [100.0, 10.0]]), "time step", "layer"))
    z = spec["data"][0]["z"]
    assert np.isnan(z[0, 1])
    np.testing.assert_allclose([z[0, 0], z[1, 0], z[1, 1]], [0, 2, 1])


def test_more_curves_than_free_colours_are_told_apart_by_their_number() -> None:
    curves = tuple(Curve(str(i), LAYERS, LAYERS) for i in range(8))
    assert len(learn_spec(Lines(curves, "x", "y"))["data"]) == 8
