"""Networks along a sequence are trained: what they are asked for decides what they have to keep."""

import numpy as np
import pytest

from skipviz import presets, theory
from skipviz.arms import STANDARD_ARMS
from skipviz.data import DataInfo, OwnData, Split, compatibility_problems
from skipviz.data.catalogue import OWN
from skipviz.data.recall import POSITIONS, SYMBOLS, recall
from skipviz.network import Network, apply_edit
from skipviz.training import train

INSIDE = {"kind": "projection", "join": "preactivation"}


def symbol_before(samples: int = 400, positions: int = 6, symbols: int = 3) -> OwnData:
    """At every position the class is the symbol of the position before; at the first it is 0."""
    drawn = np.random.default_rng(1).integers(symbols, size=(samples, positions))
    x = np.eye(symbols, dtype=np.float32)[drawn]
    y = np.concatenate([np.zeros((samples, 1), np.int64), drawn[:, :-1]], axis=1)
    info = DataInfo(
        OWN, "Before", (positions, symbols), symbols, 0.44, "made here", "Own", per_position=True
    )
    half = samples // 2
    return OwnData(info, Split(x[:half], y[:half], x[half:], y[half:]))


def loop(readout: str = "per_position") -> Network:
    layers = [{"kind": "dense", "width": 16, "activation": "tanh"}]
    network = Network.of(layers=layers, readout={"kind": readout}, time="positions")
    return network.add_skip(1, 1, **INSIDE)


def test_one_answer_for_all_positions_is_a_problem_that_its_fix_mends() -> None:
    info = symbol_before().info
    assert compatibility_problems(info.resolve(loop()), info) == []
    (problem,) = compatibility_problems(info.resolve(loop("dense")), info)
    assert problem.message == (
        "Before wants outputs of shape 6×3, and the readout gives 3. Give one output per position."
    )
    assert apply_edit(loop("dense"), problem.fixes[0].edits[0]) == loop()


def test_what_came_a_step_ago_is_learned_with_the_skip_that_leads_back_and_not_without() -> None:
    run = train(loop(), symbol_before(), steps=150, learning_rate=0.3, batch_size=50)
    accuracy = {arm: float(run.accuracy(arm)[..., -10:].mean()) for arm in run.arms}
    assert accuracy["skip"] > 0.98
    assert accuracy["plain"] < 0.5  # 1 / 3, and the first position, which is always 0


def test_the_class_of_a_sequence_to_recall_is_its_first_symbol() -> None:
    x, y = recall()
    assert x.shape[1:] == (POSITIONS, SYMBOLS)
    assert (x.sum(2) == 1).all()
    np.testing.assert_array_equal(x[:, 0].argmax(1), y)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("recurrent", "No theory for networks that run over time."),
        ("residual_lstm", "No theory for layer 1: it is not a dense layer."),
    ],
)
def test_theory_says_what_it_does_not_cover(name: str, said: str) -> None:
    about, network = presets.info(name), presets.load(name)
    with pytest.raises(theory.TheoryError) as refusal:
        theory.predict(network, about.input_shape, about.outputs, STANDARD_ARMS["skip"])
    assert str(refusal.value) == said
