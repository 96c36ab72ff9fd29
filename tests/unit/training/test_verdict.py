"""What a run is said to show, from frames made for the purpose."""

import numpy as np
import pytest

from skipviz import presets
from skipviz.network import Init, Network
from skipviz.settings import Settings
from skipviz.training import Evaluation, Failure, Frame, Run, train
from skipviz.training.verdict import finding, number_text, sentence, summarise

NETWORK = Network.mlp(depth=3, width=4)


def run_of(ratios, losses, arms=("skip", "plain"), accuracy=0.5) -> Run:
    """`ratios` and `losses` per arm: |dL/dW_1| / |dL/dW_3|, and the batch loss of every step."""
    run = Run(NETWORK, Settings(arms=arms, steps=len(losses[0])))
    norms = np.array([[[ratio, 0.5, 1.0, 2.0]] for ratio in ratios])
    probes = {"weight_gradient": norms, "state_gradient": norms}
    for step, at_step in enumerate(zip(*losses, strict=True)):
        loss = np.array(at_step)[:, None]
        done = Evaluation(loss, loss, loss, np.full_like(loss, accuracy)) if step == 0 else None
        run.extend([Frame(step, 0.1 * step, loss, loss, probes, done)])
    return run


def falling(steps=60):
    return list(np.linspace(2.3, 0.1, steps))


@pytest.mark.parametrize(
    ("ratio", "state"),
    [(1e-9, "vanished"), (1e-4, "vanishing"), (0.3, "healthy"), (1e5, "exploding")],
)
def test_the_ratio_of_first_to_last_layer_tells_the_state(ratio, state):
    run = run_of([ratio, ratio], [falling(), falling()])
    assert finding(run, "skip").state == state
    assert finding(run, "skip").ratio == pytest.approx(ratio)


def test_a_healthy_gradient_with_a_loss_that_stays_is_not_training():
    run = run_of([0.5, 0.5], [[2.3] * 60, falling()])
    assert finding(run, "skip").state == "not training"
    assert finding(run, "plain").state == "healthy"


def test_patience_comes_first_nobody_is_judged_by_a_few_steps():
    run = run_of([0.5, 0.5], [[2.3] * 20, [2.3] * 20])
    assert finding(run, "skip").state == "healthy"


def test_nan_is_a_failure():
    run = run_of([np.nan, 0.5], [[np.nan] * 3, falling(3)])
    assert finding(run, "skip").state == "failed"
    assert "broke down" in summarise(run)["verdict"]


def test_an_exact_zero_is_vanished_and_no_division_fault():
    run = run_of([0.0, 0.5], [falling(), falling()])
    assert finding(run, "skip").state == "vanished"


def test_an_arm_that_failed_is_said_to_have_whatever_its_last_numbers_are():
    run = run_of([0.5, 0.5], [falling(3), falling(3)])
    run.failures = (Failure("skip", 0, 1, 2, "gradient"),)
    assert finding(run, "skip", at=0).state == "healthy"
    assert finding(run, "skip").state == "failed"
    assert np.isnan(finding(run, "skip").ratio)
    assert finding(run, "plain").state == "healthy"


def test_after_an_arm_without_a_number_the_other_says_what_is_compared():
    run = run_of([0.3, np.nan], [falling(3), falling(3)])
    assert summarise(run)["verdict"] == (
        "Without the skips, training broke down (NaN or infinite). "
        "With them, layer 1 gets 0.3 of the last layer's gradient."
    )


@pytest.mark.parametrize("name", ["rezero", "skipinit"])
def test_a_last_layer_without_a_gradient_at_first_is_no_failure(name):
    run = train(presets.load(name), steps=0, arms=("skip",))
    assert finding(run, "skip").state == "none in the last layer"
    verdict = run.summary()["verdict"]
    assert verdict == "With the skips, the last layer gets no gradient yet."


def test_gradients_whose_squares_overflow_are_measured_and_no_failure():
    network = Network.mlp(70, 32, "identity", init=Init(scheme="orthogonal", gain=2.0))
    network = network.change_defaults(init={"scheme": "orthogonal", "gain": 2.0})
    run = train(network, steps=0, arms=("skip",))
    assert run.failures == ()
    assert 1e20 < run.gradient_norms("skip")[0, 0] < 1e23
    assert finding(run, "skip").state == "healthy"


def test_the_first_and_the_last_layer_that_have_weights_are_named():
    dense = {"kind": "dense", "width": 8}
    layers = [{"kind": "identity"}, dense, dense, {"kind": "identity"}]
    verdict = train(Network.of(layers=layers), steps=0, arms=("skip",)).summary()["verdict"]
    assert "layer 2 gets" in verdict
    assert "of layer 3's gradient" in verdict


@pytest.mark.parametrize(
    ("layers", "said"),
    [
        ([{"kind": "identity", "norm": "layer"}], "No layer has weights"),
        ([{"kind": "identity"}, {"kind": "dense", "width": 4}], "Only layer 2 has weights"),
    ],
)
def test_where_there_is_nothing_to_compare_the_sentence_says_so(layers, said):
    run = train(Network.of(layers=layers), steps=1)
    assert run.summary()["verdict"].startswith(said)
    assert finding(run, "skip").state == "too few weights"


def test_the_sentence_names_both_arms_and_colours_their_numbers():
    run = run_of([0.3, 1e-9], [falling(), falling()])
    pieces = sentence(run)
    text = "".join(piece for piece, _ in pieces)
    assert text == (
        "Without the skips, layer 1 gets 1 × 10⁻⁹ of the last layer's gradient: it vanished. "
        "With them, 0.3."
    )
    assert [(piece, arm) for piece, arm in pieces if arm] == [
        ("1 × 10⁻⁹", "plain"),
        ("0.3", "skip"),
    ]


def test_one_arm_alone_gets_one_sentence():
    run = run_of([0.3], [falling()], arms=("skip",))
    assert (
        summarise(run)["verdict"]
        == "With the skips, layer 1 gets 0.3 of the last layer's gradient."
    )


def test_a_finding_at_an_earlier_step_knows_nothing_of_later_ones():
    run = run_of([0.5, 0.5], [[2.3] * 60, falling()])
    assert finding(run, "skip", at=10).state == "healthy"
    assert finding(run, "plain", at=10).loss == pytest.approx(falling()[10])


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (0.184, "0.18"),
        (42.3, "42"),
        (99.7, "100"),
        (1234.0, "1234"),
        (6.2e-15, "6.2 × 10⁻¹⁵"),
    ],
)
def test_numbers_are_written_as_people_write_them(value, text):
    assert number_text(value) == text
