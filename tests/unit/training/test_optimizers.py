"""Own optimizers against torch.optim, and clipping per replica."""

import pytest
import torch

from skipviz.engine.model.flat import Flat
from skipviz.engine.training.optimizers import clip, optimizer_for
from skipviz.engine.training.trainer import Trainer
from skipviz.settings import Settings
from skipviz.training import Run
from tests.bounded import steps_to_the_end

THEIRS = {
    "sgd": lambda parameters, rate: torch.optim.SGD(parameters, rate, momentum=0.9),
    "adam": torch.optim.Adam,
    "adamw": torch.optim.AdamW,
}


@pytest.mark.parametrize("name", THEIRS)
def test_thirty_steps_are_those_of_torch(name):
    generator = torch.Generator().manual_seed(0)
    start = [torch.randn(3, 2, 4, dtype=torch.float64, generator=generator) for _ in range(2)]
    ours, theirs = ([t.clone().requires_grad_() for t in start] for _ in range(2))
    optimizer = optimizer_for(ours, Settings(optimizer=name, learning_rate=0.05))
    reference = THEIRS[name](theirs, 0.05)
    for step in range(30):
        gradients = [torch.randn(t.shape, dtype=t.dtype, generator=generator) for t in start]
        if step == 15:
            optimizer.learning_rate = reference.param_groups[0]["lr"] = 0.01
        optimizer.apply(optimizer.directions(gradients))
        for parameter, gradient in zip(theirs, gradients, strict=True):
            parameter.grad = gradient.clone()
        reference.step()
    for mine, other in zip(ours, theirs, strict=True):
        torch.testing.assert_close(mine, other, rtol=1e-12, atol=1e-12)


def test_numbers_side_by_side_are_updated_as_those_apart():
    tensors = [torch.randn(3, 2, 4), torch.randn(2, 2, 7)]
    settings = Settings(optimizer="sgd", learning_rate=0.05)
    gradients, weights, velocity = Flat.alike(3, tensors)
    for weight, tensor in zip(weights, tensors, strict=True):
        weight.copy_(tensor)
    together, apart = (
        optimizer_for(weights, settings, velocity),
        optimizer_for([*tensors], settings),
    )
    for _ in range(5):
        gradients.whole.normal_()
        together.apply(together.directions(gradients))
        apart.apply(apart.directions([gradient.clone() for gradient in gradients]))
    assert all(map(torch.equal, weights, tensors))


def test_every_replica_is_clipped_by_its_own_norm():
    generator = torch.Generator().manual_seed(0)
    gradients = [torch.randn(5, 3, 4, 4, generator=generator), torch.randn(2, 3, 6)]
    for replica, size in enumerate([1e-3, 1.0, 100.0]):
        for gradient in gradients:
            gradient[:, replica] *= size
    clipped = clip(gradients, 1.0)
    for replica in range(3):
        before = torch.cat([g[:, replica].flatten() for g in gradients])
        after = torch.cat([g[:, replica].flatten() for g in clipped])
        if before.norm() < 1:
            assert torch.equal(before, after)
        else:
            torch.testing.assert_close(after, before / before.norm(), rtol=1e-5, atol=1e-6)


def test_clipping_one_arm_leaves_a_failed_one_failed_and_the_others_alone():
    gradients = [torch.ones(1, 2, 3)]
    gradients[0][0, 1] = torch.nan
    (clipped,) = clip(gradients, 10.0)
    assert torch.equal(clipped[0, 0], torch.ones(3))
    assert clipped[0, 1].isnan().all()


@pytest.mark.parametrize("name", ["sgd", "adam", "adamw"])
def test_every_optimizer_trains(small, name):
    settings = Settings(optimizer=name, steps=60, learning_rate=0.02 if name == "sgd" else 0.003)
    trainer = Trainer(small, settings)
    run = Run(small, settings)
    for _ in steps_to_the_end(trainer):
        run.extend([trainer.step()])
    assert run.loss("skip", "train")[-1] < 0.7 * run.loss("skip", "train")[0]


def test_a_new_learning_rate_keeps_the_momentum(small):
    trainer = Trainer(small, Settings(steps=10))
    trainer.step()
    before = [group.detach().clone() for group in trainer.stack.groups]
    ratio = trainer.step().probes["update_ratio"]
    trainer.set_learning_rate(0.0)
    after = [group.detach().clone() for group in trainer.stack.groups]
    assert not any(torch.equal(a, b) for a, b in zip(before, after, strict=True))
    assert (trainer.step().probes["update_ratio"] == 0).all()
    assert all(torch.equal(a, g) for a, g in zip(after, trainer.stack.groups, strict=True))
    assert (ratio > 0).all()


def test_gradients_whose_squares_overflow_are_clipped_and_leave_the_other_replicas_alone():
    gradients = [torch.randn(3, 2, 4, 5, generator=torch.Generator().manual_seed(0))]
    expected = clip(gradients, 2.0)[0]
    factors = torch.tensor([1.0, 1e25]).view(1, 2, 1, 1)
    (clipped,) = clip([gradients[0] * factors], 2.0)
    torch.testing.assert_close(clipped, expected)
    assert torch.equal(clipped[:, 0], expected[:, 0])
    assert clipped.dtype == torch.float32


def test_clipping_leaves_what_is_not_finite_so():
    gradients = torch.ones(1, 2, 4)
    gradients[0, 1, 0] = torch.inf
    (clipped,) = clip([gradients], 1.0)
    assert clipped[0, 0].isfinite().all()
    assert not clipped[0, 1].isfinite().all()


def test_clipping_bounds_the_update_and_not_the_gradient_that_is_shown(small):
    settings = Settings(steps=1, clip=1e-3, momentum=0.0, learning_rate=1.0)
    trainer = Trainer(small, settings)
    free = Trainer(small, settings.model_copy(update={"clip": None}))
    before = [group.detach().clone() for group in trainer.stack.groups]
    clipped_frame, free_frame = trainer.step(), free.step()
    moved = [(g - b).detach() for g, b in zip(trainer.stack.groups, before, strict=True)]
    for replica in range(2):
        change = torch.cat([m[:, replica].flatten() for m in moved]).norm().item()
        assert change == pytest.approx(1e-3, rel=1e-2)
    shown, expected = (f.probes["weight_gradient"] for f in (clipped_frame, free_frame))
    assert (shown == expected).all()
