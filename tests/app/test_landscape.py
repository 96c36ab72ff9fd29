"""The Landscape page as Streamlit runs it, without a browser."""

import json
import re

import numpy as np
from streamlit.testing.v1 import AppTest

from skipviz import link
from skipviz.jobs import JobPool
from skipviz.landscape.results import Section
from skipviz.network import Network
from skipviz.settings import Settings
from tests.app.helpers import APP, button, component, ran, session

PATIENCE = 120.0  # seconds


def landscape(network: Network, data: str = "digits") -> AppTest:
    page = AppTest.from_file(str(APP), default_timeout=60)
    page.query_params["n"] = link.encode(network, Settings(data=data, steps=3, batch_size=16))
    page.switch_page("pages/landscape.py")
    return ran(page)


def computed(page: AppTest) -> AppTest:
    page.selectbox(key="grid").set_value(9)
    button(page, "Compute").click()
    ran(page)
    job = session(page).computations["landscape"]
    assert job.wait_until_ended(PATIENCE)
    assert job.error is None
    return ran(page)


def said(page: AppTest) -> str:
    return " ".join(each.proto.body for each in page.get("html"))


def test_the_page_computes_by_itself_and_again_on_a_click() -> None:
    page = landscape(Network.mlp(4, 16, skips=((1, 3),)))
    first = session(page).computations["landscape"]
    page = computed(page)
    assert session(page).computations["landscape"] is not first
    assert "Within R = 0.5, the loss stays below 0.5 on " in said(page)
    assert "a slice, not the landscape" in said(page)
    charts = component(page, "live_charts")["charts"]
    assert [chart["name"] for chart in charts] == ["slice_skip", "slice_plain", "section"]
    heats = [json.loads(chart["figure"])["data"][0] for chart in charts[:2]]
    assert len({(heat["zmin"], heat["zmax"]) for heat in heats}) == 1, "one colour scale"


def test_what_is_known_of_such_slices_is_folded_below_and_leads_to_its_measurement() -> None:
    page = landscape(Network.mlp(3, 16))
    assert not any("chaos" in each.value for each in page.markdown)
    page.session_state["opened_known_of_slices"] = True
    ran(page)
    (text,) = (each.value for each in page.markdown if "chaos" in each.value)
    assert "(learn?chapter=claims)" in text


def test_another_threshold_changes_the_verdict_without_computing_again() -> None:
    page = computed(landscape(Network.mlp(4, 16, skips=((1, 3),))))
    before = session(page).computations["landscape"]
    page.number_input(key="threshold").set_value(50.0)
    ran(page)
    assert "below 50 on " in said(page)
    assert session(page).computations["landscape"] is before


def test_without_skips_there_is_one_network_and_it_is_called_so() -> None:
    page = computed(landscape(Network.mlp(3, 16)))
    section = next(
        each for each in session(page).computations["landscape"].results
        if isinstance(each, Section)
    )  # fmt: skip
    assert section.arms == ("skip",)
    assert np.isfinite(section.losses).all()
    chart = component(page, "live_charts")["charts"][-1]
    assert [each["name"] for each in json.loads(chart["figure"])["data"]] == ["this network"]
    assert not re.search(r"\bwith(out)?( skips)? \(", said(page))


def test_a_slice_that_is_refused_is_not_tried_without_end(monkeypatch, toasts) -> None:
    tried = []

    def refuse(*_: object) -> None:
        tried.append(1)
        raise RuntimeError("Too many runs are waiting.")

    monkeypatch.setattr(JobPool, "compute", refuse)
    page = landscape(Network.mlp(4, 16, skips=((1, 3),)))
    assert len(tried) == 1
    assert toasts == ["Too many runs are waiting."]
    button(page, "Compute").click()
    ran(page)
    assert len(tried) == 2


def test_a_large_network_waits_for_a_click() -> None:
    page = landscape(Network.mlp(6, 2048, skips=((1, 3),)))
    assert "How quickly does the loss rise" in said(page)
    assert "landscape" not in session(page).computations


def test_a_network_that_does_not_fit_is_not_computed() -> None:
    page = landscape(
        Network.of(
            layers=[{"kind": "dense", "width": 128}, {"kind": "dense", "width": 10}],
            skips=[{"kind": "add", "source": 1, "target": 2}],
        )
    )
    assert "Fix it in the Playground" in page.error[0].value
