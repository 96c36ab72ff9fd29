"""NaN or infinity ends one arm, says where, and leaves the others alone."""

import numpy as np
import pytest
import torch

from skipviz.engine.training.failures import FailureWatch
from skipviz.engine.training.trainer import Trainer
from skipviz.settings import Settings
from skipviz.training import Run
from tests.bounded import steps_to_the_end

ARMS = ("skip", "plain")


def finish(trainer: Trainer, poison=None, at: int = 3) -> Run:
    """Run to the end; `poison` is called before step `at`."""
    run = Run(trainer.network, trainer.settings)
    for _ in steps_to_the_end(trainer):
        if poison is not None and run.steps == at:
            poison(trainer)
        run.extend([trainer.step()])
    return run


def set_weight(name: str, replica: int, value: float):
    def poison(trainer: Trainer) -> None:
        with torch.no_grad():
            trainer.stack.tensors()[name][replica] = value

    return poison


@pytest.fixture
def trainer(small) -> Trainer:
    return Trainer(small, Settings(arms=ARMS, steps=8))


def test_a_failure_names_arm_step_layer_and_what_broke(trainer):
    run = finish(trainer, set_weight("layer4.weight", replica=1, value=float("nan")))
    (failure,) = run.failures
    assert (failure.arm, failure.seed, failure.step) == ("plain", 0, 3)
    assert (failure.layer, failure.quantity) == (4, "state")
    assert failure.text(4) == "the state of layer 4 became NaN or infinite at step 3"
    assert failure.text(3) == "the state of the readout became NaN or infinite at step 3"


def test_a_broken_arm_changes_no_number_of_the_others(small, trainer):
    broken = finish(trainer, set_weight("layer4.weight", replica=1, value=float("nan")))
    whole = finish(Trainer(small, trainer.settings))
    assert np.array_equal(broken.gradient_norms("skip"), whole.gradient_norms("skip"))
    assert np.array_equal(broken.loss("skip"), whole.loss("skip"))
    assert np.array_equal(broken.accuracy("skip", "test"), whole.accuracy("skip", "test"))


def test_frames_before_the_failure_are_kept_and_later_ones_are_nan(trainer):
    run = finish(trainer, set_weight("layer4.weight", replica=1, value=float("nan")))
    losses = run.loss("plain")
    assert run.steps == 9
    assert np.isfinite(losses[:3]).all()
    assert np.isnan(losses[3:]).all()


def test_the_run_ends_when_every_arm_has_failed(trainer):
    def both(trainer: Trainer) -> None:
        for replica in (0, 1):
            set_weight("layer2.weight", replica, float("inf"))(trainer)

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


def watched(
    losses: list[float], gradients: list[list[float]], states: list[list[float]], **weighted: object
) -> tuple[FailureWatch, list[tuple[str, int, int, str]]]:
    """A watch of two arms and what it says of step 5; `states` (layers, replicas)."""
    watch = FailureWatch(ARMS, [7], np.array(weighted.get("weighted", [True, True, True])))
    tensors = [torch.tensor(state)[:, None] for state in states]
    found = watch.look(5, np.array(losses), tensors, np.array(gradients))
    return watch, [(f.arm, f.seed, f.layer, f.quantity) for f in found]


NAN, INF = float("nan"), float("inf")
SOUND = [[1.0, 1.0]] * 3


def test_forward_trouble_starts_at_the_first_bad_state() -> None:
    states = [[1.0, 1.0], [1.0, INF], [1.0, NAN]]
    _, found = watched([1.0, NAN], [[1, 1, 1], [NAN, NAN, NAN]], states)
    assert found == [("plain", 7, 2, "state")]


def test_backward_trouble_starts_at_the_last_bad_gradient() -> None:
    _, found = watched([1.0, 1.0], [[1, 1, 1], [INF, NAN, 1]], SOUND)
    assert found == [("plain", 7, 2, "gradient")]


def test_a_loss_alone_fails_behind_the_last_layer() -> None:
    _, found = watched([INF, 1.0], [[1, 1, 1], [1, 1, 1]], SOUND)
    assert found == [("skip", 7, 3, "loss")]


def test_norms_of_layers_without_weights_say_nothing() -> None:
    gradients = [[1, NAN, 1], [1, NAN, 1]]
    _, found = watched([1.0, 1.0], gradients, SOUND, weighted=[True, False, True])
    assert found == []


def test_each_replica_is_reported_once_and_the_end_is_when_all_have_failed() -> None:
    watch, found = watched([1.0, NAN], [[1, 1, 1], [1, 1, 1]], SOUND)
    assert [arm for arm, *_ in found] == ["plain"]
    assert not watch.all_failed
    states = [torch.ones(2, 1)] * 3
    again = watch.look(6, np.array([NAN, NAN]), states, np.ones((2, 3)))
    assert [(failure.arm, failure.step) for failure in again] == [("skip", 6)]
    assert watch.all_failed
