"""How much of the label can be read out of every state by a linear map."""

from collections.abc import Iterator

import numpy as np
import torch

from skipviz import data
from skipviz.arms import arm_label
from skipviz.charts import Axis, Lines, Number, over_seeds
from skipviz.engine.measures.minimal import minimal
from skipviz.engine.training.trainer import Trainer
from skipviz.language import _
from skipviz.measures.results import Result
from skipviz.network import Network
from skipviz.settings import Settings
from skipviz.text import listed, percent_text, percents_alike
from skipviz.types import Array

RIDGE = 1e-3  # of the number of samples, on standardised features
ARMS = ("skip", "plain")


def linear_probes(network: Network, settings: Settings) -> Iterator[Result]:
    """Test accuracy of a linear probe on every state, at the first weights and after training."""
    trainer = Trainer(network, minimal(settings, arms=ARMS))
    start = probe_accuracies(trainer)
    yield _result(start, None, 0, settings)
    while not trainer.finished:
        trainer.step()
    yield _result(start, probe_accuracies(trainer), settings.steps, settings)


def probe_accuracies(trainer: Trainer) -> Array:
    """(arms, seeds, layers 1..N): test accuracy of a linear probe on the state as it is now."""
    split = data.load(trainer.settings.data)
    train, test = (_states(trainer, x) for x in (split.train_x, split.test_x))
    scores = [
        [
            _score(a[replica], split.train_y, b[replica], split.test_y)
            for a, b in zip(train, test, strict=True)
        ]
        for replica in range(trainer.stack.replicas)
    ]
    return np.array(scores).reshape(len(ARMS), trainer.settings.seeds, -1)


@torch.no_grad()
def _states(trainer: Trainer, x: Array) -> list[Array]:
    """Per layer 1..N (replicas, samples, features), float64."""
    stack = trainer.stack
    with stack.fork_rng():
        states = stack.states(torch.from_numpy(x).expand(stack.replicas, *x.shape))
    return [state.flatten(2).double().numpy() for state in states[1:-1]]


def _score(x: Array, y: Array, test_x: Array, test_y: Array) -> float:
    """Accuracy of ridge regression on one-hot labels, a linear classifier in closed form.

    `x` is (samples, features), `y` (samples,) class numbers.
    """
    mean, deviation = x.mean(0), x.std(0)
    scale = np.where(deviation > 0, deviation, 1.0)
    z, test_z = (x - mean) / scale, (test_x - mean) / scale
    classes = int(y.max()) + 1
    targets = np.eye(classes)[y] - 1 / classes
    gram = z.T @ z + RIDGE * len(z) * np.eye(z.shape[1])
    weights = np.linalg.solve(gram, z.T @ targets)
    return float(((test_z @ weights).argmax(1) == test_y).mean())


def _result(start: Array, end: Array | None, steps: int, settings: Settings) -> Result:
    now = start if end is None else end
    when = _("at the first weights") if end is None else _("after {steps} steps", steps=steps)
    curves = [
        over_seeds(listed((arm_label(arm), when)), each, arm)
        for arm, each in zip(ARMS, now, strict=True)
    ]
    if end is not None:
        curves += [
            over_seeds(listed((arm_label(arm), _("before training"))), np.median(each, 0))
            for arm, each in zip(ARMS, start, strict=True)
        ]
    last = {arm: float(np.median(each[:, -1])) for arm, each in zip(ARMS, now, strict=True)}
    writes = percents_alike(last.values())
    return Result(
        verdict=_(
            "From the last state a linear probe reads {skips} of the test digits with skips and "
            "{plain} without, {when}.",
            skips=writes(last["skip"]),
            plain=writes(last["plain"]),
            when=when,
        ),
        note=_(
            "Ridge regression on the states of the train split, accuracy on the test split; median "
            "and range of {seeds} seeds. Chance is 10 %.",
            seeds=settings.seeds,
        ),
        figure=Lines(
            tuple(curves),
            Axis(_("layer (1 = next to the input)")),
            Axis(_("accuracy of a linear probe")),
        ),
        numbers=tuple(
            Number(_("layer 1, {arm}", arm=arm_label(arm)), percent_text(np.median(each[:, 0])))
            for arm, each in zip(ARMS, now, strict=True)
        ),
        values=tuple(last.items()),
    )
