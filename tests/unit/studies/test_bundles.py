"""Runs computed together give the numbers they give alone."""

import numpy as np
import pytest

from skipviz.network import Network
from skipviz.studies import Study, trials
from skipviz.studies.bundles import Bundle, plan
from skipviz.studies.worker import compute
from skipviz.training import train

MIXED = Study(
    depth=6,
    width=16,
    activation="tanh",
    pattern=("none", "residual 2", "every 2", "dense add", "mirror", "ends", "dense"),
    arms=("skip", "gradient_only"),
    seeds=2,
)


def results(study: Study) -> list:
    failed, bundles = plan(trials(study))
    return [*failed, *(result for bundle in bundles for result in compute(bundle))]


def test_every_run_is_in_one_bundle() -> None:
    found = trials(MIXED)
    failed, bundles = plan(found)
    keys = [trial.key for bundle in bundles for trial in bundle.trials]
    assert failed == []
    assert sorted(keys) == sorted(trial.key for trial in found)


def test_networks_that_differ_in_plain_skips_share_a_stack() -> None:
    _, bundles = plan(trials(MIXED))
    together, dense = bundles
    patterns = {str(trial.factors["pattern"]) for trial in together.trials}
    assert patterns == {pattern.name for pattern in MIXED.pattern} - {"dense"}
    assert {trial.factors["pattern"] for trial in dense.trials} == {"dense"}


def test_together_they_measure_what_each_measures_alone() -> None:
    _, bundles = plan(trials(MIXED))
    together = bundles[0]
    alone = [r for variant in together.alone() for r in compute(variant)]
    for one, other in zip(compute(together), alone, strict=True):
        assert one.key == other.key
        np.testing.assert_allclose(one.weight_gradients, other.weight_gradients, rtol=2e-5)
        np.testing.assert_allclose(one.state_gradients, other.state_gradients, rtol=2e-5)
        assert one.predicted_gradients == other.predicted_gradients


@pytest.mark.parametrize("arm", ["skip", "plain", "gradient_only", "forward_only"])
def test_the_gradient_is_that_of_an_ordinary_run(arm: str) -> None:
    study = Study(depth=5, width=16, pattern=("none", "residual 2"), arms=(arm,), seeds=2, seed=3)
    network = Network.mlp(depth=5, width=16, skips=((1, 3), (3, 5)))
    run = train(network, arms=(arm,), steps=0, seed=3, seeds=2)
    found = [r for r in results(study) if r.factors["pattern"] == "residual 2"]
    for seed, result in enumerate(found):
        truth = run.gradient_norms(arm, seed=seed)[0]
        np.testing.assert_allclose(result.weight_gradients, truth, rtol=2e-5)
        assert result.ratio == pytest.approx(truth[0] / truth[-1], rel=1e-4)
        truth = run.gradient_norms(arm, of="state", seed=seed)[0]
        np.testing.assert_allclose(result.state_gradients, truth, rtol=2e-5)


def test_training_ends_where_an_ordinary_run_ends() -> None:
    study = Study(depth=4, width=16, pattern="residual 2", measure="training", steps=6, seeds=2)
    network = Network.mlp(depth=4, width=16, skips=((1, 3),))
    run = train(network, arms=("skip",), steps=6, seeds=2)
    for seed, result in enumerate(results(study)):
        assert result.train_loss == pytest.approx(run.loss("skip", "train", seed)[-1], rel=1e-5)
        assert result.test_score == pytest.approx(run.accuracy("skip", "test", seed)[-1])
        assert result.start_loss == pytest.approx(run.loss("skip", "train", seed)[0], rel=1e-5)
        assert result.start_score == pytest.approx(run.accuracy("skip", "test", seed)[0])
        np.testing.assert_allclose(
            result.trained_gradients, run.gradient_norms("skip", seed=seed)[-1], rtol=1e-5
        )


def test_seeds_already_made_leave_stretches_that_are_made_on_their_own() -> None:
    found = trials(Study(depth=3, seeds=14))
    _, bundles = plan([trial for trial in found if trial.seed != 2])
    seeds = [[trial.seed for trial in bundle.trials] for bundle in bundles]
    assert seeds == [[0, 1], [*range(3, 13)], [13]]


def test_what_cannot_be_built_fails_alone_and_says_why() -> None:
    study = Study(
        depth=4,
        width=16,
        pattern=("none", {"name": "from the input", "skips": [[0, 4]]}, "ends"),
        seeds=1,
    )
    found = {str(result.factors["pattern"]): result for result in results(study)}
    network = Network.mlp(depth=4, width=16, skips=((0, 4),))
    assert found["from the input"].status == "failed"
    assert found["from the input"].message == str(network.check((64,), 10)[0])
    assert [found[name].status for name in ("none", "ends")] == ["done", "done"]


def test_a_stack_that_breaks_is_taken_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    """The variant at error fails with its message; the others are made without it."""
    from skipviz.studies import worker as module

    whole = module._at_start

    def broken(network: Network, settings: object) -> object:
        if any(skip.ends == (1, 6) for skip in network.skips):
            raise MemoryError("too large")
        return whole(network, settings)

    monkeypatch.setattr(module, "_at_start", broken)
    found = compute(Bundle(plan(trials(MIXED))[1][0].variants))
    failed = {str(r.factors["pattern"]): r.message for r in found if r.status == "failed"}
    assert failed == dict.fromkeys(["dense add", "mirror", "ends"], "MemoryError: too large")


def test_a_run_that_diverges_says_where() -> None:
    study = Study(
        depth=6, activation="identity", measure="training", steps=40, learning_rate=9.0, seeds=1
    )
    (result,) = results(study)
    assert result.status == "done"
    assert "became NaN or infinite at step" in result.message
    assert result.train_loss is None


def test_the_prediction_is_that_of_the_theory() -> None:
    """Tanh, Xavier: the theory's ratio lies within a third of the measured one (width 128)."""
    study = Study(
        depth=(8, 16), width=128, activation="tanh", init="xavier", pattern="residual 1", seeds=3
    )
    for result in results(study):
        assert result.predicted == result.predicted_gradients[0]
        assert result.ratio == pytest.approx(result.predicted, rel=0.34)
