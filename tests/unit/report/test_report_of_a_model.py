"""The report of a model of one's own: of a comparison, of a watch, and of a file."""

from pathlib import Path

import pytest
import torch

import skipviz as sv
from skipviz.engine.own_model.examples import residual_mlp
from skipviz.figures.gradient import layer_curves_spec
from skipviz.figures.training import training_curves_spec
from skipviz.own_model.run import ModelRun
from skipviz.report import report
from skipviz.runs.verdict import verdict
from tests.unit.report.test_report import parsed

BATCHES = list(torch.randn(5, 4, 8, generator=torch.Generator().manual_seed(0)))


@pytest.fixture(scope="module")
def compared() -> ModelRun:
    return sv.compare(residual_mlp(), lambda net, x: net(x).square().mean(), BATCHES, steps=5)


def watched() -> ModelRun:
    model = residual_mlp()
    with sv.watch(model) as watch:
        for batch in BATCHES:
            model(batch).square().mean().backward()
    return watch.run()


def test_a_comparison_is_told_from_the_verdict_to_every_layer(compared: ModelRun) -> None:
    text = parsed(report(compared)).text
    for told in (str(verdict(compared).messages[0]), *compared.layer_names, "without", "Loss"):
        assert told in text
    assert f"{compared.gradient_norms('plain')[-1, 2]:.3g}" in text


def test_a_file_is_reported_as_the_run_that_wrote_it(compared: ModelRun, tmp_path: Path) -> None:
    sv.save_run(compared, tmp_path / "run.json")
    again = parsed(report(sv.load_run(tmp_path / "run.json"))).text
    assert again.count("Sequential: 3 skips (3 add)") >= 1
    numbers = [f"{norm:.3g}" for norm in compared.gradient_norms("skip")[-1]]
    assert all(number in again for number in numbers)


def test_a_watch_has_no_loss_and_its_report_says_none() -> None:
    run = watched()
    text = parsed(report(run)).text
    assert "Loss" not in text
    assert all(f"{norm:.3g}" in text for norm in run.gradient_norms("skip")[-1])


def test_what_modules_are_called_is_text() -> None:
    model = torch.nn.Sequential()
    model.add_module("<b>first", torch.nn.Linear(8, 1))
    run = sv.compare(model, lambda net, x: net(x).square().mean(), BATCHES, arms="skip", steps=2)
    assert "<b>first" not in report(run)
    assert "<b>first" in parsed(report(run)).text


def test_runs_of_models_are_laid_over_each_other(compared: ModelRun) -> None:
    """As a tray does with those of drawn networks; also of another number of layers."""
    other = sv.compare(
        residual_mlp(blocks=5), lambda net, x: net(x).square().mean(), BATCHES, steps=5
    )
    for spec in (layer_curves_spec, training_curves_spec):
        alone, both = spec(compared), spec(compared, kept=(("A", other),))
        assert len(both["data"]) > len(alone["data"])
