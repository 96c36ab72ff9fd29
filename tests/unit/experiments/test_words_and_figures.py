"""How experiments are drawn and worded."""

from math import inf, nan

import numpy as np
import plotly.graph_objects as go
import pytest

from skipviz.charts import Axis, Bar, Curve, Heat, LabelledBars, Lines, Mark, over_seeds
from skipviz.experiments import Quantity
from skipviz.experiments.running import Measured, Progress
from skipviz.experiments.wording import band_text, measured_text, value_text, verdict
from skipviz.figures.chart import chart_height, chart_spec
from skipviz.figures.style import Spec

X = np.arange(1.0, 4.0)


def measured(*values: float, inside: bool | None = True) -> Measured:
    return Measured(Quantity("v.q", "q", (0, 1)), values, inside)


@pytest.mark.parametrize(
    ("value", "form", "text"),
    [
        (0.9637, "number", "0.964"),
        (-0.5, "number", "−0.500"),
        (3.0015e-16, "power", "3 × 10⁻¹⁶"),
        (0, "power", "0"),
        (999.4, "power", "999"),
        (1234.5, "power", "1,234"),
        (2e4, "power", "2 × 10⁴"),
        (0.5, "share", "50.00 %"),
        (2**54, "count", "18,014,398,509,481,984"),
        (nan, "number", "none: it diverged"),
    ],
)
def test_values_are_written_as_people_write_them(value: float, form: str, text: str) -> None:
    assert value_text(value, form) == text


@pytest.mark.parametrize(
    ("band", "form", "text"),
    [
        ((0.93, 1), "number", "0.93 to 1"),
        ((0, 1e-13), "power", "at most 10⁻¹³"),
        ((5, inf), "power", "at least 5"),
        ((550, 1200), "power", "550 to 1,200"),
        ((80, 1500), "power", "80 to 1,500"),
        ((0, 0), "power", "0"),
        ((0.98016, 0.98018), "share", "98.016 % to 98.018 %"),
        ((2**54, 2**54), "count", "18,014,398,509,481,984"),
        ((-0.25, 0.25), "number", "−0.25 to 0.25"),
    ],
)
def test_bands_are_written_in_as_few_words_as_will_do(
    band: tuple[float, float], form: str, text: str
) -> None:
    assert band_text(band, form) == text


def test_the_span_is_said_where_the_seeds_differ() -> None:
    assert measured_text(measured(0.1, 0.2, 0.6)) == "0.200 [0.100, 0.600]"
    assert measured_text(measured(1.0, 1.0, 1.0)) == "1.000"


def test_the_verdict_says_what_came_out() -> None:
    good, bad, unknown = measured(0.5), measured(2, inside=False), measured(0.5, inside=None)
    assert verdict(Progress(0.25), thin=True) == "Measuring the short version … 25 %"
    assert verdict(Progress(1, measured=(good, good)), thin=False) == (
        "As claimed: the medians of all 2 quantities lie in their expected bands "
        "(the full version)."
    )
    assert verdict(Progress(1, measured=(good, bad)), thin=False).startswith(
        "Not as claimed: the median of 1 of 2"
    )
    assert "default settings" in verdict(Progress(1, measured=(good, unknown)), thin=False)


def test_single_seeds_outside_a_band_are_counted_beside_the_medians() -> None:
    inside, stray, failed = measured(0.5, 1), measured(0.2, 0.5, 1.5), measured(0.2, 0.5, nan)
    assert "single seeds" not in verdict(Progress(1, measured=(inside, inside)), thin=False)
    said = verdict(Progress(1, measured=(inside, stray, failed)), thin=False)
    assert said.endswith(" Of 2 quantities single seeds lie outside.")


def test_names_at_one_end_stand_in_the_order_of_the_curves_before_it() -> None:
    """Gradients over time end in one point; there the largest before is the smallest by a hair."""
    ends = {"low": [1e-9, 1e-4, 1.02], "middle": [0.3, 0.5, 1.01], "high": [50, 5, 1.0]}
    notes = drawn(*(over_seeds(name, y, x=X) for name, y in ends.items()))["layout"]["annotations"]
    heights = {note["text"]: note["y"] for note in notes}
    assert heights["<b>low</b>"] < heights["<b>middle</b>"] < heights["<b>high</b>"]


def drawn(*curves: Curve, log: bool = True) -> Spec:
    lines = Lines(curves, Axis("x"), Axis("y", log=log), (Mark(0.1, "chance"),))
    return chart_spec(lines, names="ends")


def test_a_curve_is_drawn_in_its_band_with_its_name_at_the_end() -> None:
    curve = Curve("with skips", X, X, "skip", X - 0.5, X + 0.5, name="a")
    spec = drawn(curve)
    figure = go.Figure(spec)
    assert [trace.name for trace in figure.data] == ["a minimum", "a maximum", "a"]
    assert figure.data[2].line.color == "#0072B2"
    assert "with skips" in figure.layout.annotations[0].text


def test_a_level_and_a_curve_that_end_alike_have_their_names_apart_from_each_other() -> None:
    curve = Curve("with skips", X, np.full(len(X), 0.1), "skip")
    first, second = drawn(curve)["layout"]["annotations"]
    assert (first["x"], first["yref"]) == (second["x"], second["yref"]) == (1.01, "paper")
    assert abs(first["y"] - second["y"]) > 0.09


def test_what_a_log_axis_cannot_show_becomes_a_gap() -> None:
    spec = drawn(Curve("a", X, np.array([1.0, 0.0, np.nan])))
    assert np.isnan(spec["data"][0]["y"][1:]).all()
    assert "✕" in spec["layout"]["annotations"][0]["text"]


def test_an_empty_panel_can_be_drawn() -> None:
    for log in (True, False):
        go.Figure(drawn(log=log))


def test_dots_have_error_bars_and_theory_has_no_name() -> None:
    dots = Curve("a", X, X, "", X - 0.5, X + 0.5, mode="dots")
    theory = Curve("theory", X, X, mode="theory", name="a theory")
    spec = drawn(dots, theory)
    assert "error_y" in spec["data"][0]
    assert len([n for n in spec["layout"]["annotations"] if "<b>" in n["text"]]) == 1


def test_bars_stand_beside_what_is_published() -> None:
    bars = (Bar("x + F", 0.9, 0.8, 1.0, "skip", "paper: 6.61 % error"), Bar("b", 0, 0, 0))
    chart = LabelledBars(bars, Axis("accuracy", span=(0.0, 1.0)), (Mark(0.1, "chance", "x"),))
    figure = go.Figure(chart_spec(chart, "dark"))
    texts = [note.text for note in figure.layout.annotations]
    assert "paper: 6.61 % error" in texts
    assert "chance" in texts
    (line,) = figure.layout.shapes
    assert (line.x0, line.x1, line.yref) == (0.1, 0.1, "paper")
    assert list(figure.data[0].error_x.array) == pytest.approx([0.1, 0.0])
    assert chart_height(chart) > chart_height(LabelledBars(bars[:1], Axis("x")))


def test_zeros_have_a_level_of_their_own_in_a_heat_map() -> None:
    values = np.array([[0.0, 1e-3], [1e-2, 1.0]])
    heat = chart_spec(Heat(values, Axis("time step"), Axis("layer")))["data"][0]
    levels = heat["z"]
    assert levels[0, 0] < heat["meta"]["zeros_below"] < levels[0, 1]
    assert heat["text"][0] == ["exactly 0", "0.001"]
    assert levels[1, 1] == 0


def test_a_mark_on_a_log_axis_is_named_where_its_line_is() -> None:
    lines = Lines((Curve("a", X, 10**X),), Axis("x"), Axis("y", log=True), (Mark(100.0, "half"),))
    for names in ("ends", "legend"):
        look = chart_spec(lines, names=names)["layout"]
        (line,) = look["shapes"]
        assert line["y0"] == line["y1"] == 100
        (label,) = (each for each in look["annotations"] if each["text"] == "half")
        low, high = look["yaxis"]["range"]  # plotly: the value of a line, a label's exponent
        place = (2 - low) / (high - low) if label["yref"] == "paper" else 2
        assert label["y"] == pytest.approx(place)


def test_one_seed_has_no_band_and_a_seed_that_failed_ends_the_median() -> None:
    assert over_seeds("a", X).low is None
    curve = over_seeds("a", [[1, 2, nan], [3, 4, 5], [5, 9, 7]], "skip", mode="dots", name="b")
    np.testing.assert_array_equal(curve.y, [3, 4, nan])
    np.testing.assert_array_equal(curve.low, [1, 2, nan])
    np.testing.assert_array_equal(curve.x, X)
    assert (curve.trace, over_seeds("a", X).trace) == ("b", "a")


def test_a_linear_axis_holds_every_value_every_band_and_every_mark() -> None:
    curve = Curve("a", X, X, "skip", X - 0.5, X + 7)
    plain = Lines((curve,), Axis("x"), Axis("y"), (Mark(-3.0, "low"),))
    low, high = chart_spec(plain)["layout"]["yaxis"]["range"]
    assert -4 < low < -3
    assert 10 < high < 11
    from_zero = Lines((curve,), Axis("x", from_zero=True), Axis("y", span=(0.0, 1.0)))
    look = chart_spec(from_zero)["layout"]
    assert look["xaxis"]["range"] == pytest.approx([-0.06, 3.06])
    assert look["yaxis"]["range"] == pytest.approx([-0.04, 1.04])
