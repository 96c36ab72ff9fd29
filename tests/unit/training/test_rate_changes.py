"""A learning rate changed during a run is kept with its step, and the settings repeat the run."""

import numpy as np
import pytest
from pydantic import ValidationError

from skipviz import link
from skipviz.engine.training.trainer import Trainer
from skipviz.settings import MAX_RATE_CHANGES, Settings
from skipviz.training import Run, train
from tests.bounded import steps_to_the_end

WAYS = [
    {},
    {"optimizer": "adam", "learning_rate": 0.003, "l1": 0.001},
    {"schedule": "cosine", "warmup_steps": 4, "clip": 0.5, "weight_decay": 0.01},
]


def changed_by_hand(network, settings, changes):
    trainer, run = Trainer(network, settings), Run(network, settings)
    for _ in steps_to_the_end(trainer):
        for rate in changes.get(run.steps, ()):
            trainer.set_learning_rate(rate)
        run.extend([next(trainer)])
    return run


def numbers(run):
    names = [name for name in run._rows.names if "seconds" not in name]
    return [
        *(run._rows.column(name) for name in names),
        *(run.accuracy(arm, "test") for arm in run.arms),
    ]


def same(one, other):
    pairs = zip(numbers(one), numbers(other), strict=True)
    return all(np.array_equal(a, b, equal_nan=True) for a, b in pairs)


@pytest.mark.parametrize("way", WAYS)
def test_settings_of_a_run_changed_by_hand_repeat_it_bit_for_bit(small, way, tmp_path):
    settings = Settings(steps=14, **way)
    run = changed_by_hand(small, settings, {3: [0.05, 0.01], 9: [0.002], 14: [1.0]})
    assert run.settings.rate_changes == ((3, 0.01), (9, 0.002))
    assert run.settings.learning_rate == settings.learning_rate
    network, opened = link.decode(link.encode(small, run.settings))
    again = train(network, **dict(opened))
    assert same(run, again)
    still = train(small, **dict(settings))
    assert not np.array_equal(run.loss("skip"), still.loss("skip"))
    assert np.array_equal(run.loss("skip")[:4], still.loss("skip")[:4])
    run.save(tmp_path / "run.npz")
    assert Run.load(tmp_path / "run.npz").settings == run.settings


def test_a_rate_set_before_the_first_update_is_that_of_the_run(small):
    run = changed_by_hand(small, Settings(steps=3), {0: [0.05]})
    assert run.settings == Settings(steps=3, learning_rate=0.05)


def test_a_rate_set_by_hand_stays_until_it_is_set_again(small):
    planned = Settings(steps=9, rate_changes=((2, 0.05), (6, 0.5)))
    run = changed_by_hand(small, planned, {4: [0.01]})
    assert run.settings.rate_changes == ((2, 0.05), (4, 0.01))
    again = train(small, **dict(run.settings))
    assert np.array_equal(run.loss("skip"), again.loss("skip"))


def test_the_same_rate_again_is_no_change(small):
    run = changed_by_hand(small, Settings(steps=6), {2: [0.02], 3: [0.04], 4: [0.04]})
    assert run.settings.rate_changes == ((3, 0.04),)


def test_no_more_changes_are_taken_than_settings_hold(small):
    changes = {k: [0.01 + k / 1e4] for k in range(1, MAX_RATE_CHANGES + 5)}
    run = changed_by_hand(small, Settings(steps=MAX_RATE_CHANGES + 6, probes="minimal"), changes)
    assert len(run.settings.rate_changes) == MAX_RATE_CHANGES
    assert Settings.model_validate(run.settings.model_dump()) == run.settings
    again = train(small, **dict(run.settings))
    assert np.array_equal(run.loss("plain"), again.loss("plain"))


@pytest.mark.parametrize("changes", [((5, 0.1), (5, 0.2)), ((5, 0.1), (2, 0.2)), ((0, 0.1),)])
def test_changes_out_of_order_and_at_the_start_are_refused(changes):
    with pytest.raises(ValidationError):
        Settings(rate_changes=changes)
