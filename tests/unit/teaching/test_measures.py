"""What the sections measure, against arithmetic, theory and independent loops."""

import math
import re

import numpy as np
import pytest
import torch

from skipviz import data, graph
from skipviz.charts import Table, over_seeds
from skipviz.engine.measures import checks, claims, cost, feedback, fit, information, start
from skipviz.engine.measures.trainings import losses
from skipviz.measures.cases import Case, chain, residual
from skipviz.measures.results import spread
from skipviz.network import Network
from skipviz.presets import load
from skipviz.settings import Settings
from skipviz.teaching import CHAPTERS
from skipviz.training import train

SHALLOW = Case("4 layers", chain(4, "tanh", "xavier", width=16))
WITH_SKIPS = Case("with skips", chain(6, "tanh", "xavier", width=16, step=2), "skip")
WITHOUT = Case("without", chain(6, "tanh", "xavier", width=16), "plain")


def last(results):
    *_, result = results
    return result


def values(result) -> dict[str, float]:
    return dict(result.values)


def section(chapter: str, name: str):
    found = next(c for c in CHAPTERS if c.id == chapter)
    return next(s for s in found.sections if s.id == name)


def test_factors_per_layer_are_those_of_mean_field_theory() -> None:
    cases = (
        Case("sigmoid", chain(30, "sigmoid", "xavier", width=128)),
        Case("relu", chain(30, "relu", "xavier", width=128)),
        Case("residual", residual(30, "relu", "he", 128)),
        Case("batch norm", chain(30, "relu", "he", width=128, norm="batch")),
    )
    found = values(last(start.gradients(cases, batch=128)))
    assert found["sigmoid"] == pytest.approx(0.236, rel=0.02)
    assert found["relu"] == pytest.approx(math.sqrt(0.5), rel=0.05)
    assert found["residual"] == pytest.approx(math.sqrt(2), rel=0.05)
    assert found["batch norm"] == pytest.approx(math.sqrt(math.pi / (math.pi - 1)), rel=0.05)


def test_scaled_branches_stay_below_the_root_of_e() -> None:
    cases = section("vanishing", "exploding").live.cases
    result = last(start.gradients(cases))
    growth = values(result)["s + W relu(s) / √L"] ** 30
    assert growth == pytest.approx(math.sqrt(math.e), rel=0.15)


def test_a_half_open_gate_carries_less_than_one_that_is_nearly_closed() -> None:
    found = values(last(start.gradients(section("architectures", "highway").live.cases)))
    assert found["c = 0"] < found["c = −2"] < found["c = −4"] < found["identity skips"]
    assert found["c = −2"] == pytest.approx(0.889, abs=0.02)


def test_the_training_losses_are_those_of_a_run() -> None:
    settings = Settings(steps=20, seeds=2)
    result = last(losses((SHALLOW,), settings))
    run = train(SHALLOW.network, arms=("skip",), device="cpu", steps=20, seeds=2, evaluate_every=10)
    expected = [run.loss("skip", "train", seed) for seed in range(2)]
    curve = result.figure.curves[0]
    np.testing.assert_allclose(curve.y, np.median(expected, axis=0), rtol=1e-5)
    assert list(curve.x) == [0, 10, 20]


def test_a_network_that_breaks_down_does_not_count_as_trained() -> None:
    wild = Case("wild", residual(30, "relu", "he", 32))
    result = last(losses((wild,), Settings(steps=20, learning_rate=1.0)))
    assert values(result)["wild"] == math.inf


def test_steps_to_a_loss_are_those_at_which_it_was_seen_below() -> None:
    settings = Settings(steps=40, seeds=2)
    found = values(last(claims.speed((("6 layers", WITH_SKIPS, WITHOUT),), settings, 1.2)))
    run = train(
        WITH_SKIPS.network, arms=("skip",), device="cpu", steps=40, seeds=2, evaluate_every=5
    )
    below = [run.loss("skip", "train", seed) < 1.2 for seed in range(2)]
    expected = np.median([run.evaluation_steps()[each.argmax()] for each in below])
    assert found["6 layers, with"] == expected


def test_a_loss_never_reached_is_said_to_be_so() -> None:
    result = last(claims.speed((("6 layers", WITH_SKIPS, WITHOUT),), Settings(steps=10), 1e-6))
    assert "not reached with skips, not reached without" in result.verdict


def test_the_gap_is_train_less_test_accuracy() -> None:
    settings = Settings(steps=30, seeds=2)
    result = last(claims.generalisation((("6 layers", WITH_SKIPS, WITHOUT),), settings))
    gaps = []
    for case in (WITH_SKIPS, WITHOUT):
        run = train(
            case.network, arms=("skip",), device="cpu", steps=30, seeds=2, evaluate_every=30
        )
        scores = [
            [run.accuracy("skip", split, seed)[-1] for seed in range(2)]
            for split in ("train", "test")
        ]
        gaps.append(np.median(np.subtract(*scores)))
    assert values(result)["6 layers"] == pytest.approx(gaps[0] - gaps[1], abs=1e-6)


def test_ranges_that_overlap_are_no_difference() -> None:
    assert "no difference" in claims._compared(np.array([0.1, 0.3]), np.array([0.2, 0.4]))
    assert "smaller with them" in claims._compared(np.array([0.1, 0.2]), np.array([0.3, 0.4]))
    assert "larger with them" in claims._compared(np.array([0.5, 0.6]), np.array([0.3, 0.4]))


def test_smoothness_is_a_cosine_of_the_gradients_of_successive_batches() -> None:
    net = chain(3, "tanh", "xavier", width=8, step=2)
    still = Settings(steps=12, seeds=1, learning_rate=1e-9, batch_size=1347)
    found = values(last(claims.smoothness(net, still)))
    assert found["with"] == pytest.approx(1, abs=1e-6)
    assert found["without"] == pytest.approx(1, abs=1e-6)


def test_a_linear_probe_on_the_input_is_ridge_regression() -> None:
    net = Network.mlp(2, 64, activation="identity", init={"scheme": "orthogonal"}, bias=False)
    net = net.add_skip(1, 2, branch_scale=0)
    result = next(information.linear_probes(net, Settings(steps=0)))
    split = data.load("digits")
    direct = information._score(split.train_x, split.train_y, split.test_x, split.test_y)
    assert 0.85 < direct < 1
    assert values(result)["skip"] == pytest.approx(direct, abs=0.05)


def test_the_parameters_of_every_kind_are_counted() -> None:
    result = next(cost.counted((WITHOUT, WITH_SKIPS)))
    found = values(result)
    assert found["without"] == found["with skips"] == WITHOUT.network.count_parameters((64,), 10)
    assert isinstance(result.table, Table)


def test_what_is_kept_for_backward_grows_with_the_batch() -> None:
    assert cost.kept_bytes(WITHOUT, "digits", 64) > 1.9 * cost.kept_bytes(WITHOUT, "digits", 32)


def test_the_projections_of_conv_block_are_counted_to_the_unit() -> None:
    found = values(next(fit.counted(load("conv_block"), (3, 32, 32), 10)))
    assert found["parameters"] == 1_221_290


def test_the_fixes_offered_for_128_and_10_fit() -> None:
    result = next(fit.fixed(load("dense_784_skip"), (784,), 10))
    assert "128" in result.verdict
    assert "10" in result.verdict
    assert result.table is not None
    assert all(outcome.startswith("fits") for _, outcome in result.table.rows)


def test_a_feedback_skip_does_nothing_in_one_step() -> None:
    found = values(next(feedback.after(4)))
    assert found["T = 1"] == 0
    assert found["T = 2"] > 0


def test_the_heat_map_over_time_is_that_of_autograd() -> None:
    net = feedback.recurrent(0.9, 5)
    result = next(feedback.heat(net))
    stack = feedback.fresh_stack(net, "digits")
    split = data.load("digits")
    x = torch.from_numpy(split.train_x[None, :64]).double()
    states = stack.unrolled(x)
    loss = torch.nn.functional.cross_entropy(
        states[-1][-1][0], torch.from_numpy(split.train_y[:64])
    )
    (gradient,) = torch.autograd.grad(loss, states[2][3])
    assert result.figure.values[2, 2] == pytest.approx(float(gradient.norm()), rel=1e-9)


def test_larger_feedback_weights_give_larger_factors() -> None:
    *found, free = values(last(feedback.gains((0.3, 0.9, 3.0), steps=12))).values()
    assert found == sorted(found)
    assert found[0] < free == 1 < found[-1]


def test_the_counts_of_paths_are_those_of_the_binomial_distribution() -> None:
    found = values(next(checks.paths()))
    assert found["paths"] == 2**54
    between = sum(math.comb(54, k) for k in range(19, 36)) / 2**54
    assert found["19 to 35"] == pytest.approx(between, rel=1e-12)
    assert found["5 to 17"] == pytest.approx(0.00454, abs=1e-5)
    assert graph.count_paths(Network.mlp(3, 4, skips=((0, 1), (1, 2), (2, 3)))) == 8


def test_rezero_starts_with_branches_without_gradient_and_scales_with_one() -> None:
    found = values(next(checks.training(depth=10)))
    assert found["branches"] == 0
    assert found["scales"] > 0


def test_the_sentences_on_formulas_have_their_counterexamples() -> None:
    found = values(next(checks.formulas()))
    assert found["left"] == found["above"] == found["once"] == 0
    assert 0.1 < found["falls"] < 0.9


def test_ranges_are_written_with_the_median_that_curves_have() -> None:
    assert spread([0.5]) == "0.5"
    seeds = np.array([[0.25], [0.3], [0.75]])
    assert spread(seeds[:, 0]) == "0.3 [0.25, 0.75]"
    assert over_seeds("", seeds).y == [0.3]


def test_the_table_of_losses_and_the_verdict_give_one_figure() -> None:
    result = last(losses((WITH_SKIPS,), Settings(steps=20, seeds=3)))
    assert result.table is not None
    ((_, loss, *_),) = result.table.rows
    assert loss.split()[0] in result.verdict
    assert f"{result.figure.curves[0].y[-1]:.2g}" == loss.split()[0]


def test_no_section_speaks_of_the_mean_of_seeds() -> None:
    """Figures show the median of the seeds, so tables, notes and texts do as well."""
    for chapter in CHAPTERS:
        for each in chapter.sections:
            assert not re.search(r"\bmeans? (and range|of (the |three |\d )?seeds)", each.text)
            assert "whatever the means" not in each.text
    result = last(claims.generalisation((("6", WITH_SKIPS, WITHOUT),), Settings(steps=5, seeds=2)))
    assert "median and range" in result.note
