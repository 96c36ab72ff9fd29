"""The presets that the page offers."""

import pytest

from skipviz import presets
from skipviz.language import _
from skipviz.text import columns_of
from skipviz.ui.playground import available_presets
from tests.chinese import chinese


def test_the_list_builds_no_network_that_it_does_not_offer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Networks of hundreds of layers, for data that the app has not, cost nothing to open it."""
    built: list[str] = []
    load = presets.load

    def noted(name: str) -> presets.Network:
        built.append(name)
        return load(name)

    monkeypatch.setattr(presets, "load", noted)
    offered = available_presets.networks.__wrapped__()
    assert built == list(offered)
    assert all(presets.info(name).data is not None for name in built)
    assert not {"efficientnet_b0", "regnet_y_400mf", "googlenet", "resnet50"} & {*built}
    assert "mobilenet_digits" in built


def test_no_name_is_longer_than_its_select_has_room_for() -> None:
    names = [presets.info(name).title for name in available_presets.networks()]
    with chinese():
        names += [_(name) for name in names]
    assert max(map(columns_of, names)) <= 35  # of 210 pixels, as many as the default network's
