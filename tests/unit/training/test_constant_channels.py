"""Channels that do not change within a batch, in front of batch norm and a kink."""

import io
from collections.abc import Callable

import numpy as np
import pytest
import torch
from torch import Tensor

from skipviz import data
from skipviz.data import OwnData, from_npz
from skipviz.network import Network
from skipviz.runs.frame import ConstantChannels
from skipviz.training import train

BATCH = 64


def normed(**fields: object) -> Network:
    """Layer 1 of four is batch norm, ReLU and map, in this order; behind it there is no norm."""
    return Network.mlp(4, 16).change_layer(1, **{"norm": "batch", "order": "pre", **fields})


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
    file = io.BytesIO()
    np.savez(file, x=x, y=np.where(x[:, 0] > x[:, 1], "yes", "no"))
    return from_npz(file.getvalue())


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
        normed(activation="tanh"),  # no kink
        normed(order="post"),  # the map mixes features before the norm
        normed(norm="layer"),
        Network.mlp(4, 16),
        Network.mlp(4, 16).change_defaults(norm="batch", order="pre"),  # layer 2 takes it out
    ],
)
def test_where_no_sign_decides_nothing_is_said(net: Network) -> None:
    assert train(net, "digits", steps=1).constant == ()


@pytest.mark.parametrize("activation", ["leaky_relu", "crelu"])
def test_every_kink_counts(activation: str) -> None:
    (found,) = train(normed(activation=activation), "digits", steps=1).constant
    assert found == ConstantChannels(1, constant_in(first_batch(data.load("digits"), 0)), 64)


def test_they_are_found_wherever_they_come_in() -> None:
    """Joined to the state that layer 3 reads, behind what layer 2 made."""
    net = Network.mlp(4, 16).change_layer(3, norm="batch", order="pre")
    net = net.add_skip(0, 2, kind="concat")
    (found,) = train(net, "digits", steps=1).constant
    count = constant_in(first_batch(data.load("digits"), 0))
    assert found == ConstantChannels(3, count, 64 + 16)


def by_torch(x: Tensor, shift: Tensor) -> Tensor:
    return torch.nn.functional.batch_norm(x, None, None, None, shift, True)


def by_hand(x: Tensor, shift: Tensor) -> Tensor:
    mean = x.mean(0)
    return (x - mean) / torch.sqrt((x - mean).square().mean(0) + 1e-5) + shift


def losses(norm: Callable[[Tensor, Tensor], Tensor], norms: int) -> np.ndarray:
    """25 steps of a loop of its own in float64, on layers of norm, ReLU and map."""
    split, stream = data.load("digits"), torch.Generator().manual_seed(0)
    x, y = torch.from_numpy(split.train_x).double(), torch.from_numpy(split.train_y)
    sizes = [(64, 32), (32, 32), (32, 10)]
    shifts = [torch.zeros(before, dtype=x.dtype) for before, _ in sizes]
    maps = [torch.randn(*size, generator=stream, dtype=x.dtype) / size[0] ** 0.5 for size in sizes]
    parameters = [tensor.requires_grad_() for tensor in (*shifts, *maps)]
    optimizer = torch.optim.SGD(parameters, lr=0.05, momentum=0.9)
    found = []
    for _ in range(25):
        rows = torch.randperm(len(y), generator=stream)[:BATCH]
        h = x[rows]
        for k, (shift, weight) in enumerate(zip(shifts, maps, strict=True)):
            h = torch.relu(norm(h, shift) if k < norms else h) @ weight
        loss = torch.nn.functional.cross_entropy(h, y[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        found.append(loss.item())
    return np.array(found)


def test_two_correct_loops_part_ways_exactly_where_it_is_said() -> None:
    """One norm straight on data, and a norm in every layer, as in the cases above."""
    one, every = (np.abs(losses(by_torch, n) - losses(by_hand, n)).max() for n in (1, 3))
    assert one > 1e-3
    assert every < 1e-12


def test_looking_changes_no_number_and_frames_tell_it_once() -> None:
    looked = train(normed().change_defaults(dropout=0.25), "digits", steps=5)
    minimal = train(normed().change_defaults(dropout=0.25), "digits", steps=5, probes="minimal")
    assert minimal.constant == ()
    assert np.array_equal(looked.loss("skip"), minimal.loss("skip"))
    assert [len(frame.constant) for frame in looked.frames] == [1, 0, 0, 0, 0, 0]
