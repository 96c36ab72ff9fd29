"""The Experiments page as Streamlit runs it, without a browser."""

from streamlit.testing.v1 import AppTest

from skipviz import experiments, link
from skipviz.ui.experiments.claim import NAME
from tests.app.helpers import APP, button, component, ran, session

PATIENCE = 120.0  # seconds


def opened(name: str = "") -> AppTest:
    page = AppTest.from_file(str(APP), default_timeout=60)
    if name:
        page.query_params["e"] = name
    page.switch_page("pages/experiments.py")
    return ran(page)


def finished(page: AppTest) -> AppTest:
    """The page once what it measures has ended."""
    assert session(page).computations[NAME].wait_until_ended(PATIENCE)
    return ran(page)


def said(page: AppTest) -> str:
    return " ".join(each.proto.body for each in page.get("html"))


def links(page: AppTest) -> dict[str, str]:
    return {each.proto.label: each.proto.query_string for each in page.get("page_link")}


def test_the_gallery_has_a_card_for_every_experiment() -> None:
    page = opened()
    for experiment in experiments.all_experiments():
        assert links(page)[f"**{experiment.title}**"] == f"e={experiment.id}"
    assert session(page).computations == {}


def test_an_experiment_measures_itself_and_says_how_it_came_out() -> None:
    page = finished(opened("G15"))
    experiment = experiments.load("g15")
    assert experiment.title in said(page)
    assert 'data-verdict="inside"' in said(page)
    assert said(page).count('class="outside"') == 0
    assert component(page, "live_charts")["charts"]
    for drawing in experiment.drawings(experiment.setup({}, thin=False)):
        assert link.encode(drawing.network, drawing.settings) in links(page)[drawing.label]


def test_another_setting_is_measured_anew_and_its_band_is_not_stated() -> None:
    page = finished(opened("g7"))
    first = session(page).computations[NAME]
    (control,) = experiments.load("g7").controls
    other = next(each for each in control.options if each != control.default)
    page.session_state[f"g7_{control.name}"] = other
    page = finished(ran(page))
    assert session(page).computations[NAME] is not first
    assert "not stated" in said(page)


def test_the_full_version_is_started_and_stopped() -> None:
    page = opened("g14")
    short = session(page).computations[NAME]
    assert short.request.thin
    button(page, "Run in full").click()
    ran(page)
    full = session(page).computations[NAME]
    assert not full.request.thin
    button(page, "Stop").click()
    ran(page)
    assert full.ended
    assert "Stopped. What was measured until then is shown." in said(page)
    assert button(page, "Run in full")
