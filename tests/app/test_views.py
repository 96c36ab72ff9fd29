"""The views of a run on the page, and the step they show."""

import numpy as np

from skipviz import link, presets
from skipviz.figures import editor_gradients
from skipviz.network import Network
from skipviz.probes.catalogue import PROBES, VIEWS, WEIGHTS
from skipviz.settings import Settings
from tests.app.helpers import button, component, opened, ran, session

START = presets.load("forward_skip").add_skip(1, 9)
PLANE = Network.mlp(4, 8, skips=((1, 3),))


def trained(network, **settings):
    page = opened(link.encode(network, Settings(steps=6, snapshot_every=2, **settings)))
    button(page, "Train").click()
    ran(page)
    job = session(page).job
    assert job is not None
    assert job.wait_until_ended(60)
    return ran(page)


def charts(page):
    return [chart["name"] for chart in component(page, "live_charts")["charts"]]


def test_each_view_has_its_charts() -> None:
    page = trained(START, probes="full")
    assert charts(page)[0] == "layers_weight_gradient"
    for view, first in {
        "states": "layers_state_gradient",
        "skips": "shares_skip",
        "activations": "layers_state_rms",
        "updates": "layers_update_ratio",
        "noise": "layers_gradient_snr",
    }.items():
        session(page).address.view = view
        ran(page)
        assert charts(page)[0] == first


def test_every_view_of_a_probe_is_offered_and_opens() -> None:
    page = trained(START.add_skip(4, 6, kind="gated"), probes="full")
    choice = next(each for each in page.button_group if WEIGHTS.title in each.options)
    assert choice.options[: len(VIEWS)] == [view.title for view in VIEWS]
    for view in VIEWS:
        session(page).address.view = view.name
        ran(page)
        titles = [chart["title"] for chart in component(page, "live_charts")["charts"]]
        run = session(page).shown
        assert run is not None
        for probe in PROBES:
            if probe.view == view and probe.is_in(run.network):
                assert any(title.startswith(probe.heading) for title in titles), probe.name


def test_what_the_skips_learn_is_shown_where_they_learn_something() -> None:
    scale = {"value": 0, "learned": "scalar"}
    learning = START.change_skip(3, 7, branch_scale=scale).add_skip(4, 6, kind="gated")
    page = trained(learning)
    session(page).address.view = "learned"
    ran(page)
    assert charts(page) == ["learned_branch_scale_skip", "learned_branch_scale_gradient_skip"]
    choice = next(each for each in page.button_group if "Gate" in each.options)
    assert choice.options == ["Branch scale", "Gate"]
    choice.set_value("gate")
    ran(page)
    assert charts(page) == ["learned_gate_skip", "learned_gate_gradient_skip"]
    assert component(page, "editor")["gradients"]["arms"][0]["learned"].keys() == {"3-7", "4-6"}


def test_networks_whose_skips_learn_nothing_have_no_such_view() -> None:
    page = trained(START)
    session(page).address.view = "learned"
    ran(page)
    assert charts(page)[0] == "layers_weight_gradient"
    assert session(page).address.view == ""


def test_a_view_in_the_link_is_opened() -> None:
    page = opened()
    page.query_params["n"] = link.encode(START, Settings(steps=2))
    page.query_params["view"] = "activations"
    ran(page)
    assert session(page).address.view == "activations"
    assert page.query_params["view"] in ("activations", ["activations"])


def test_points_of_a_plane_have_a_decision_boundary() -> None:
    page = trained(PLANE, data="xor")
    assert charts(page)[:3] == ["layers_weight_gradient", "boundaries", "training_curves"]
    session(page).address.view = "boundary"
    ran(page)
    assert charts(page) == ["boundary_skip", "boundary_plain"]


def test_skips_are_ranked_on_request() -> None:
    page = trained(START)
    session(page).address.view = "ablation"
    ran(page)
    assert charts(page) == []
    button(page, "Rank the skips").click()
    ran(page)
    job = session(page).job
    assert job is not None
    assert job.wait_until_ended(60)
    ran(page)
    assert charts(page) == ["ablation"]
    assert job.run.arms == ("skip", "without 3 → 7", "without 1 → 9")


def test_an_earlier_step_is_shown_everywhere() -> None:
    page = trained(START)
    slider = next(each for each in page.slider if each.label.startswith("Step shown"))
    slider.set_value(2)
    ran(page)
    figure = component(page, "live_charts")
    assert '"step":2' in figure["charts"][0]["figure"].replace(" ", "")
    run = session(page).shown
    assert run is not None
    assert figure["gradients"] == editor_gradients(run, 2)
    assert component(page, "editor")["gradients"] == editor_gradients(run, 2)
    assert any("Step 2," in each.body for each in page.get("html"))


def test_where_every_arm_broke_down_the_last_step_with_a_gradient_is_drawn_and_said() -> None:
    chain = Network.mlp(20, 16, "relu", skips=((1, 3), (5, 7)))
    page = trained(chain, learning_rate=100.0, optimizer="sgd")
    run = session(page).shown
    assert run is not None
    norms = np.stack([run.gradient_norms(arm) for arm in run.arms])
    (rows,) = np.isfinite(norms).any(axis=(0, 2)).nonzero()
    last = int(rows[-1])
    assert 0 < last < run.row_steps[-1] < 6
    figure = component(page, "live_charts")
    assert f'"step":{last}' in figure["charts"][0]["figure"].replace(" ", "")
    assert component(page, "editor")["gradients"] == editor_gradients(run, last)
    assert any(f"(drawn is step {last}," in each.body for each in page.get("html"))
    slider = next(each for each in page.slider if each.label == "Step shown")
    assert slider.value == slider.max == last
    slider.set_value(1)
    ran(page)
    assert component(page, "editor")["gradients"] == editor_gradients(run, 1)


def test_a_refresh_without_a_new_step_draws_no_chart_anew(monkeypatch) -> None:
    page = trained(START)
    ran(page)
    before = component(page, "live_charts")
    monkeypatch.setattr("skipviz.ui.playground.charts.drawn", _nobody_draws)
    monkeypatch.setattr("skipviz.ui.components.live.to_json_plotly", _nobody_draws)
    ran(page)
    assert component(page, "live_charts") == before


def test_charts_are_drawn_anew_for_a_new_run_and_another_view() -> None:
    page = trained(START)
    first = component(page, "live_charts")["charts"]
    session(page).settings = Settings(steps=6, snapshot_every=2, seed=1)
    button(page, "Train").click()
    ran(page)
    job = session(page).job
    assert job is not None
    assert job.wait_until_ended(60)
    ran(page)
    second = component(page, "live_charts")["charts"]
    assert [chart["name"] for chart in first] == [chart["name"] for chart in second]
    assert first[0]["figure"] != second[0]["figure"]


def _nobody_draws(*_: object) -> None:
    raise AssertionError("Nothing has changed, so nothing is to be drawn.")
