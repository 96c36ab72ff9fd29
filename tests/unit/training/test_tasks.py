"""Classes, targets, tokens and targets at every position: what loss and score mean for each."""

import numpy as np
import pytest
import torch
from torch.nn import functional

from skipviz import data
from skipviz.answers import answer
from skipviz.data import compatibility_problems, from_points
from skipviz.engine.probes.losses import (
    losses_and_gradient,
    losses_of_samples,
    mean_scores,
    means,
)
from skipviz.jobs import JobPool
from skipviz.network import Network, NetworkError, apply_edit
from skipviz.runs.requests import Training
from skipviz.settings import Settings
from skipviz.training import train

SMALL = Network.mlp(depth=3, width=16, activation="tanh", skips=((1, 3),))
CHAIN = Network.mlp(depth=2, width=8)
IMAGES = Network.of(layers=[{"kind": "conv2d", "channels": 4}])
EMBEDDED = CHAIN.insert_layer(1, {"kind": "embedding", "vocabulary": 9, "width": 4})


def random(*shape: int) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(0))


def test_classes_are_scored_by_cross_entropy():
    outputs, y = random(2, 5, 3), torch.tensor([[0, 1, 2, 0, 1]] * 2)
    losses = losses_of_samples(outputs, y)
    for replica in range(2):
        expected = functional.cross_entropy(outputs[replica], y[replica], reduction="none")
        torch.testing.assert_close(losses[replica], expected)
        right = (outputs[replica].argmax(1) == y[replica]).float().mean()
        assert mean_scores(outputs, y)[replica] == pytest.approx(right.item())


def test_a_class_at_every_position_counts_alike():
    outputs, y = random(2, 5, 4, 3), torch.randint(3, (2, 5, 4))
    expected = functional.cross_entropy(outputs.reshape(-1, 3), y.reshape(-1), reduction="none")
    torch.testing.assert_close(losses_of_samples(outputs, y), expected.view(2, 5, 4).mean(2))


def test_one_output_for_all_positions_is_about_the_last():
    outputs, y = random(2, 5, 3), torch.randint(3, (2, 5, 4))
    torch.testing.assert_close(
        losses_of_samples(outputs, y), losses_of_samples(outputs, y[..., -1])
    )


@pytest.mark.parametrize(
    ("outputs", "y"),
    [
        (random(2, 7, 3), torch.randint(3, (2, 7))),
        (random(2, 7, 5, 3), torch.randint(3, (2, 7, 5))),
        (random(2, 7, 3), torch.randint(3, (2, 7, 5))),
        (random(2, 7, 1), random(2, 7)),
        (random(2, 7, 3, 5), random(2, 7, 3, 5)),
    ],
    ids=["classes", "a class at every position", "the last position", "a number", "an image"],
)
def test_the_gradient_of_the_loss_is_that_of_autograd_to_the_bit(outputs, y):
    leaf = outputs.clone().requires_grad_()
    expected = losses_of_samples(leaf, y)
    (slope,) = torch.autograd.grad(expected, leaf, torch.full_like(expected, 1 / 7))
    losses, gradient = losses_and_gradient(outputs, y)
    assert losses.equal(expected)
    assert gradient.equal(slope)


@pytest.mark.parametrize(
    ("outputs", "y"),
    [
        (random(2, 7, 3), torch.randint(3, (2, 7))),
        (random(2, 7, 5, 3), torch.randint(3, (2, 7, 5))),
        (random(2, 7, 3), torch.randint(3, (2, 7, 7))),
        (random(2, 7, 1), random(2, 7)),
    ],
    ids=["classes", "a class at every position", "the last position", "a number"],
)
def test_means_over_the_batch_are_those_of_losses_and_scores(outputs, y):
    losses = losses_of_samples(outputs, y)
    loss, score = means(losses, outputs, y)
    assert loss.equal(losses.mean(1))
    assert score.equal(mean_scores(outputs, y))


def test_targets_are_scored_by_squared_error_and_r2():
    outputs, y = random(2, 50, 1), random(2, 50)
    y = (y - y.mean()) / y.std(correction=0)
    torch.testing.assert_close(losses_of_samples(outputs, y), (outputs[..., 0] - y) ** 2)
    assert mean_scores(y[..., None], y).tolist() == [1, 1]
    torch.testing.assert_close(mean_scores(torch.zeros(2, 50, 1), y).mean(), torch.tensor(0.0))


@pytest.mark.parametrize("name", ["plane", "sine"])
def test_a_network_learns_a_regression(name):
    run = train(SMALL, data=name, steps=300, learning_rate=0.05, evaluate_every=100)
    assert run.accuracy("skip", "test")[-1] > (0.95 if name == "plane" else 0.3)
    assert run.accuracy("skip", "test")[0] < 0.5


@pytest.mark.parametrize("name", ["circles", "gaussians", "moons", "xor", "wine", "breast_cancer"])
def test_a_network_learns_every_small_set(name):
    run = train(SMALL, data=name, steps=250, learning_rate=0.05, evaluate_every=250)
    assert run.accuracy("skip", "test")[-1] > 0.88


def test_a_network_learns_points_drawn_by_hand():
    generator = np.random.default_rng(0)
    points = [(*generator.normal((k % 2) * 4, 1, 2), k % 2) for k in range(80)]
    run = train(SMALL, data=from_points(points), steps=60, learning_rate=0.05)
    assert run.accuracy("skip", "test")[-1] > 0.9
    assert run.info.title == "Own points"
    assert run.summary()["arms"]["skip"]["parameters"] == SMALL.count_parameters((2,), 2)


def test_own_data_reach_the_worker():
    own = from_points([(k, -k, k % 2) for k in range(20)])
    pool = JobPool(answer, running=1)
    job = pool.submit(Training(SMALL, Settings(data="own", steps=2), own=own))
    assert job.wait_until_ended(60)
    assert (job.state, job.error) == ("finished", None)
    assert np.array_equal(job.run.loss("skip"), train(SMALL, data=own, steps=2).loss("skip"))


def test_own_settings_without_the_data_say_what_is_missing():
    with pytest.raises(ValueError, match="load the file or draw the points again"):
        train(SMALL, data="own")


@pytest.mark.parametrize(
    ("network", "name", "message"),
    [
        (CHAIN, "sonnets", "layer 1 is no embedding"),
        (EMBEDDED, "digits", "looks up token numbers, and Digits 8×8 has none"),
        (EMBEDDED, "sonnets", "layer 1 knows 9"),
        (IMAGES, "digits_denoising", "wants outputs of shape 1×8×8"),
        (IMAGES.change_readout(kind="per_position"), "digits_images", "the readout gives 10×8×8"),
    ],
)
def test_what_does_not_go_together_is_said_and_fixed(network, name, message):
    info = data.info(name)
    (problem,) = compatibility_problems(info.resolve(network), info)
    assert message in problem.message
    with pytest.raises(NetworkError, match="\\."):
        train(network, data=name)
    fixed = network
    for edit in problem.fixes[0].edits:
        fixed = apply_edit(fixed, edit)
    assert message not in " ".join(
        each.message for each in compatibility_problems(info.resolve(fixed), info)
    )


def test_what_goes_together_has_no_problem():
    for name in ("digits", "digits_images", "wine", "plane"):
        assert compatibility_problems(data.info(name).resolve(CHAIN), data.info(name)) == []
