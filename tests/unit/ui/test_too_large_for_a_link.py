"""A network too large for a link is offered no link, and what fits is still offered."""

import random
from types import SimpleNamespace
from unittest.mock import MagicMock

import pytest

from skipviz import link
from skipviz.experiments.experiment import Drawing
from skipviz.network import Network
from skipviz.settings import Settings
from skipviz.studies import READY, Result
from skipviz.ui.experiments import claim
from skipviz.ui.session.tray import Kept, Tray, from_links
from skipviz.ui.studies.chosen import Chosen
from skipviz.ui.studies.shares import shares

PAIRS = [(p, q) for p in range(100) for q in range(p + 1, 101)]
SMALL = Network.mlp(3, 4)
LARGE = Network.mlp(100, 4, skips=tuple(random.Random(0).sample(PAIRS, 2000)))


def test_the_browser_holds_the_kept_runs_that_fit() -> None:
    tray = Tray([Kept("A", LARGE, Settings()), Kept("B", SMALL, Settings())])
    assert tray.links() == [["B", link.encode(SMALL)]]
    assert [kept.name for kept in from_links(tray.links()).runs] == ["B"]


def test_an_experiment_links_to_the_drawings_that_fit() -> None:
    drawings = [Drawing("large", LARGE, Settings()), Drawing("small", SMALL, Settings())]
    experiment = SimpleNamespace(drawings=lambda _: drawings)
    assert claim._links(experiment, None) == [("small", link.encode(SMALL))]


@pytest.mark.parametrize(("network", "offered"), [(LARGE, False), (SMALL, True)])
def test_a_study_links_to_its_largest_result_if_that_fits(
    network: Network, offered: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = {"network": network.to_json(), "data": "digits", "seed": 0, "batch_size": 64}
    result = Result("key", {}, 0, ratio=0.5, settings=told)
    ended = SimpleNamespace(results=[SimpleNamespace(results=[result])], going=False, job=object())
    shown = MagicMock()
    monkeypatch.setitem(shares.__globals__, "st", shown)  # the package has its name
    shares(ended, Chosen("depth", READY["depth"]), None)
    assert shown.page_link.called == offered
