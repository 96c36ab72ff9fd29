"""Gradients along paths: single ones against products of Jacobians, sums against autograd."""

from random import Random

import numpy as np
import pytest
import torch

from skipviz import data, graph, presets
from skipviz.arms import STANDARD_ARMS
from skipviz.engine.attribution.live import loss_gradient
from skipviz.engine.attribution.tape import Tape
from skipviz.engine.model.stack import Stack
from skipviz.engine.paths.gradient import measured, path_gradients
from skipviz.engine.paths.single import norms_of_paths
from skipviz.network import Network
from skipviz.paths import PathGradients, PathSampler
from skipviz.request import Progress
from skipviz.settings import Settings


def blocks(count: int, gain: float = 1.0, width: int = 6) -> Network:
    """Residual modules of one layer, s_k = s_(k-1) + gain tanh(W s_(k-1) + b)."""
    skips = [
        {"kind": "add", "source": k - 1, "target": k, "branch_scale": gain}
        for k in range(1, count + 1)
    ]
    layers = [{"kind": "dense", "width": width}] * count
    return Network.of(layers=layers, skips=skips, defaults={"activation": "tanh"})


def taped(network: Network, width: int = 6, outputs: int = 3):
    stack = Stack(network.on((width,), outputs), [STANDARD_ARMS["skip"]], [0], torch.float64)
    x = torch.randn(1, 4, width, dtype=torch.float64, generator=torch.manual_seed(0))
    tape = Tape(stack, x)
    return stack, tape, loss_gradient(tape, torch.arange(4)[None] % outputs)


def results(network: Network, **how: object) -> PathGradients:
    stack, _, _ = taped(network)
    x = torch.randn(4, 6, dtype=torch.float64, generator=torch.manual_seed(0))
    *_, last = measured(stack, x, torch.arange(4) % 3, 0, **{"samples": 5, "seed": 0, **how})
    return last


def test_a_path_brings_the_product_of_the_jacobians_on_it() -> None:
    """All 2^3 paths of three modules, multiplied out by hand sample by sample."""
    stack, tape, gradient = taped(blocks(3))
    tensors = {name: tensor[0].detach() for name, tensor in stack.tensors().items()}
    states = stack.states(tape._values[0, 0])
    sampler, random = PathSampler(stack.network), Random(0)
    paths = {sampler.draw(length, random) for length in range(4) for _ in range(60)}
    assert len(paths) == 8
    found = norms_of_paths(tape, gradient, list(paths), 0)
    for path, norm in zip(paths, found, strict=True):
        g = gradient[0] @ tensors["readout.weight"].T
        for hop in path[1:]:
            if hop.skip is None:
                k = hop.end[1]
                before = states[k - 1][0].detach()
                weight = tensors[f"layer{k}.weight"]
                slope = 1 - torch.tanh(before @ weight + tensors[f"layer{k}.bias"]) ** 2
                g = (g * slope) @ weight.T
        assert norm.item() == pytest.approx(g.norm().item(), rel=1e-12)


def test_all_paths_together_are_the_gradient() -> None:
    """The parts by length have shares that add up to 1, and the exact norm is autograd's."""
    found = results(blocks(5))
    assert found.shares.sum() == pytest.approx(1)
    assert found.lengths == (0, 1, 2, 3, 4, 5)
    assert found.counts == (1, 5, 10, 10, 5, 1)
    stack, _, _ = taped(blocks(5))
    x = torch.randn(4, 6, dtype=torch.float64, generator=torch.manual_seed(0)).requires_grad_()
    loss = torch.nn.functional.cross_entropy(stack(x[None])[0], torch.arange(4) % 3)
    (gradient,) = torch.autograd.grad(loss, x)
    assert found.norm == pytest.approx(float(gradient.norm()))


def test_where_there_is_one_path_of_a_length_both_estimators_agree() -> None:
    found = results(blocks(5))
    assert found.single[0] == pytest.approx(found.norms[0])
    assert found.single[-1] == pytest.approx(found.norms[-1])


def test_counting_times_single_norms_bounds_the_norm_of_the_sum() -> None:
    """The triangle inequality, with all paths of a length at hand instead of a sample."""
    _, tape, gradient = taped(blocks(4))
    sampler, random = PathSampler(tape.stack.network), Random(1)
    found = results(blocks(4))
    for place, (length, count) in enumerate(sampler.lengths.items()):
        paths = {sampler.draw(length, random) for _ in range(60 * count)}
        assert len(paths) == count
        singles = norms_of_paths(tape, gradient, list(paths), 0)
        assert found.norms[place] <= float(singles.sum()) * (1 + 1e-12)
    assert found.cancellation >= 1


def test_small_branches_move_the_gradient_to_short_paths() -> None:
    """Experiment of Veit et al.: where it sits depends on the gain of the branches alone."""
    centres = [results(blocks(12, gain)).centre(results(blocks(12, gain)).exact) for gain in (1, 0.1)]  # fmt: skip # noqa: E501
    assert centres[1] < 1 < centres[0]


def test_without_skips_all_of_it_comes_down_the_chain() -> None:
    found = results(Network.mlp(4, 6, "tanh"))
    assert (found.lengths, found.counts) == ((4,), (1,))
    assert found.cancellation == pytest.approx(1)
    assert found.single[0] == pytest.approx(found.norm)
    np.testing.assert_allclose(found.exact, [1])
    np.testing.assert_allclose(found.skip_shares, 1)


def test_feedback_paths_run_through_time() -> None:
    network = Network.of(
        layers=[{"kind": "dense", "width": 6}] * 3,
        skips=[{"kind": "add", "source": 3, "target": 2}],
        defaults={"activation": "tanh"},
        time_steps=3,
    )
    found = results(network)
    assert dict(zip(found.lengths, found.counts, strict=True)) == graph.path_lengths(network)
    for single, norm in zip(found.single, found.norms, strict=True):
        assert single == pytest.approx(norm), "one path of every length"


def test_training_goes_before_the_measurement_where_it_is_asked_for() -> None:
    settings = Settings(steps=4, batch_size=16)
    news = list(path_gradients(presets.load("forward_skip"), settings, train=True, samples=2))
    assert isinstance(news[0], Progress)
    last = news[-1]
    assert isinstance(last, PathGradients)
    assert (last.trained, last.batch) == (4, 32)
    assert np.isfinite(last.single).all()
    fresh = list(path_gradients(presets.load("forward_skip"), settings, samples=2))[-1]
    assert isinstance(fresh, PathGradients)
    assert fresh.trained == 0
    assert fresh.norm != last.norm


@pytest.mark.parametrize(
    ("name", "samples"),
    [("resnet8_digits", "digits_images"), ("transformer_postln_digits", "digits_rows"),
     ("densenet_digits", "digits_images")],
)  # fmt: skip
def test_other_kinds_of_networks_have_path_gradients(name: str, samples: str) -> None:
    news = list(path_gradients(presets.load(name), Settings(data=samples), samples=1))
    last = news[-1]
    assert isinstance(last, PathGradients)
    assert last.shares.sum() == pytest.approx(1)
    assert np.isfinite(last.single).all()


def test_token_numbers_are_left_out() -> None:
    vocabulary = data.info("sonnets").vocabulary
    network = Network.of(
        layers=[
            {"kind": "embedding", "vocabulary": vocabulary, "width": 6},
            {"kind": "attention", "heads": 1},
            {"kind": "feed_forward", "width": 6},
        ],
        skips=[
            {"kind": "add", "source": 1, "target": 2},
            {"kind": "add", "source": 2, "target": 3},
        ],
    )
    network = network.change_readout(kind="per_position")
    last = list(path_gradients(network, Settings(data="sonnets"), samples=2))[-1]
    assert isinstance(last, PathGradients)
    assert last.lengths == (1, 2, 3)
    assert last.shares.sum() == pytest.approx(1)
    assert np.isnan(last.by_skips[0]).all()


def test_intervals_and_centres_are_those_of_the_weights() -> None:
    found = results(blocks(3))
    weights = np.array([0.01, 0.49, 0.49, 0.01])
    assert found.interval(weights) == (1, 2)
    assert found.centre(weights) == pytest.approx(1.5)
