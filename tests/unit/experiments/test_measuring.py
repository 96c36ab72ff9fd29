"""What the experiments compute from the engine's numbers, against known answers."""

import numpy as np
import pytest
import torch

from skipviz import graph
from skipviz.arms import STANDARD_ARMS
from skipviz.engine.experiments.initial import growth
from skipviz.engine.experiments.over_depth import fit, lead
from skipviz.engine.experiments.running import run
from skipviz.engine.experiments.shattering import (
    autocorrelation,
    input_gradients,
)
from skipviz.engine.experiments.trained import training
from skipviz.engine.model.stack import Stack
from skipviz.engine.model.statistics import freeze_batch_norm
from skipviz.experiments.catalogue.networks import blocks, chain
from skipviz.experiments.experiment import Quantity
from skipviz.experiments.parts import Training, Variant
from skipviz.experiments.running import Measured
from skipviz.settings import Settings
from skipviz.training import train


def stack_on_the_line(norm: str = "batch") -> Stack:
    net = blocks(3, layers=1, width=20, norm=norm)
    return Stack(net.on((1,), 1), [STANDARD_ARMS["skip"]], [0, 1], torch.float64)


def test_a_gradient_that_is_the_same_everywhere_is_fully_correlated() -> None:
    assert autocorrelation(np.full((1, 50), 3.0), lags=7).tolist() == [[1.0] * 8]


def test_the_autocorrelation_of_a_wave_is_a_cosine_of_the_lag() -> None:
    wave = np.sin(2 * np.pi * np.arange(1000) / 40)[None]
    found = autocorrelation(wave, lags=20)[0]
    exact = np.cos(2 * np.pi * np.arange(21) / 40) * (1 - np.arange(21) / 1000)
    assert found == pytest.approx(exact, abs=0.02)


def test_noise_is_not_correlated() -> None:
    noise = np.random.default_rng(0).normal(size=(1, 20_000))
    assert np.abs(autocorrelation(noise, lags=5)[0, 1:]).max() < 0.03


def test_held_statistics_are_those_of_the_batch() -> None:
    stack = stack_on_the_line()
    x = torch.linspace(-2, 2, 4096, dtype=torch.float64).view(1, -1, 1).repeat(2, 1, 1)
    with torch.no_grad():
        in_training = stack.states(x)[-1]
        freeze_batch_norm(stack, x)
        held = stack.states(x)[-1]
    assert not stack.training
    assert torch.allclose(held, in_training, rtol=0.01, atol=0.01)


def test_input_gradients_agree_with_finite_differences() -> None:
    stack = stack_on_the_line(norm="none")
    found = input_gradients(stack, points=5)
    x = torch.linspace(-2, 2, 5, dtype=torch.float64).view(1, 5, 1).repeat(2, 1, 1)
    step = 1e-6
    with torch.no_grad():
        slopes = (stack.states(x + step)[-1] - stack.states(x - step)[-1]) / (2 * step)
    away_from_the_kink = [0, 1, 3, 4]
    assert found[:, away_from_the_kink] == pytest.approx(
        slopes.squeeze(2).numpy()[:, away_from_the_kink], rel=1e-5
    )


def test_growth_is_the_factor_towards_the_input() -> None:
    norms = 1.2 ** -np.arange(40.0)[None]
    assert growth(norms) == pytest.approx([1.2])
    assert np.isnan(growth(norms[:, :11])).all()


def test_r_squared_is_1_for_a_line_and_for_a_constant() -> None:
    x = np.arange(6.0)
    assert fit(x, 3 - 2 * x) == pytest.approx(1)
    assert fit(x, np.full(6, 5.0)) == 1
    assert fit(x, x**2) == pytest.approx(np.corrcoef(x, x**2)[0, 1] ** 2)


def test_a_power_law_is_told_from_an_exponential() -> None:
    depths = 2.0 ** np.arange(2, 8)
    assert lead(depths, -0.5 * np.log(depths)) > 0.1
    assert lead(depths, -0.1 * depths) < -0.1


def test_losses_are_over_those_of_the_network_named() -> None:
    variants = tuple(Variant(f"of{depth}", "", chain(depth, width=8)) for depth in (2, 9))
    *_, last = training(Training(variants, Settings(steps=3), against="of2"))
    assert last.values["of2.relative_loss"].tolist() == [1, 1, 1]
    losses = [last.values[f"of{depth}.train_loss"] for depth in (2, 9)]
    assert last.values["of9.relative_loss"] == pytest.approx(losses[1] / losses[0])
    *_, alone = training(Training(variants[:1], Settings(steps=3)))
    assert "of2.relative_loss" not in alone.values


def test_a_bar_and_the_table_give_the_same_figure_of_the_same_seeds() -> None:
    variants = (Variant("v", "", chain(2, width=8)),)
    *_, last = training(Training(variants, Settings(steps=5), bars=True))
    values = last.values["v.test_accuracy"]
    (bar,) = last.panels[0].chart.bars
    one = Measured(Quantity("v.test_accuracy", "", (0, 1)), tuple(values), None)
    assert bar.value == one.median == sorted(values)[1]
    (curve,) = last.panels[1].chart.curves
    losses = [
        train(chain(2, width=8), steps=5, seed=seed, arms=("skip",), device="cpu")
        for seed in range(3)
    ]
    finals = [float(np.mean(run.loss("skip")[-9:])) for run in losses]
    assert curve.y[-1] == pytest.approx(sorted(finals)[1], rel=1e-4)


def test_a_share_of_seeds_is_one_number_for_all_of_them() -> None:
    wild = (Variant("v", "", blocks(20)),)
    *_, last = training(Training(wild, Settings(steps=20, learning_rate=0.02)))
    assert last.values["v.diverged"].tolist() == [1, 1, 1]


def test_what_each_network_came_to_is_judged_as_the_page_judges_a_run() -> None:
    variants = (
        Variant("good", "two layers", chain(2)),
        Variant("deep", "forty", chain(41)),
        Variant("wild", "no norm", blocks(20)),
    )
    *_, last = training(Training(variants, Settings(steps=100, learning_rate=0.02)))
    said = "two layers: learns; forty: hardly learns; no norm: breaks down."
    assert last.panels[-1].note.endswith(said)


def test_blocks_and_chains_are_as_they_are_described() -> None:
    assert graph.count_paths(blocks(5)) == 2**5
    assert blocks(20, norm="batch").depth == 1 + 40 + 1
    assert blocks(4, layers=1, stem=False).depth == 4
    assert graph.count_paths(chain(41, 2)) == 2**20
    assert chain(41).skips == ()


def test_a_path_count_at_another_number_of_blocks_is_exact() -> None:
    *_, last = run("g7", {"blocks": 10}, thin=True)
    found = {one.quantity.key: one.median for one in last.measured}
    assert found["net.paths"] == 2**10
    assert found["net.mean"] == 5
    assert found["net.after_deletion"] == 0.5


def test_a_scaled_shortcut_and_a_highway_follow_their_formulas_at_any_setting() -> None:
    *_, last = run("g6", {"scale": 1.1, "bias": -4, "depth": 20}, thin=True)
    found = {one.quantity.key: one for one in last.measured}
    assert found["direct.direct"].median == pytest.approx(1.1**20, rel=1e-9)
    assert found["highway.direct"].median == pytest.approx((1 / (1 + np.exp(-4))) ** 20, rel=1e-9)
    assert found["direct.error"].inside
    assert found["direct.direct"].inside is None
