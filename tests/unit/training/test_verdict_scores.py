"""What scores and losses are held against, and what is not said of them."""

import numpy as np
import pytest

from skipviz.data import own
from skipviz.network import Network
from skipviz.runs.verdict import finding
from skipviz.training import train
from tests.unit.training.made_runs import FLAT, NETWORK, run_of, text_of


@pytest.mark.parametrize(("start", "said"), [("1378", True), ("10.74", True), ("2.30", False)])
def test_a_loss_that_falls_to_that_of_guessing_is_told_with_it(start, said):
    text = text_of(run_of([FLAT], losses=((float(start), 2.3),)))
    assert f"the training loss goes from {start} to 2.30" in text
    assert ("it hardly learns" in text, "to 2.30; guessing has 2.30." in text) == (True, said)


def test_where_one_class_is_rare_learning_is_told_by_the_loss_and_guessing_by_its_share():
    x = np.random.default_rng(0).normal(size=(400, 2))
    labels = own.classes_of([str(int(each)) for each in x.sum(1) > 2.8], str)
    given = own.own_data(x, labels, own.Told("rare"))
    network = Network.mlp(3, 8, "relu", "he", skips=((1, 3),))
    run = train(network, data=given, steps=60, learning_rate=0.1)
    rare = float(labels.y.mean())
    guessing = -rare * np.log(rare) - (1 - rare) * np.log(1 - rare)
    assert run.info.guessing == pytest.approx(guessing)
    for arm in ("skip", "plain"):
        assert run.loss(arm, "train")[-1] < 0.8 * guessing
        assert finding(run, arm).outcome == "learns"
    assert "hardly learns" not in text_of(run)


@pytest.mark.parametrize(("batch", "settled"), [(2.1, False), (363.0, True)])
def test_statistics_that_have_not_settled_are_no_loss_that_rises(batch, settled):
    normed = NETWORK.change_defaults(norm="batch")
    run = run_of([FLAT], losses=((2.66, 363),), batches=((2.66, batch),), network=normed, steps=60)
    text = text_of(run)
    assert finding(run, "skip").outcome == ("worse" if settled else "early")
    assert ("worse than at the start: it goes from 2.66 to 363" in text) == settled
    said = "evaluated with them the training loss is 363, while that of the batch goes from 2.66 to"
    assert (f"{said} 2.10." in text) == (not settled)
