"""At which steps a run is evaluated and its costly probes are taken, and on what they depend."""

import inspect
import itertools
import time
from collections.abc import Callable

import numpy as np
import pytest
import torch

from skipviz import data
from skipviz.data.plane import OUTPUTS, plane_points
from skipviz.engine.training.train import stream, train
from skipviz.engine.training.trainer import Trainer
from skipviz.network import Network
from skipviz.runs.frame import Frame
from skipviz.settings import Settings
from tests.bounded import steps_to_the_end

NETWORK = Network.mlp(depth=2, width=4, activation="tanh", skips=((1, 2),))


def frames(**fields: object) -> list[Frame]:
    trainer = Trainer(NETWORK, Settings(**{"data": "moons", "device": "cpu", **fields}))
    return [trainer.step() for _ in steps_to_the_end(trainer)]


def test_evaluations_and_snapshots_come_at_their_steps_and_at_the_last() -> None:
    found = frames(steps=7, evaluate_every=3, snapshot_every=5)
    assert [frame.step for frame in found] == [*range(8)]
    assert [frame.step for frame in found if frame.evaluation] == [0, 3, 6, 7]
    assert [frame.step for frame in found if frame.snapshot] == [0, 5, 7]


@pytest.mark.parametrize("tier", ["minimal", "standard", "full"])
@pytest.mark.parametrize("name", ["moons", "digits"])
def test_the_plane_is_looked_at_where_there_is_one_and_something_is_to_be_seen(name, tier) -> None:
    (frame,) = frames(steps=0, data=name, probes=tier)
    assert (OUTPUTS in (frame.snapshot or {})) == (name == "moons" and tier != "minimal")


@pytest.mark.parametrize("name", ["moons", "plane"])
def test_what_is_said_of_the_plane_are_probabilities_or_the_quantity_itself(name: str) -> None:
    trainer = Trainer(NETWORK, Settings(data=name, steps=0, arms=("skip",), device="cpu"))
    said = trainer.step().snapshot[OUTPUTS][0, 0]
    points = torch.from_numpy(plane_points(data.load(name)))
    with torch.no_grad():
        outputs = trainer.stack.eval()(points[None])[0].double()
    expected = outputs.softmax(1) if name == "moons" else outputs
    np.testing.assert_allclose(said, expected.numpy().T, rtol=1e-5, atol=1e-6)


def test_an_evaluation_is_of_the_whole_split_and_changes_nothing() -> None:
    one, all_the_time = (frames(steps=6, evaluate_every=every) for every in (6, 1))
    for a, b in zip(one, all_the_time, strict=True):
        assert np.array_equal(a.loss, b.loss)
    trainer = Trainer(NETWORK, Settings(data="moons", steps=0, arms=("skip",), device="cpu"))
    found = trainer.step().evaluation
    split = data.load("moons")
    for x, y, loss, score in [
        (split.train_x, split.train_y, found.train_loss, found.train_accuracy),
        (split.test_x, split.test_y, found.test_loss, found.test_accuracy),
    ]:
        logits = trainer.stack.eval()(torch.from_numpy(x)[None])[0].detach()
        expected = torch.nn.functional.cross_entropy(logits, torch.from_numpy(y))
        assert loss.item() == pytest.approx(expected.item(), rel=1e-5)
        right = (logits.argmax(1).numpy() == y).mean()
        assert score.item() == pytest.approx(right, rel=1e-6)


def test_the_clock_of_a_run_goes_on_and_counts_no_more_than_has_passed() -> None:
    began = time.perf_counter()
    found = frames(steps=4)
    passed = time.perf_counter() - began
    clock = [0.0, *(frame.seconds for frame in found)]
    assert all(before < after for before, after in itertools.pairwise(clock))
    assert all(0 < frame.probe_seconds < frame.seconds <= passed for frame in found)


@pytest.mark.parametrize("call", [train, stream])
def test_what_is_not_said_is_as_in_the_settings(call: Callable[..., object]) -> None:
    usual = Settings()
    said = inspect.signature(call).parameters
    for name, value in usual.model_dump().items():
        if name in said:
            assert said[name].default == value, name
