"""A study told while it is going on: soon something to see, and the same numbers in the end."""

import numpy as np
import pytest

from skipviz.studies import Study, trials
from skipviz.studies.bundles import Bundle, plan
from skipviz.studies.live import FIRST_SECONDS, live, paced
from skipviz.studies.worker import compute

LONG = Study(
    depth=(20, 30),
    width=64,
    pattern=("none", "residual 2", "every 3", "ends"),
    arms=("skip", "plain", "gradient_only"),
    measure="training",
    steps=1_000,
    seeds=4,
)
SHORT = LONG.model_copy(update={"depth": (4,), "width": (8,), "steps": 5})


def keys(bundles: list[Bundle]) -> list[str]:
    return [trial.key for bundle in bundles for trial in bundle.trials]


def test_the_first_bundle_is_small_and_each_may_be_twice_as_large_as_the_one_before() -> None:
    _, given = plan(trials(LONG))
    bundles = list(paced(given))
    assert sorted(keys(bundles)) == sorted(keys(given))
    assert max(bundle.cost for bundle in given) > 20 * FIRST_SECONDS
    for place, bundle in enumerate(bundles):
        assert bundle.cost <= FIRST_SECONDS * 2**place or len(bundle.trials) == 1
    assert sum(b.cost for b in bundles) < 1.5 * sum(b.cost for b in given)


def test_small_studies_are_left_in_the_bundles_they_came_in() -> None:
    _, given = plan(trials(SHORT))
    assert list(paced(given)) == given


def test_halves_hold_all_runs_once() -> None:
    _, (bundle, *_) = plan(trials(SHORT))
    while len(bundle.trials) > 1:
        first, second = bundle.halves()
        assert sorted(keys([first, second])) == sorted(keys([bundle]))
        bundle = first


def test_half_a_bundle_measures_what_the_whole_one_does() -> None:
    _, (bundle, *_) = plan(trials(SHORT))
    whole = {result.key: result for result in compute(bundle)}
    for half in bundle.halves()[0].halves():
        for result in compute(half):
            same = whole[result.key]
            assert result.test_loss == pytest.approx(same.test_loss, rel=1e-4)
            np.testing.assert_allclose(result.weight_gradients, same.weight_gradients, rtol=2e-5)


def test_every_part_says_how_far_the_study_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("skipviz.studies.live.TELL_EVERY", 0.0)
    parts = list(live(SHORT))
    assert (parts[0].results, parts[0].share) == ([], 0.0)
    shares = [part.share for part in parts]
    assert shares == sorted(shares)
    assert shares[-1] == pytest.approx(1.0)
    assert any(0 < part.share < 1 and not part.results for part in parts)
    found = [result.key for part in parts for result in part.results]
    assert sorted(found) == sorted(trial.key for trial in trials(SHORT))


def test_what_cannot_be_drawn_is_told_at_once() -> None:
    wrong = Study(depth=4, pattern={"name": "wrong", "skips": [[1, 99]]})
    (part,) = live(wrong)
    assert len(part.results) == len(trials(wrong))
    assert {result.status for result in part.results} == {"failed"}
