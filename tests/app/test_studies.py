"""The Studies page as Streamlit runs it, without a browser."""

import csv
import io
import re
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from skipviz import link
from skipviz.limits import ServerLimits
from skipviz.studies import READY, Result, Study, table, to_csv, trials
from skipviz.ui.studies.chosen import NAME, refusal, results_of
from skipviz.ui.studies.finding import finding, judged
from skipviz.ui.studies.shares import _largest, _token
from tests.app.helpers import APP, button, component, gone_back, ran, session

PATIENCE = 120.0  # seconds


def studies(**address: str) -> AppTest:
    page = AppTest.from_file(str(APP), default_timeout=60)
    page.query_params.update(address)
    page.switch_page("pages/studies.py")
    return ran(page)


def finished(page: AppTest) -> AppTest:
    """The page once its study has ended."""
    assert session(page).computations[NAME].wait_until_ended(PATIENCE)
    return ran(page)


def shown(page: AppTest) -> list[str]:
    return [chart["name"] for chart in component(page, "live_charts")["charts"]]


def widget(page: AppTest, kind: str, label: str) -> Any:
    return next(each for each in page.get(kind) if each.label == label)


def test_the_page_opens_with_a_study_that_runs_by_itself() -> None:
    page = finished(studies())
    assert shown(page) == ["study_map_measured", "study_map_theory"]
    job = session(page).computations[NAME]
    assert len(results_of(job.results)) == len(trials(READY["one_skip"]))
    said = " ".join(each.proto.body for each in page.get("html"))
    assert "to 28 (p = 1, q = 12). Without any skip it is 0.0015." in said


def test_the_address_names_the_study() -> None:
    page = finished(studies(s="depth"))
    assert shown(page) == ["study_curves"]
    assert page.query_params["s"] == "depth"
    gone_back(page)
    assert page.session_state["study_computed"].name == "one_skip"
    assert "s" not in page.query_params
    page = studies(s="<script>")
    assert page.query_params["s"] == "one_skip"


def test_a_study_that_trains_says_at_once_how_long_it_takes_and_stops_when_asked() -> None:
    page = studies(s="learning_rate")
    progress = page.get("progress")[0].proto.text
    assert re.fullmatch(r"\d+ of 20 runs · about (a second|\d+ s) left", progress)
    button(page, "Stop").click()
    ran(page)
    assert page.get("progress")[0].proto.text.endswith(" of 20 runs · stopped")
    assert not button(page, "Start").disabled


def test_changed_factors_wait_for_start() -> None:
    page = finished(studies(s="depth"))
    widget(page, "text_input", "Depth").set_value("2, 3")
    ran(page)
    assert session(page).computations[NAME].request.study.depth != (2, 3)
    button(page, "Start").click()
    page = finished(ran(page))
    found = results_of(session(page).computations[NAME].results)
    assert {result.factors["depth"] for result in found} == {2, 3}


@pytest.mark.parametrize(
    ("label", "text", "message"),
    [
        ("Depth", "2, deep", "depth: Input should be a valid integer"),
        ("Depth", "", "depth: Give at least one value."),
        ("Width", "0", "width: Input should be greater than or equal to 1"),
    ],
)
def test_factors_that_cannot_be_say_so_and_start_nothing(label, text, message) -> None:
    page = finished(studies(s="depth"))
    widget(page, "text_input", label).set_value(text)
    ran(page)
    assert any(message in error.value for error in page.error)
    assert button(page, "Start").disabled


def test_a_study_that_is_too_large_is_sent_to_the_command_line() -> None:
    page = finished(studies(s="depth"))
    widget(page, "number_input", "Seeds").set_value(50)
    widget(page, "text_input", "Width").set_value(", ".join(map(str, range(10, 90))))
    ran(page)
    assert button(page, "Start").disabled
    assert any("at most 2,000 are computed here" in each.value for each in page.caption)


def test_what_a_server_does_not_allow_is_refused_in_words() -> None:
    limits = ServerLimits(layers=20, steps=50)
    assert refusal(Study(depth=21), limits) == "At most 20 layers of 65536 units are computed here."
    training = Study(measure="training", steps=51)
    assert refusal(training, limits) == "At most 50 steps are computed here."
    assert refusal(Study(), limits) is None


def test_the_results_can_be_taken_away_and_the_largest_opened() -> None:
    page = finished(studies(s="depth"))
    results = results_of(session(page).computations[NAME].results)
    assert len(list(csv.DictReader(io.StringIO(to_csv(results))))) == len(results)
    best = _largest(results, READY["depth"])
    network, settings = link.decode(_token(best))
    assert network.to_json() == best.settings["network"]
    assert (settings.data, settings.seed) == ("digits", best.seed)


def test_all_runs_are_shown_in_a_table_once_asked_for() -> None:
    page = finished(studies(s="depth"))
    page.toggle(key="study_table").set_value(True)
    ran(page)
    (shown_table,) = page.dataframe
    assert len(shown_table.value) == len(trials(READY["depth"]))
    assert list(shown_table.value.columns[:4]) == ["depth", "pattern", "seed", "ratio"]


def test_how_many_runs_starve_and_what_they_learned_is_said() -> None:
    settings = {"data": "digits", "steps": 200}
    gradients = {"weight_gradients": (1e-9, 1.0), "trained_gradients": (1.0, 1.0)}
    good = Result("a", {}, 0, train_loss=0.1, test_score=0.9, settings=settings, **gradients)
    poor = Result("b", {}, 0, train_loss=2.3, test_score=0.1, settings=settings, **gradients)
    at_start = Result("c", {}, 0, weight_gradients=(1.0, 1.0))
    assert judged([good, poor, at_start]) == [
        "At the initial weights layers are starved in 2 of 3 runs.",
        "After training, of 2 runs: 1 better than guessing on the test split, 1 hardly better.",
    ]
    assert judged([at_start]) == []


@pytest.mark.parametrize(
    ("data", "subject"),
    [
        (("digits", "circles"), "test accuracy"),
        (("sine",), "test R²"),
        (("digits", "sine"), "test score"),
    ],
)
def test_a_score_is_called_what_it_is_on_the_data(data: tuple[str, ...], subject: str) -> None:
    results = [Result("a", {"depth": 2, "pattern": "none"}, 0, test_score=-0.25)]
    cells = table(results, "test_score", "depth", "pattern")
    said = finding(cells, "test_score", "depth", "pattern", Study(data=data).score)
    assert said == f"The {subject} is −0.25 (no skips, depth 2)."


def test_nothing_measured_is_said_in_a_sentence() -> None:
    assert finding({}, "ratio", "depth", "pattern", "accuracy") == "Nothing is measured yet."
