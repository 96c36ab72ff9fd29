"""Every preset of the picker can be trained, or says how it can be fixed."""

from pathlib import Path

import numpy as np
import pytest

from skipviz import data
from skipviz.network import apply_edit
from skipviz.settings import Settings
from skipviz.training import stream, train
from skipviz.ui.playground.available_presets import networks, preset_named, rate_for
from skipviz.ui.session.history import History
from skipviz.ui.session.session import Session

HERE = [
    name
    for name in networks()
    if data.info(data.default_for(name) or "digits").group != "Downloads"
]


@pytest.mark.parametrize("name", HERE)
def test_a_preset_measures_every_layer_at_the_start(name: str) -> None:
    chosen = data.default_for(name)
    assert chosen is not None
    about = data.info(chosen)
    network = networks()[name]
    for problem in network.check(about.input_shape, about.outputs):
        for edit in problem.fixes[0].edits:
            network = apply_edit(network, edit)
    settings = Settings(data=chosen, steps=0, batch_size=8)
    (frame,) = stream(network, settings)
    norms = frame.probes["weight_gradient"][0, 0]
    assert np.isfinite(norms).any()
    assert frame.failures == ()


@pytest.mark.parametrize("name", sorted({*networks()} - {*HERE}))
def test_a_preset_for_data_from_the_network_fits_them(name: str) -> None:
    about = data.info(data.default_for(name) or "")
    problems = networks()[name].check(about.input_shape, about.outputs)
    assert bool(problems) == (name == "dense_784_skip")


def test_a_preset_is_recognised_and_a_drawing_of_ones_own_is_not() -> None:
    for name, network in networks().items():
        assert preset_named(network, data.default_for(name) or "") == name
    assert preset_named(networks()["default"].add_skip(2, 30), "digits") is None


@pytest.mark.parametrize("on", ["digits", "circles"])
def test_of_two_presets_of_one_network_the_one_meant_for_data_at_hand_is_named(on: str) -> None:
    assert networks()["dense_784"] == networks()["dense_64"]
    assert preset_named(networks()["dense_784"], on) == "dense_64"


@pytest.fixture
def nothing_downloaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCIKIT_LEARN_DATA", str(tmp_path))


@pytest.mark.parametrize("name", sorted(networks()))
@pytest.mark.usefixtures("nothing_downloaded")
def test_a_preset_starts_on_data_at_hand_that_its_layers_can_read(name: str) -> None:
    session, meant = Session(History(networks()["default"])), data.default_for(name) or ""
    session.load_preset(networks()[name], meant)
    assert data.at_hand(session.settings.data)
    assert bool(session.problems) == (name == "dense_784_skip")  # made to show what does not fit
    if data.at_hand(meant):
        assert (session.settings.data, session.notices) == (meant, [])
    else:
        (notice,) = session.notices
        for title in (data.info(meant).title, session.about.title):
            assert title in notice


@pytest.mark.parametrize("name", ["highway", "looks_linear"])
def test_a_preset_with_a_rate_of_its_own_learns_with_it(name: str) -> None:
    run = train(networks()[name], steps=200, arms=("skip",), learning_rate=rate_for(name))
    assert not run.failures
    assert run.loss("skip")[-1] < 0.5 * run.loss("skip")[0]


def test_every_other_preset_takes_the_rate_the_app_opens_with() -> None:
    assert rate_for(None) == rate_for("default") == Settings().learning_rate
