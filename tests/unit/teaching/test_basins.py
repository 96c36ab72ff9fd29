"""The measurement of slices of the loss: what it counts, and that it counts it on such slices."""

import numpy as np
import pytest

from skipviz.engine.landscape.slices import loss_slice
from skipviz.engine.measures.basins import basins, curving_down, minima
from skipviz.landscape.results import Row, Section, surface
from skipviz.measures.cases import chain
from skipviz.settings import Settings
from skipviz.teaching import CHAPTERS

X, Y = np.meshgrid(np.linspace(-1, 1, 21), np.linspace(-1, 1, 21))


def test_a_bowl_has_one_minimum_and_curves_down_nowhere() -> None:
    assert minima(X**2 + 3 * Y**2 + X * Y) == 1
    assert curving_down(X**2 + 3 * Y**2 + X * Y) == 0


def test_a_saddle_has_no_minimum_and_curves_down_everywhere() -> None:
    assert minima(X * Y) == 0
    assert curving_down(X * Y) == 1


def test_waves_have_a_minimum_in_every_trough() -> None:
    assert minima(np.sin(9 * X) * np.sin(9 * Y)) == 18  # 3 x 3 of either sign, twice


def test_the_logarithm_of_a_bowl_curves_down_away_from_its_bottom() -> None:
    bowl = 0.01 + X**2 + Y**2
    assert curving_down(bowl) == 0
    assert curving_down(np.log(bowl)) > 0.9


def test_a_point_that_is_not_finite_is_no_minimum() -> None:
    bowl = X**2 + Y**2
    bowl[0, 0] = np.inf
    assert minima(bowl) == 1


def test_shares_are_those_of_the_slices_of_the_landscape() -> None:
    net, settings = chain(4, "tanh", "xavier", width=16, step=2), Settings(steps=30, seeds=2)
    *_, result = basins(net, settings, points=5, samples=64)
    shares, centres = [], []
    for seed in range(2):
        alone = Settings(steps=30, seed=seed, device="cpu")
        news = list(loss_slice(net, alone, points=5, samples=64, directions=seed))
        found = surface([n for n in news if isinstance(n, Row)], 2, 5, 0.5)
        shares.append(found.below(0.5))
        centres.append(next(n for n in news if isinstance(n, Section)).losses[:, 20])
    values = dict(result.values)
    for arm, label in enumerate(("with skips", "without")):
        assert values[f"below 0.5, {label}"] == pytest.approx(np.median(shares, 0)[arm])
        assert values[f"loss in the centre, {label}"] == pytest.approx(np.median(centres, 0)[arm])
    assert result.figure.curves[0].y[20] == pytest.approx(np.median(centres, 0)[0])


def test_the_text_counts_the_weights_of_the_network_that_is_measured() -> None:
    claims = next(chapter for chapter in CHAPTERS if chapter.id == "claims")
    section = next(each for each in claims.sections if each.id == "landscape")
    network = section.live.network
    assert f"{network.count_parameters((64,), 10):,}" in section.text
    assert "20 ReLU layers" in section.text
    assert network.depth == 20
