"""What a frame says against autograd on one independent module per arm."""

import numpy as np
import pytest
import torch
from torch.nn import functional

from skipviz.arms import STANDARD_ARMS
from skipviz.engine.training.batches import Batches
from skipviz.training import Run, train

ARMS = ("skip", "plain", "gradient_only", "forward_only")
STEPS = (0, 1, 5, 12)


@pytest.fixture
def seen(monkeypatch) -> list[tuple[torch.Tensor, torch.Tensor]]:
    """The batches (replicas, 64, ..) that the trainer used, in order of step."""
    taken = []
    original = Batches.__next__
    monkeypatch.setattr(Batches, "__next__", lambda self: taken.append(original(self)) or taken[-1])
    return taken


@pytest.fixture
def run(small, seen) -> Run:
    assert not seen
    return train(small, arms=ARMS, steps=12, seed=5)


def bare_norms(module, x, y):
    """|dL/dW_k| and |dL/ds_k| of layers 1..N+1, and the loss."""
    states = module.states(x)
    loss = functional.cross_entropy(states[-1], y)
    weights = [layer.weight for layer in module.layers]
    parameters = list(module.parameters())
    gradients = torch.autograd.grad(loss, [*weights, *states[1:], *parameters])
    count = len(weights)
    for parameter, gradient in zip(parameters, gradients[2 * count :], strict=True):
        parameter.grad = gradient
    norms = [float(gradient.norm()) for gradient in gradients[: 2 * count]]
    return norms[:count], norms[count:], loss.item()


@pytest.mark.parametrize("arm", ARMS)
def test_gradient_norms_and_loss_are_those_of_a_module_trained_alone(
    arm, small, run, seen, bare_net
):
    gains = STANDARD_ARMS[arm].forward, STANDARD_ARMS[arm].backward
    module = bare_net(small, gains, seed=5)
    optimizer = torch.optim.SGD(module.parameters(), lr=0.02, momentum=0.9)
    replica = ARMS.index(arm)
    for step, (x, y) in enumerate(seen):
        weight, state, loss = bare_norms(module, x[replica], y[replica])
        if step in STEPS:
            measured = run.gradient_norms(arm, readout=True)[step]
            np.testing.assert_allclose(measured, weight, rtol=2e-4)
            states = run.gradient_norms(arm, of="state", readout=True)[step]
            np.testing.assert_allclose(states, state, rtol=2e-4)
            assert run.loss(arm)[step] == pytest.approx(loss, rel=1e-5)
        optimizer.step()


def test_every_arm_sees_the_same_batch(run, seen):
    assert run.steps == len(seen) == 13
    for x, y in seen:
        assert all(torch.equal(x[0], other) for other in x)
        assert all(torch.equal(y[0], other) for other in y)


def test_batches_change_from_step_to_step_and_cover_the_split():
    x, y = torch.arange(1347.0)[:, None], torch.arange(1347)
    batches = Batches(x, y, 64, arms=2, seeds=[0, 1])
    for _ in range(2):
        epoch = [next(batches) for _ in range(1347 // 64)]
        for seed in (0, 1):
            seen = torch.cat([x[seed].flatten() for x, _ in epoch])
            assert len(torch.unique(seen)) == len(seen) == 1344
        assert all(torch.equal(x[:2], x[2:]) for x, _ in epoch)
        assert all(torch.equal(x.squeeze(2).long(), y) for x, y in epoch)


def test_a_batch_larger_than_the_split_is_the_split():
    batches = Batches(torch.zeros(10, 3), torch.zeros(10), 64, arms=1, seeds=[0])
    assert next(batches)[0].shape == (1, 10, 3)


def test_the_last_frame_measures_the_state_after_the_last_update(run):
    assert run.steps == run.settings.steps + 1
    assert [frame.step for frame in run.frames] == list(range(13))
    assert run.evaluation_steps().tolist() == [0, 12]


def test_evaluation_is_the_mean_over_the_whole_split(small, run, bare_net):
    from skipviz import data

    split = data.load("digits")
    module = bare_net(small, (1.0, 1.0), seed=5)
    logits = module.states(torch.from_numpy(split.test_x))[-1]
    labels = torch.from_numpy(split.test_y)
    loss = functional.cross_entropy(logits, labels).item()
    right = float((logits.argmax(1) == labels).float().mean())
    assert run.loss("skip", "test")[0] == pytest.approx(loss, rel=1e-5)
    assert run.accuracy("skip", "test")[0] == pytest.approx(right, abs=1e-6)


@pytest.mark.parametrize(("arms", "seeds", "ahead"), [(1, 1, 16), (2, 4, 8), (4, 2, 8), (8, 16, 1)])
def test_as_many_batches_are_gathered_at_once_as_a_block_holds(arms, seeds, ahead):
    """A batch of 16 samples of 4 kB is 64 kB for each replica."""
    x = torch.zeros(64, 1024)
    found, _ = next(Batches(x, torch.zeros(64), 16, arms, range(seeds)))
    assert found.shape == (arms * seeds, 16, 1024)
    assert found.untyped_storage().nbytes() == ahead * arms * seeds * 2**16
