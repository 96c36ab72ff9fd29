"""The Learn page as Streamlit runs it, without a browser."""

import json
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from skipviz import link, presets
from skipviz.network import Network
from skipviz.settings import Settings
from skipviz.teaching import CHAPTERS, GLOSSARY
from skipviz.ui.components.terms import marked
from tests.app.helpers import APP, button, gone_back, ran, session

PATIENCE = 120.0  # seconds


def learn(chapter: str, network: Network | None = None) -> AppTest:
    page = AppTest.from_file(str(APP), default_timeout=60)
    page.query_params["chapter"] = chapter
    if network is not None:
        page.query_params["n"] = link.encode(network, Settings())
    page.switch_page("pages/learn.py")
    return ran(page)


def waited(page: AppTest, chapter: str, section: str) -> AppTest:
    """The page once a section has been measured."""
    job = session(page).computations.get(f"learn:{chapter}:{section}")
    assert job is not None, (session(page).notices, session(page).refusals)
    assert job.wait_until_ended(PATIENCE)
    assert job.error is None
    return ran(page)


def said(page: AppTest) -> str:
    return " ".join(each.proto.body for each in page.get("html"))


def text(page: AppTest) -> str:
    return " ".join(each.value for each in page.markdown)


def charts(page: AppTest) -> dict[str, dict[str, Any]]:
    grids = [e.proto for e in page.get("bidi_component") if "charts" in e.proto.component_name]
    found = [chart for grid in grids for chart in json.loads(grid.json)["charts"]]
    return {chart["name"]: json.loads(chart["figure"]) for chart in found}


def test_the_first_chapter_opens_and_measures_by_itself() -> None:
    page = waited(learn(""), "what", "formula")
    assert "What a skip connection is" in text(page)
    assert "the size of the state changes by the factor" in said(page)
    assert "learn:what:formula-state_rms" in charts(page)


@pytest.mark.parametrize("chapter", [c.id for c in CHAPTERS])
def test_every_chapter_opens_without_an_error(chapter: str) -> None:
    page = learn(chapter)
    title = next(c.title for c in CHAPTERS if c.id == chapter)
    assert title in text(page)
    assert any(name.startswith(f"learn:{chapter}:") for name in session(page).computations)


def test_what_was_left_behind_is_ended_when_another_chapter_is_opened() -> None:
    page = learn("claims")
    slow = session(page).computations["learn:claims:faster"]
    button(page, "1. What a skip connection is").click()
    ran(page)
    assert slow.wait_until_ended(PATIENCE)
    assert "learn:claims:faster" not in session(page).computations
    assert "what" in page.query_params["chapter"]
    gone_back(page, chapter="claims")
    assert "learn:claims:faster" in session(page).computations


def test_what_is_measured_on_request_waits_for_it() -> None:
    page = learn("identity")
    name = "learn:identity:product"
    assert name not in session(page).computations
    page.button(key=f"run_{name}").click()
    ran(page)
    page = waited(page, "identity", "product")
    assert name in charts(page)


def test_the_forward_chapter_speaks_of_the_network_at_hand() -> None:
    net = Network.mlp(9, 16, activation="tanh").add_skip(2, 5)
    page = waited(learn("forward", net), "forward", "gradient")
    assert "the one drawn in the Playground: 9 layers, 1 skip." in text(page)
    formulas = " ".join(each.value for each in page.latex)
    assert r"\bm{s}_{5}" in formulas
    assert r"\bm{w}_{10}" in formulas


def test_another_skip_can_be_looked_at() -> None:
    page = learn("forward", presets.load("default"))
    (box,) = (box for box in page.selectbox if box.label == "Skip looked at")
    box.select((1, 3))
    ran(page)
    page = waited(page, "forward", "forward-pass")
    assert session(page).computations["learn:forward:gradient"].request.ends == (1, 3)
    assert r"\bm{s}_{3}" in " ".join(each.value for each in page.latex)


@pytest.mark.parametrize(
    ("network", "why"),
    [
        (presets.load("plain"), "has no plain skip"),
        (presets.load("feedback"), "runs over time"),
        (presets.load("dense_784_skip"), "does not fit its data"),
    ],
    ids=["no skip", "over time", "unsound"],
)
def test_an_example_stands_in_where_the_network_cannot_be_used(network: Network, why: str) -> None:
    page = learn("forward", network)
    assert why in text(page)
    button(page, "Load the example into the Playground").click()
    ran(page)
    assert session(page).network == presets.load("forward_skip")


def test_the_glossary_is_searched() -> None:
    page = learn("glossary")
    assert said(page).count("<dt>") == len(GLOSSARY)
    page.text_input(key="glossary_search").set_value("autograd highway")
    ran(page)
    assert "No term has this word" in said(page)
    page.text_input(key="glossary_search").set_value("concat")
    ran(page)
    assert 0 < said(page).count("<dt>") < 12


def test_a_chapter_that_does_not_exist_opens_the_first() -> None:
    assert "What a skip connection is" in text(learn("no-such-chapter"))


def test_a_marked_term_carries_its_definition_and_can_be_focused() -> None:
    html = marked("A [[skip]] and [[skip|some skips]].")
    assert html.count('tabindex="0"') == 2
    assert ">some skips</span>" in html
    assert "data-meaning=" in html
