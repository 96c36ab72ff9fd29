"""From runs to numbers and figures."""

import csv
import io
import math
from dataclasses import replace
from typing import Any

import plotly.graph_objects as go
import pytest

from skipviz.colours import ZERO_COLOUR
from skipviz.figures.studies import study_curves_spec, study_heatmap_spec
from skipviz.figures.style import CIVIDIS
from skipviz.studies import READY, Study, others, stream, table, to_csv, trials
from skipviz.studies.results import Result


def run(seed: int = 0, **fields: Any) -> Result:
    numbers = {
        name: fields.pop(name) for name in ("ratio", "predicted", "test_score") & fields.keys()
    }
    return Result(f"{seed}{fields}", fields, seed, **numbers)


def curves(cells, theme: str = "light") -> dict[str, dict[str, Any]]:
    spec = study_curves_spec(cells, "ratio", "depth", "pattern", theme)
    go.Figure(spec)  # plotly refuses what it does not know
    return {trace["name"]: trace for trace in spec["data"]} | {"layout": spec["layout"]}


RUNS = [
    run(0, depth=4, pattern="none", ratio=1e-2, predicted=2e-3),
    run(1, depth=4, pattern="none", ratio=1e-4, predicted=2e-3),
    run(0, depth=2, pattern="none", ratio=0.5, predicted=0.25),
    run(0, depth=2, pattern="residual 2", ratio=0.75),
    run(0, depth=4, pattern="residual 2", ratio=0.0),
    run(0, pattern="preset residual", ratio=1.0),
]


def test_the_weakest_layer_of_a_run_is_held_against_the_largest() -> None:
    of_layers = replace(run(depth=4), weight_gradients=(1e-9, None, 0.0, 2.0))
    assert of_layers.weakest == pytest.approx(0.5e-9)
    assert of_layers.starved == 1
    assert run(depth=4).weakest is None
    assert table([of_layers], "weakest", "depth", "seed") == {}


@pytest.mark.parametrize(
    ("loss", "score", "message", "outcome"),
    [
        (0.1, 0.96, "", "learns"),
        (2.3, 0.1, "", "hardly learns"),
        (0.1, 0.1, "", "hardly learns"),
        (9.0, 0.1, "", "worse"),
        (0.1, 0.96, "state of layer 3 became NaN or infinite at step 7", "failed"),
    ],
)
def test_a_trained_run_is_judged_as_the_page_judges_one(loss, score, message, outcome) -> None:
    trained = replace(
        run(depth=4),
        weight_gradients=(1.0, 1.0),
        trained_gradients=(1.0, 1.0),
        train_loss=loss,
        test_score=score,
        message=message,
        settings={"data": "digits", "steps": 200},
    )
    assert trained.outcome == outcome
    assert run(depth=4).outcome is None
    if outcome == "learns":
        lucky = replace(trained, start_loss=0.1, start_score=0.95)
        assert lucky.outcome == "hardly learns"


def test_the_mean_of_gradients_is_geometric_with_the_least_and_the_greatest_seed() -> None:
    cells = table(RUNS, "ratio", "depth", "pattern")
    cell = cells["none"][4]
    assert (cell.mean, cell.low, cell.high) == (pytest.approx(1e-3), 1e-4, 1e-2)
    assert (cell.predicted, cell.runs) == (pytest.approx(2e-3), 2)
    assert list(cells) == ["none", "residual 2"]
    assert list(cells["none"]) == [2, 4]


def test_scores_are_averaged_as_they_are() -> None:
    scores = [run(seed, depth=2, arm="skip", test_score=score) for seed, score in enumerate((0, 1))]
    assert table(scores, "test_score", "depth", "arm")["skip"][2].mean == 0.5


def test_failed_runs_are_counted_and_leave_no_number() -> None:
    cell = table([run(depth=2, pattern="none")], "ratio", "depth", "pattern")["none"][2]
    assert cell.runs == 1
    assert math.isnan(cell.mean)


def test_other_factors_are_held() -> None:
    both = [run(depth=2, pattern="none", width=w, ratio=float(w)) for w in (8, 16)]
    assert others(both, "depth", "pattern") == {"width": [8, 16]}
    assert table(both, "ratio", "depth", "pattern", {"width": 16})["none"][2].low == 16


def test_curves_show_seeds_as_a_band_zeros_in_lanes_and_theory_dotted() -> None:
    drawn = curves(table(RUNS, "ratio", "depth", "pattern"))
    assert list(drawn) == [
        "no skips minimum", "no skips maximum", "theory", "no skips", "residual 2",
        "residual 2 zeros", "layout",
    ]  # fmt: skip
    assert drawn["no skips"]["line"] == {"color": "#D55E00", "dash": "dash", "width": 2.2}
    assert drawn["residual 2"]["marker"]["symbol"] == "circle"
    assert drawn["residual 2"]["y"] == [0.75, None]
    assert drawn["residual 2"]["meta"] == {"zeros": [1]}
    assert drawn["residual 2 zeros"]["x"] == [4]
    assert drawn["residual 2 zeros"]["marker"]["symbol"] == "circle-open"
    assert list(drawn["no skips maximum"]["y"]) == [0.5, pytest.approx(1e-2)]
    assert drawn["theory"]["line"]["dash"] == "dot"


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("quantity", ["ratio", "test_score", "train_loss"])
def test_figures_without_a_number_are_still_figures(theme: str, quantity: str) -> None:
    for results in ([], [run(depth=2, pattern="none")]):
        cells = table(results, quantity, "depth", "pattern")
        go.Figure(study_curves_spec(cells, quantity, "depth", "pattern", theme))
        go.Figure(study_heatmap_spec(cells, quantity, "depth", "pattern", theme))


def test_a_score_below_0_is_on_the_axis_down_to_minus_1() -> None:
    """R² of regression data can be."""

    def axis_of(*scores: float) -> list[float]:
        runs = [run(k, depth=2, pattern="none", test_score=each) for k, each in enumerate(scores)]
        cells = table(runs, "test_score", "depth", "pattern")
        axis = study_curves_spec(cells, "test_score", "depth", "pattern")["layout"]["yaxis"]
        return list(axis["range"])

    assert axis_of(0.2, 0.9) == pytest.approx([-0.02, 1.04])
    assert axis_of(-0.5, 0.9)[0] < -0.5
    assert -1.1 < axis_of(-40.0, 0.9)[0] < -1


def test_measured_and_predicted_squares_share_one_log_scale() -> None:
    cells = table(RUNS, "ratio", "depth", "pattern")
    measured, predicted = (
        study_heatmap_spec(cells, "ratio", "depth", "pattern", predicted=said)
        for said in (False, True)
    )
    assert measured["layout"]["coloraxis"] == predicted["layout"]["coloraxis"]
    colours = [colour for _, colour in measured["layout"]["coloraxis"]["colorscale"]]
    assert colours == [ZERO_COLOUR, ZERO_COLOUR, *CIVIDIS]
    (squares,) = measured["data"]
    assert squares["x"] == ["2", "4"]
    assert squares["y"] == ["no skips", "residual 2"]
    assert squares["z"][0] == [pytest.approx(math.log10(0.5)), pytest.approx(-3)]
    assert squares["z"][1][1] < squares["meta"]["zeros_below"] < -4  # exactly 0: below all others
    assert squares["hovertext"][1] == ["0.75", "exactly 0"]
    assert squares["text"] == [["0.5", "0.001"], ["0.75", "0"]]
    assert predicted["data"][0]["z"][1] == [None, None]


def test_the_flat_axis_stays_while_results_come() -> None:
    axes = [
        study_curves_spec(
            table(runs, "ratio", "depth", "pattern"), "ratio", "depth", "pattern", along=(2, 4, 12)
        )["layout"]["xaxis"]
        for runs in ([], RUNS[:1], RUNS)
    ]
    assert axes[0] == axes[1] == {k: v for k, v in axes[2].items() if k != "anchor"}
    assert axes[0]["range"] == [1.5, 12.5]


def test_a_csv_has_a_line_per_run() -> None:
    lines = list(csv.DictReader(io.StringIO(to_csv(RUNS))))
    assert len(lines) == len(RUNS)
    assert [float(line["ratio"]) for line in lines] == [r.ratio for r in RUNS]
    assert lines[0]["pattern"] == "none"


@pytest.mark.parametrize("name", READY)
def test_ready_studies_are_small_and_sound(name: str) -> None:
    study = READY[name]
    assert len(trials(study)) <= 250
    assert Study.from_toml(study.to_toml()) == study


def test_the_single_skip_from_the_first_to_the_last_layer_helps_the_first_most() -> None:
    """The finding of the study "Where to put one skip", at 8 layers."""
    study = READY["one_skip"].model_copy(update={"depth": (8,), "seeds": 2})
    results = [result for found in stream(study.model_dump(mode="json")) for result in found]
    cells = table(results, "ratio", "target", "source")
    means = {(p, q): cell.mean for p, row in cells.items() for q, cell in row.items()}
    assert len(means) == 28
    assert max(means, key=means.__getitem__) == (1, 8)


def test_rows_of_words_stand_in_the_order_of_the_study() -> None:
    study = Study(pattern=("residual 2", "none"), init=("he", {"scheme": "he", "gain": 0.5}))
    cells = table(RUNS, "ratio", "depth", "pattern", order=study.values("pattern"))
    assert list(cells) == ["residual 2", "none"]
    assert study.values("init") == ["he", "he × 0.5"]
    assert study.values("depth") == [10]


@pytest.mark.parametrize(("columns", "written"), [(7, True), (8, False), (40, False)])
def test_squares_hold_their_number_only_where_it_has_room(columns: int, written: bool) -> None:
    results = [run(depth=depth, pattern="none", ratio=1.0) for depth in range(1, columns + 1)]
    cells = table(results, "ratio", "depth", "pattern")
    heat = study_heatmap_spec(cells, "ratio", "depth", "pattern")["data"][0]
    assert ("texttemplate" in heat) == written
