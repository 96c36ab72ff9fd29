"""The lesion study as the page runs it."""

import numpy as np
import pytest

from skipviz import data, presets
from skipviz.engine.lesion.study import DRAWS, chosen_lesion, lesion_study
from skipviz.lesion.results import Chosen, Several, Singles, Trained
from skipviz.lesion.ways import Cut
from skipviz.network import Network
from skipviz.request import Progress
from skipviz.settings import Settings
from skipviz.training import train

SETTINGS = Settings(steps=30, learning_rate=0.05)


def network() -> Network:
    return Network.mlp(7, 16, "tanh", skips=((1, 3), (3, 5), (5, 7)))


def studied(drawn: Network) -> dict[type, list[object]]:
    news: dict[type, list[object]] = {}
    for each in lesion_study(drawn, SETTINGS):
        news.setdefault(type(each), []).append(each)
    return news


def test_a_study_says_what_every_single_deletion_costs() -> None:
    news = studied(network())
    progress = news[Progress][-1]
    assert isinstance(progress, Progress)
    assert progress.share == 1
    with_skips, plain = news[Singles]
    assert isinstance(with_skips, Singles)
    assert isinstance(plain, Singles)
    assert (with_skips.arm, plain.arm) == ("skip", "plain")
    assert with_skips.layers == (2, 3, 4, 5, 6, 7), "layer 1 makes 16 of 64 and has no skip"
    assert plain.layers == with_skips.layers
    assert with_skips.skips == ((1, 3), (3, 5), (5, 7))
    assert plain.skips == ()
    assert with_skips.layer_scores[0] == with_skips.layer_scores[1], "one branch, gone either way"


def test_the_undamaged_network_is_that_of_an_ordinary_run() -> None:
    with_skips, plain = studied(network())[Singles]
    run = train(network(), **dict(SETTINGS))
    for found, arm in ((with_skips, "skip"), (plain, "plain")):
        assert isinstance(found, Singles)
        assert found.score == pytest.approx(run.accuracy(arm, "test")[-1], abs=1e-6)
        assert found.loss == pytest.approx(run.loss(arm, "test")[-1], rel=1e-4)


def test_several_layers_are_drawn_among_the_bridged_ones_for_both_arms() -> None:
    several = [each for each in studied(network())[Several] if isinstance(each, Several)]
    last = {each.arm: each for each in several}
    assert last["skip"].counts == last["plain"].counts == (1, 2, 4, 6)
    assert last["skip"].scores.shape == (4, DRAWS)
    assert np.ptp(last["skip"].scores[-1]) == 0, "all six gone is one and the same lesion"


def test_a_cut_of_ones_own_is_measured_on_the_same_weights() -> None:
    news = studied(network())
    (found,), singles = news[Trained], news[Singles][0]
    assert isinstance(found, Trained)
    assert isinstance(singles, Singles)
    cut = Cut(frozenset({4}))
    with_skips, plain = chosen_lesion(network(), SETTINGS, found, cut)
    assert isinstance(with_skips, Chosen)
    assert with_skips.score == singles.layer_scores[singles.layers.index(4)]
    assert plain.arm == "plain"
    impossible = list(chosen_lesion(network(), SETTINGS, found, Cut(frozenset({1}))))
    assert all(np.isnan(each.score) for each in impossible)


def test_a_network_without_skips_is_studied_by_itself() -> None:
    news = studied(Network.mlp(3, 64))
    (only,) = news[Singles]
    assert isinstance(only, Singles)
    assert (only.arm, only.layers) == ("skip", (1, 2, 3))


def test_a_regression_is_judged_by_r_squared() -> None:
    settings = SETTINGS.model_copy(update={"data": "plane", "steps": 5})
    found = [n for n in lesion_study(network(), settings) if isinstance(n, Singles)]
    assert data.info("plane").score in {"accuracy", "R²"}
    assert np.isfinite(found[0].score)


@pytest.mark.parametrize(
    ("name", "samples"),
    [("feedback", "digits"), ("transformer_preln_digits", "digits_rows")],
)
def test_other_kinds_of_networks_are_studied(name: str, samples: str) -> None:
    settings = Settings(data=samples, steps=1, batch_size=8)
    news = list(lesion_study(presets.load(name), settings))
    assert isinstance(news[-1], Several)
    assert np.isfinite(news[-1].scores).all()
