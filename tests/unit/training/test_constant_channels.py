"""Channels that do not change within a batch, in front of batch norm and a kink."""

import numpy as np
import pytest

from skipviz import data
from skipviz.data.own import OwnData, from_csv
from skipviz.network import Network
from skipviz.training import train
from skipviz.training.frame import ConstantChannels

BATCH = 64


def normed(activation: str = "relu", **fields: object) -> Network:
    """Batch norm, activation and map, in this order, in four layers."""
    net = Network.mlp(4, 16, activation)
    return net.change_defaults(**{"norm": "batch", "order": "pre", **fields})


def first_batch(split: data.Split, seed: int) -> np.ndarray:
    """What a run of this seed sees first: the first part of a shuffle of the train split."""
    order = np.random.default_rng(seed).permutation(len(split.train_y))
    return split.train_x[order[:BATCH]]


def constant_in(batch: np.ndarray) -> int:
    """Features of one value other than 0: those of exact zeros stay at 0 in any arithmetic."""
    return int(((batch == batch[0]).all(0) & (batch[0] != 0)).sum())


@pytest.mark.parametrize("seed", [0, 1, 2])
@pytest.mark.parametrize("name", ["digits", "breast_cancer", "wine", "circles", "sine"])
def test_features_are_counted_that_do_not_change_within_the_batch(name: str, seed: int) -> None:
    split = data.load(name)
    count, of = constant_in(first_batch(split, seed)), split.train_x.shape[1]
    run = train(normed(), name, steps=1, seed=seed)
    assert run.constant == ((ConstantChannels(1, count, of),) if count else ())
    assert (count > 0) == (name == "digits")


def own(rare: int) -> OwnData:
    """Two features that change, one that does in `rare` of 400 samples, one that never does."""
    random = np.random.default_rng(0)
    x = np.zeros((400, 4))
    x[:, :2] = random.normal(size=(400, 2))
    x[:rare, 2] = 1
    x[:, 3] = 5
    lines = [f"{a},{b},{c},{d},{'yes' if a > b else 'no'}" for a, b, c, d in x]
    return from_csv("\n".join(["a,b,c,d,label", *lines]).encode())


@pytest.mark.parametrize(("rare", "seed"), [(0, 1), (4, 0), (4, 1), (200, 1)])
def test_of_own_data_what_never_changes_is_harmless_and_what_hardly_does_is_not(rare, seed) -> None:
    found = own(rare)
    count = constant_in(first_batch(found.split, seed))
    run = train(normed(), found, steps=1, seed=seed)
    assert count == ((rare, seed) == (4, 1))  # none of the three in the train part is drawn
    assert run.constant == ((ConstantChannels(1, 1, 4),) if count else ())


@pytest.mark.parametrize(
    "net",
    [
        normed("tanh"),  # no kink
        normed(order="post"),  # the map mixes features before the norm
        normed(norm="layer"),
        normed().change_layer(1, norm="none"),
    ],
)
def test_where_no_kink_reads_them_nothing_is_said(net: Network) -> None:
    assert train(net, "digits", steps=1).constant == ()


def test_they_are_found_wherever_they_come_in() -> None:
    """Joined to the state that layer 3 reads, behind what layer 2 made."""
    net = normed().change_layer(1, norm="none").add_skip(0, 2, kind="concat")
    (found,) = train(net, "digits", steps=1).constant
    count = constant_in(first_batch(data.load("digits"), 0))
    assert found == ConstantChannels(3, count, 64 + 16)


def test_looking_changes_no_number_and_frames_tell_it_once() -> None:
    looked = train(normed(dropout=0.25), "digits", steps=5)
    lean = train(normed(dropout=0.25), "digits", steps=5, probes="lean")
    assert lean.constant == ()
    assert np.array_equal(looked.loss("skip"), lean.loss("skip"))
    assert [len(frame.constant) for frame in looked.frames] == [1, 0, 0, 0, 0, 0]
