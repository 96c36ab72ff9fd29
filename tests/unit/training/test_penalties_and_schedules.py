"""Weight decay, L1, warm-up and schedule against torch.optim and its schedulers, in float64."""

from itertools import product

import numpy as np
import pytest
import torch
from torch.nn import functional
from torch.optim import lr_scheduler

from skipviz.arms import STANDARD_ARMS
from skipviz.engine.model.stack import Stack
from skipviz.engine.probes.passes import forward_backward
from skipviz.engine.training.batches import Batches
from skipviz.engine.training.optimizers import optimizer_for
from skipviz.engine.training.rates import Rates
from skipviz.engine.training.trainer import Trainer
from skipviz.settings import Settings
from skipviz.training import Run

ARMS = ("skip", "plain")
STEPS = 12
RATES = {"sgd": 0.05, "adam": 0.003, "adamw": 0.003}
WAYS = [
    {"optimizer": optimizer, "weight_decay": decay, "l1": l1, "warmup_steps": warm, "schedule": way}
    for optimizer, decay, l1, warm, way in product(
        RATES, (None, 0.0, 0.1), (0.0, 0.01), (0, 5), ("constant", "linear", "cosine")
    )
]


def their_optimizer(parameters, settings):
    """torch.optim, its own weight decay where the settings say none."""
    how = {} if settings.weight_decay is None else {"weight_decay": settings.weight_decay}
    if settings.optimizer == "sgd":
        return torch.optim.SGD(parameters, settings.learning_rate, settings.momentum, **how)
    made = {"adam": torch.optim.Adam, "adamw": torch.optim.AdamW}[settings.optimizer]
    return made(parameters, settings.learning_rate, **how)


def their_schedule(optimizer, settings):
    warm, rest = settings.warmup_steps, settings.steps - settings.warmup_steps
    then = {
        "constant": lambda: lr_scheduler.ConstantLR(optimizer, factor=1.0, total_iters=0),
        "linear": lambda: lr_scheduler.LinearLR(optimizer, 1.0, 0.0, total_iters=rest),
        "cosine": lambda: lr_scheduler.CosineAnnealingLR(optimizer, T_max=rest),
    }[settings.schedule]()
    if not warm:
        return then
    rising = lr_scheduler.LinearLR(optimizer, 1 / warm, 1.0, total_iters=warm - 1)
    return lr_scheduler.SequentialLR(optimizer, [rising, then], [warm])


def trained_by_torch(module, batches, settings):
    """The loss of the data before every update; the module is trained."""
    parameters, losses = [*module.parameters()], []
    optimizer = their_optimizer(parameters, settings)
    schedule = their_schedule(optimizer, settings)
    for x, y in batches:
        loss = functional.cross_entropy(module.states(x)[-1], y)
        losses.append(loss.item())
        penalty = settings.l1 * sum(parameter.abs().sum() for parameter in parameters)
        optimizer.zero_grad()
        (loss + penalty).backward()
        optimizer.step()
        schedule.step()
    return losses


@pytest.fixture
def batches():
    generator = torch.Generator().manual_seed(0)
    made = (torch.randn(8, 64, dtype=torch.float64, generator=generator) for _ in range(STEPS))
    return [(x, torch.randint(10, (8,), generator=generator)) for x in made]


@pytest.mark.filterwarnings("ignore:.*epoch parameter:UserWarning")
@pytest.mark.parametrize("way", WAYS, ids=lambda way: "-".join(map(str, way.values())))
def test_every_combination_moves_the_weights_of_every_arm_as_torch_does(
    way, small, bare_net, batches
):
    settings = Settings(steps=STEPS, learning_rate=RATES[way["optimizer"]], **way)
    arms = [STANDARD_ARMS[name] for name in ARMS]
    stack = Stack(small.on((64,), 10), arms, [3], dtype=torch.float64)
    optimizer, rates = optimizer_for(stack.groups, settings), Rates(settings)
    losses = []
    for step, (x, y) in enumerate(batches):
        made = forward_backward(stack, x.expand(2, -1, -1), y.expand(2, -1))
        losses.append(made.means()[0].tolist())
        optimizer.learning_rate = rates.at(step)
        optimizer.apply(optimizer.directions(made.gradients))
    for copy, arm in enumerate(arms):
        module = bare_net(small, (arm.forward, arm.backward), 3).double()
        expected = trained_by_torch(module, batches, settings)
        assert [each[copy] for each in losses] == pytest.approx(expected, rel=1e-9)
        ours = stack.tensors()
        for k, layer in enumerate(module.layers, start=1):
            name = f"layer{k}" if k <= small.depth else "readout"
            weight, bias = (ours[f"{name}.{part}"][copy] for part in ("weight", "bias"))
            torch.testing.assert_close(weight.T, layer.weight, rtol=1e-8, atol=1e-10)
            torch.testing.assert_close(bias[0], layer.bias, rtol=1e-8, atol=1e-10)


@pytest.mark.parametrize("optimizer", RATES)
def test_the_loop_applies_them_and_shows_loss_and_gradient_of_the_data_alone(
    small, bare_net, optimizer, monkeypatch
):
    seen, original = [], Batches.__next__
    monkeypatch.setattr(Batches, "__next__", lambda self: seen.append(original(self)) or seen[-1])
    settings = Settings(
        steps=STEPS, optimizer=optimizer, learning_rate=RATES[optimizer], weight_decay=0.1, l1=0.01,
        warmup_steps=3, schedule="cosine", device="cpu",
    )  # fmt: skip
    run = Run(small, settings, Trainer(small, settings))
    batches = [(x[0], y[0]) for x, y in seen]
    module = bare_net(small, (1.0, 1.0), 0)
    losses = trained_by_torch(module, batches[:STEPS], settings)
    np.testing.assert_allclose(run.loss("skip")[:STEPS], losses, rtol=1e-4)
    last = functional.cross_entropy(module.states(batches[-1][0])[-1], batches[-1][1])
    gradients = torch.autograd.grad(last, [layer.weight for layer in module.layers])
    expected = [float(gradient.norm()) for gradient in gradients]
    np.testing.assert_allclose(run.gradient_norms("skip", readout=True)[-1], expected, rtol=2e-3)


def test_penalties_of_an_arm_concern_no_other():
    generator = torch.Generator().manual_seed(0)
    start = torch.randn(3, 2, 4, generator=generator)
    gradient = torch.randn(3, 2, 4, generator=generator)
    other = start.clone()
    other[:, 0] = torch.nan
    settings = Settings(weight_decay=0.1, l1=0.01)
    for weights in (start, other):
        optimizer = optimizer_for([weights], settings)
        optimizer.apply(optimizer.directions([gradient]))
    assert torch.equal(start[:, 1], other[:, 1])
    assert other[:, 0].isnan().all()


def test_weight_decay_of_none_is_that_of_the_optimizer():
    assert [Settings(optimizer=name).decay for name in RATES] == [0.0, 0.0, 0.01]
    assert Settings(optimizer="adamw", weight_decay=0.0).decay == 0.0


def test_a_run_repeated_up_to_a_step_follows_the_schedule_of_the_whole(small):
    settings = Settings(steps=10, schedule="linear", warmup_steps=2)
    part, whole = Trainer(small, settings, until=4), Trainer(small, settings)
    frames = [*part]
    assert [frame.step for frame in frames] == [0, 1, 2, 3, 4]
    for frame, other in zip(frames, whole, strict=False):
        assert (frame.loss == other.loss).all()
    assert np.isnan(frames[-1].probes["update_ratio"]).all()
