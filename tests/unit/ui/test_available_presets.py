"""The presets that the page offers."""

import pytest

from skipviz import presets
from skipviz.ui.playground import available_presets


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
