"""Every chart of the page is to be had in one call, and draws what was measured."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

import skipviz as sv
from skipviz import figures
from skipviz.engine.landscape.slices import loss_slice
from skipviz.engine.lesion.study import lesion_study
from skipviz.landscape.results import Section
from skipviz.lesion.results import Singles

ROOT = Path(__file__).parents[3]
NETWORK = sv.Network.mlp(depth=4, width=8, activation="tanh", skips=((1, 3), (2, 4)))


@pytest.fixture(scope="module")
def run() -> sv.training.Run:
    return sv.train(NETWORK, "circles", steps=6, probes="full", device="cpu")


def specs(folder: str) -> Iterator[str]:
    """The functions that make a chart of skipviz.figures, as they are imported in a folder."""
    for path in (ROOT / "skipviz" / folder).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(
                "skipviz.figures"
            ):
                names = (alias.name for alias in node.names)
                yield from (f"{node.module}.{name}" for name in names if name.endswith("_spec"))


def test_no_chart_of_the_page_is_without_a_call_of_its_own() -> None:
    called = {name.rpartition(".")[2] for name in specs("figures")}
    own = {"layer_curves_spec", "layer_heatmap_spec", "training_curves_spec", "learned_curves_spec"}
    shown = {name.rpartition(".")[2] for name in specs("ui")}
    assert len(shown) > 15
    assert shown <= called | own


def test_the_page_of_the_docs_names_every_call() -> None:
    page = (ROOT / "docs" / "figures.md").read_text(encoding="utf-8")
    public = {name for name in figures.__all__ if not name.endswith("_spec")}
    assert {*re.findall(r"sv\.figures\.(\w+)\(", page)} == public - {"editor_gradients"}
    assert all(callable(getattr(figures, name)) for name in public)


def test_what_the_run_measured_is_what_is_drawn(run: sv.training.Run) -> None:
    ratio = figures.layer_curves(run, "update_ratio", at=2)
    drawn = next(trace for trace in ratio.data if trace.name == "plain")
    assert np.array_equal(drawn.y, run.probe("update_ratio", "plain")[2, :4])
    both, one = figures.decision_boundaries(run), figures.decision_boundaries(run, "plain")
    assert sum(trace.name == "plain" for trace in both.data) == 1
    assert one.data[0].name == "plain"
    (taken,) = figures.skips_taken(run, "plain").data
    assert np.allclose(taken.z[0], 1, atol=1e-5)  # without skips all took none
    (units,) = {trace.type for trace in figures.units_of_layer(run, 2, at=3).data} - {"scatter"}
    assert units == "heatmap"


def test_what_deleting_costs_is_what_the_engine_measures(run: sv.training.Run) -> None:
    found = figures.lesions(run)
    singles = [each for each in lesion_study(NETWORK, run.settings) if isinstance(each, Singles)]
    assert set(found) == {"layers", "skips", "several"}
    for bars, each in zip(found["layers"].data, singles, strict=True):
        assert np.array_equal(bars.y, each.layer_scores)
    assert np.array_equal(found["skips"].data[0].y, singles[0].skip_scores)


def test_the_gradient_along_paths_adds_up(run: sv.training.Run) -> None:
    found = figures.path_gradients(run)
    (shares,) = found["shares"].data
    assert sum(shares.y) == pytest.approx(1)
    counts = figures.path_counts(NETWORK)
    assert sum(counts["lengths"].data[0].y) == pytest.approx(1)
    assert [*counts["skips"].data[0].x] == [*range(len(sv.graph.skips_taken(NETWORK)))]


def test_the_loss_around_the_weights_is_what_the_engine_measures(
    run: sv.training.Run, capsys: pytest.CaptureFixture[str]
) -> None:
    found = figures.loss_slices(run, points=3, progress=True)
    assert "6 of 6 steps" in capsys.readouterr().err
    assert list(found) == ["section", "skip", "plain"]
    section = next(each for each in loss_slice(NETWORK, run.settings) if isinstance(each, Section))
    for curve, losses in zip(found["section"].data, section.losses, strict=True):
        assert np.allclose(curve.y, losses)


def test_studies_tell_how_far_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    asked = {"depth": [2, 4], "seeds": 2, "width": 4}
    results = [each for part in sv.studies.stream(asked, progress=True) for each in part]
    assert "4 of 4 runs" in capsys.readouterr().err
    curves = figures.study(results)["curves"]
    curve = next(trace for trace in curves.data if trace.name == "no skips")
    means = dict(zip(curve.x, curve.y, strict=True))
    expected = [each.ratio for each in results if each.factors["depth"] == 4]
    assert means[4] == pytest.approx(np.exp(np.log(expected).mean()))


def test_an_experiment_gives_all_its_charts() -> None:
    assert all(figure.data for figure in figures.experiment("g1", thin=True).values())
