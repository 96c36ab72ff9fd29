"""What is said to someone who asks a run, or for a run, for what there is not."""

from typing import Any

import pytest

from skipviz.network import Network
from skipviz.settings import Settings
from skipviz.training import Run, train

SMALL = Network.mlp(depth=2, width=4, skips=((1, 2),))


@pytest.fixture(scope="module")
def run() -> Run:
    return train(SMALL, steps=1)


@pytest.mark.parametrize(
    ("ask", "said"),
    [
        (lambda run: run.gradient_norms("bogus"), "no arm 'bogus'. Known are skip, plain."),
        (lambda run: run.loss("bogus"), "no arm 'bogus'. Known are skip, plain."),
        (lambda run: run.snapshot("dead", "bogus"), "no arm 'bogus'. Known are skip, plain."),
        (lambda run: run.gradient_norms("skip", of="states"), "weight or state, not of 'states'."),
        (lambda run: run.loss("skip", "val"), "batch, train or test, not of 'val'."),
        (lambda run: run.accuracy("skip", "val"), "batch, train or test, not of 'val'."),
        (lambda run: run.loss("skip", seed=3), "no seed 3. Seeds count within it: 0."),
    ],
)
def test_a_run_names_what_it_has(run, ask, said):
    for each in (run, Run(SMALL, Settings())):
        with pytest.raises(ValueError) as caught:  # noqa: PT011
            ask(each)
        assert str(caught.value).endswith(said)


def test_a_run_of_several_seeds_names_them():
    run = Run(SMALL, Settings(seeds=3))
    with pytest.raises(ValueError, match="Seeds count within it: 0 to 2"):
        run.loss("skip", seed=3)
    assert len(run.loss("skip", seed=2)) == 0


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"lr": 0.1}, "There is no setting 'lr'. Did you mean learning_rate?"),
        ({"learningrate": 0.1}, "There is no setting 'learningrate'. Did you mean learning_rate?"),
        ({"arms": "skip"}, "arms: give names in a tuple, as in arms=('skip',)."),
        ({"steps": -1}, "steps: Input should be greater than or equal to 0, not -1."),
        ({"arms": ("skip", "skip")}, "An arm is named twice."),
    ],
)
def test_settings_that_cannot_be_are_refused_in_words(fields: dict[str, Any], said: str):
    with pytest.raises(ValueError) as caught:  # noqa: PT011
        train(SMALL, **fields)
    assert str(caught.value) == said


def test_what_is_far_from_every_setting_lists_them_all():
    with pytest.raises(ValueError, match="Known are data, noise, test_share, arms"):
        train(SMALL, zzz=1)
