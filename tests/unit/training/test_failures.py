"""NaN or infinity ends one arm, says where, and leaves the others alone."""

import numpy as np
import pytest
import torch

from skipviz.engine.training.trainer import Trainer
from skipviz.settings import Settings
from skipviz.training import Run

ARMS = ("skip", "plain")


def finish(trainer: Trainer, poison=None, at: int = 3) -> Run:
    """Run to the end; `poison` is called before step `at`."""
    run = Run(trainer.network, trainer.settings)
    while not trainer.finished:
        if poison is not None and run.steps == at:
            poison(trainer)
        run.extend([trainer.step()])
    return run


def set_weight(name: str, copy: int, value: float):
    def poison(trainer: Trainer) -> None:
        with torch.no_grad():
            trainer.stack.tensors()[name][copy] = value

    return poison


@pytest.fixture
def trainer(small) -> Trainer:
    return Trainer(small, Settings(arms=ARMS, steps=8))


def test_a_failure_names_arm_step_layer_and_what_broke(trainer):
    run = finish(trainer, set_weight("layer4.weight", copy=1, value=float("nan")))
    (failure,) = run.failures
    assert (failure.arm, failure.seed, failure.step) == ("plain", 0, 3)
    assert (failure.layer, failure.quantity) == (4, "state")
    assert str(failure) == "state of layer 4 became NaN or infinite at step 3"


def test_a_broken_arm_changes_no_number_of_the_others(small, trainer):
    broken = finish(trainer, set_weight("layer4.weight", copy=1, value=float("nan")))
    whole = finish(Trainer(small, trainer.settings))
    assert np.array_equal(broken.gradient_norms("skip"), whole.gradient_norms("skip"))
    assert np.array_equal(broken.loss("skip"), whole.loss("skip"))
    assert np.array_equal(broken.accuracy("skip", "test"), whole.accuracy("skip", "test"))


def test_frames_before_the_failure_are_kept_and_later_ones_are_nan(trainer):
    run = finish(trainer, set_weight("layer4.weight", copy=1, value=float("nan")))
    losses = run.loss("plain")
    assert run.steps == 9
    assert np.isfinite(losses[:3]).all()
    assert np.isnan(losses[3:]).all()


def test_the_run_ends_when_every_arm_has_failed(trainer):
    def both(trainer: Trainer) -> None:
        for copy in (0, 1):
            set_weight("layer2.weight", copy, float("inf"))(trainer)

    run = finish(trainer, both)
    assert run.steps == 4
    assert {failure.arm for failure in run.failures} == set(ARMS)


def test_an_exploding_arm_fails_by_itself(small):
    network = small.change_defaults(activation="relu").change_defaults(
        init={"scheme": "he", "gain": 30}
    )
    run = finish(Trainer(network, Settings(arms=ARMS, steps=30, learning_rate=10)))
    assert run.failures
    assert all(1 <= failure.layer <= 7 for failure in run.failures)
