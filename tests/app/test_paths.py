"""The Paths page as Streamlit runs it, without a browser."""

import json
from functools import partial
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from skipviz import data, link, presets
from skipviz.arms import arm_label_in
from skipviz.figures.lesion import layers_spec
from skipviz.lesion.results import Chosen, Singles
from skipviz.lesion.ways import Cut
from skipviz.network import Network
from skipviz.paths import PathGradients
from skipviz.settings import Settings
from skipviz.ui.components.chain import Selection
from skipviz.ui.paths.counting import count_text
from skipviz.ui.paths.lesions import study_sentence
from tests.app.helpers import APP, button, component, ran, session

PATIENCE = 120.0  # seconds


def paths(network: Network, data: str = "digits", steps: int = 3) -> AppTest:
    page = AppTest.from_file(str(APP), default_timeout=60)
    page.query_params["n"] = link.encode(network, Settings(data=data, steps=steps, batch_size=16))
    page.switch_page("pages/paths.py")
    return ran(page)


def waited(page: AppTest, name: str) -> AppTest:
    """The page once a computation of it has ended."""
    job = session(page).computations[name]
    assert job.wait_until_ended(PATIENCE)
    assert job.error is None
    return ran(page)


def said(page: AppTest) -> str:
    return " ".join(each.proto.body for each in page.get("html")).replace("\u00a0", " ")


def charts(page: AppTest) -> dict[str, dict[str, Any]]:
    """The charts on the page by name, each with its figure."""
    grids = [e.proto for e in page.get("bidi_component") if "charts" in e.proto.component_name]
    found = [chart for grid in grids for chart in json.loads(grid.json)["charts"]]
    return {chart["name"]: json.loads(chart["figure"]) for chart in found}


def test_the_paths_are_counted_at_once_and_the_gradient_is_measured_by_itself() -> None:
    page = paths(presets.load("default"))
    assert "524,288 paths lead from the input to the readout; 98 % of them pass 12 to 30" in said(
        page
    )
    page = waited(page, "paths")
    assert "At the initial weights, 99 % of the gradient sits in paths of " in said(page)
    found = charts(page)
    assert list(found) == [
        "path_lengths", "path_skips", "gradient_by_length", "cancellation", "gradient_by_skips",
    ]  # fmt: skip
    names = [trace["name"] for trace in found["gradient_by_length"]["data"]]
    assert names == [
        "share of the paths", "norm of the sum (exact)", "count × mean single norm (sampled)",
    ]  # fmt: skip


def test_after_training_it_is_measured_again() -> None:
    page = waited(paths(presets.load("forward_skip")), "paths")
    page.segmented_control(key="paths_when").set_value("paths_trained")
    ran(page)
    button(page, "Train and measure").click()
    page = waited(ran(page), "paths_trained")
    assert "After training, " in said(page)
    last = session(page).computations["paths_trained"].results[-1]
    assert isinstance(last, PathGradients)
    assert last.trained == 3


def test_a_lesion_study_says_what_deletions_cost() -> None:
    page = waited(paths(presets.load("default"), steps=30), "paths")
    button(page, "Train and delete").click()
    page = waited(ran(page), "lesions")
    assert {"lesion_layers", "lesion_skips", "lesion_several"} <= set(charts(page))
    assert any("deleting one layer takes test accuracy from" in m.value for m in page.markdown)
    selected = page.session_state["lesion_selection"]
    selected.take(["5", "9-11", "99", "no", "1-2"])
    assert selected.ids == ["5", "9-11"]
    page = waited(ran(page), "own_lesion")
    assert "Without layer 5 and skip 9 → 11, " in said(page)
    assert "131,072 of 524,288" in said(page)
    assert " paths are left, 25 %." in said(page)
    assert "With skips: test accuracy " in said(page)
    chosen = session(page).computations["own_lesion"].results
    assert [each.arm for each in chosen if isinstance(each, Chosen)] == ["skip", "plain"]
    button(page, "Put all back").click()
    ran(page)
    assert component(page, "lesions")["cut"] == []
    assert "own_lesion" not in session(page).computations


def test_without_skips_there_is_one_path() -> None:
    page = waited(paths(Network.mlp(3, 64)), "paths")
    assert "Only one path leads from the input to the readout, through all 3 layers." in said(page)
    assert "All of the gradient comes down one path" in said(page)


def test_feedback_paths_are_counted_over_time() -> None:
    page = waited(paths(presets.load("feedback")), "paths")
    assert "Counted over" in said(page)
    assert "time steps, from the input of any of them" in said(page)


@pytest.mark.parametrize(
    ("name", "data"),
    [("resnet8_digits", "digits_images"), ("densenet_digits", "digits_images"),
     ("transformer_postln_digits", "digits_rows")],
)  # fmt: skip
def test_other_kinds_of_networks_are_shown(name: str, data: str) -> None:
    page = waited(paths(presets.load(name), data), "paths")
    assert "of the gradient sits in paths of" in said(page)
    layers = component(page, "lesions")["layers"]
    assert len(layers) == presets.load(name).depth


def test_a_network_that_does_not_fit_is_counted_but_not_measured() -> None:
    network = Network.of(
        layers=[{"kind": "dense", "width": 128}, {"kind": "dense", "width": 10}],
        skips=[{"kind": "add", "source": 1, "target": 2}],
    )
    page = paths(network)
    assert "2 paths lead from the input" in said(page)
    assert "cannot be computed" in page.error[0].value
    assert session(page).computations == {}


def test_a_hundred_layers_open_like_any_other() -> None:
    skips = tuple((k, k + 2) for k in range(1, 98, 2))
    page = paths(Network.mlp(100, 16, skips=skips))
    assert "paths lead from the input" in said(page)
    assert len(component(page, "lesions")["layers"]) == 100


def test_large_counts_are_written_as_powers_of_ten() -> None:
    assert count_text(524_288) == "524,288"
    assert count_text(2**54) == "1.8 × 10¹⁶"
    assert count_text(9_990_000_000_000_000) == "1.0 × 10¹⁶"
    assert count_text(2**2000) == "1.1 × 10⁶⁰²"


def test_a_selection_is_a_cut_of_its_network() -> None:
    chosen = Selection(Network.mlp(4, 8, skips=((0, 2),)))
    chosen.take(["2", "0-2", "2"])
    assert chosen.cut == Cut(frozenset({2}), frozenset({(0, 2)}))
    for nonsense in (None, "2", 3, {"2": 1}):
        chosen.take(nonsense)
    assert chosen.ids == ["2", "0-2"]
    chosen.put_back()
    assert (chosen.ids, chosen.resets) == ([], 1)


def test_an_arm_that_learnt_nothing_has_nothing_to_lose() -> None:
    none = np.empty(0)
    whole = Singles("skip", 0.1, 0.96, (2, 3), none, np.array([0.9, 0.5]), (), none, none)
    plain = Singles("plain", 2.3, 0.1, (2,), none, np.array([0.1]), (), none, none)
    text = study_sentence([whole, plain], data.info("digits"), presets.load("default"))
    assert "from 0.96 to 0.70 on average, at worst 0.50 (layer 3)" in text
    assert "Without, training did not get beyond guessing" in text


def test_a_network_without_skips_is_spoken_of_by_itself() -> None:
    none = np.empty(0)
    only = Singles("skip", 0.1, 0.96, (2, 3), none, np.array([0.9, 0.5]), (), none, none)
    text = study_sentence([only], data.info("digits"), presets.load("plain"))
    assert text.startswith("In this network without skips, deleting one layer takes")
    labelled = partial(arm_label_in, presets.load("plain"))
    spec = layers_spec([only], "accuracy", 0.1, frozenset(), label=labelled)
    assert [each["name"] for each in spec["data"]] == ["this network"]
