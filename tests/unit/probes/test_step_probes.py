"""The probes of every step against norms taken one by one in float64."""

import numpy as np
import pytest
import torch

from skipviz.arms import STANDARD_ARMS
from skipviz.engine.model import Stack
from skipviz.engine.probes.norms import RowNorms
from skipviz.engine.probes.passes import Pass, forward_backward
from skipviz.engine.probes.steps import StepProbes
from skipviz.network import Network
from skipviz.probes import PROBES, probes_of

NETWORK = (
    Network.mlp(depth=5, width=6, activation="tanh", skips=((1, 3),))
    .change_layer(4, width=9)
    .change_layer(5, width=9)
    .add_skip(2, 4, kind="projection")
)
RATE = 0.5


@pytest.fixture
def stack() -> Stack:
    return Stack(NETWORK.on((7,), 3), [STANDARD_ARMS["skip"], STANDARD_ARMS["plain"]], [0, 1])


@pytest.fixture
def made(stack) -> Pass:
    generator = torch.Generator().manual_seed(0)
    x = torch.randn(4, 10, 7, generator=generator)
    y = torch.randint(3, (4, 10), generator=generator)
    return forward_backward(stack, x, y)


def norm(tensor) -> float:
    return float(tensor.detach().double().norm())


def test_every_probe_is_the_norm_it_says(stack, made):
    updates = [torch.randn_like(group) for group in stack.groups]
    measured = StepProbes(stack, "standard").measure(made, updates, RATE)
    place = {n: (g, r) for g, names in enumerate(stack.places) for r, n in enumerate(names)}
    owners = [*(f"layer{k}" for k in range(1, 6)), "readout"]
    for k, owner in enumerate(owners):
        group, row = place[f"{owner}.weight"]
        for replica in range(4):
            weight = norm(stack.groups[group][row, replica])
            update = norm(updates[group][row, replica])
            state = made.states[k][replica]
            at = replica, k
            assert measured["weight_gradient"][at] == pytest.approx(
                norm(made.gradients[group][row, replica]), rel=1e-5
            )
            assert measured["state_gradient"][at] == pytest.approx(
                norm(made.state_gradients[k][replica]), rel=1e-5
            )
            assert measured["update_ratio"][at] == pytest.approx(RATE * update / weight, rel=1e-5)
            rms = norm(state) / np.sqrt(state.numel())
            assert measured["state_rms"][at] == pytest.approx(rms, rel=1e-5)


def test_without_an_update_its_ratio_is_nan_and_nothing_else(stack, made):
    measured = StepProbes(stack, "standard").measure(made, None, RATE)
    assert np.isnan(measured.pop("update_ratio")).all()
    for name in ("projection", "projection_gradient"):  # skips 1 -> 3 and 2 -> 4; skip, plain
        expected = [[True, False]] * 2 + [[True, True]] * 2
        assert np.isnan(measured.pop(name)).tolist() == expected
    assert all(np.isfinite(values).all() for values in measured.values())


def test_the_minimal_tier_measures_the_same_gradients(stack, made):
    minimal = StepProbes(stack, "minimal").measure(made, None, RATE)
    standard = StepProbes(stack, "standard").measure(made, None, RATE)
    assert set(minimal) == {"weight_gradient", "state_gradient"}
    assert all(np.array_equal(minimal[name], standard[name]) for name in minimal)


def test_norms_far_below_the_square_root_of_the_smallest_float_are_exact():
    sizes = torch.tensor([1.0, 1e-12, 1e-18, 1e-25, 1e-36])
    rows = torch.randn(5, 2, 30, generator=torch.Generator().manual_seed(0))
    rows = rows * sizes[:, None, None]
    measured = RowNorms().of([rows]).reshape(5, 2)
    expected = torch.linalg.vector_norm(rows.double(), dim=2).numpy()
    np.testing.assert_allclose(measured, expected, rtol=1e-5)


def test_norms_whose_squares_overflow_are_exact_and_infinities_stay():
    rows = torch.randn(4, 2, 30, generator=torch.Generator().manual_seed(0))
    rows = rows * torch.tensor([1.0, 1e19, 1e25, 1e37])[:, None, None]
    rows[3, 1, 4] = torch.inf
    measured = RowNorms().of([rows, rows]).reshape(2, 4, 2)
    expected = torch.linalg.vector_norm(rows.double(), dim=2).numpy()
    np.testing.assert_allclose(measured, [expected, expected], rtol=1e-5)
    assert np.isinf(expected).sum() == 1


def test_an_exact_zero_stays_zero_and_nan_stays_in_its_copy():
    rows = torch.ones(2, 2, 30)
    rows[0, 0], rows[1, 1] = 0, torch.nan
    measured = RowNorms().of([rows, rows]).reshape(2, 2, 2)
    expected = [[0, np.sqrt(30)], [np.sqrt(30), np.nan]]
    np.testing.assert_allclose(measured, [expected, expected], rtol=1e-6)


def test_what_lies_evenly_in_memory_is_measured_as_if_it_lay_anywhere():
    room = torch.randn(4, 3 * 2 * 5, generator=torch.Generator().manual_seed(0))
    even = [room[k].view(3, 2, 5) for k in (0, 1, 2)]
    uneven = [room[k, :20].view(2, 2, 5) for k in (3, 0, 1)]
    other = [torch.ones(3, 2, 5), room[3, 20:].view(1, 2, 5)]
    groups = [*(g for pair in zip(even, uneven, strict=True) for g in pair), *other]
    norms, keepers = RowNorms(), (object(), object())
    for _ in range(3):
        expected = RowNorms().of(groups)
        assert np.array_equal(norms.of(groups, keepers), expected)
        assert np.array_equal(norms.of(groups), expected)
        room.mul_(2)
    assert len(norms._kept) == len(groups) - 2  # of three that are even, one is left
    moved = [torch.ones_like(group) for group in groups]
    assert np.array_equal(norms.of(moved, (object(), object())), RowNorms().of(moved))


def test_norms_that_nobody_reads_are_nan_and_the_rest_is_exact():
    rows = torch.full((2, 2, 30), 1e-30)
    measured = RowNorms(np.array([1, 6])).of([rows, rows])
    assert np.isnan(measured).nonzero()[0].tolist() == [1, 6]
    rest = np.delete(measured, [1, 6])
    np.testing.assert_allclose(rest, 1e-30 * np.sqrt(30), rtol=1e-5)


def test_tiers_contain_each_other_and_name_every_probe():
    minimal, standard, full = (probes_of(tier) for tier in ("minimal", "standard", "full"))
    assert set(minimal) < set(standard) < set(full) == set(PROBES)
    assert len({probe.name for probe in PROBES}) == len(PROBES)


def test_the_weights_of_a_block_count_as_one_long_vector():
    layers = [{"kind": "attention", "heads": 2}, {"kind": "identity"}]
    layers += [{"kind": "feed_forward", "width": 5}, {"kind": "flatten"}]
    network = Network.of(layers=layers)
    stack = Stack(network.on((3, 4), 2), [STANDARD_ARMS["skip"]], [0, 1])
    x = torch.randn(2, 5, 3, 4, generator=torch.Generator().manual_seed(0))
    made = forward_backward(stack, x, torch.tensor([[0, 1, 0, 1, 1]] * 2))
    measured = StepProbes(stack, "standard").measure(made, None, RATE)["weight_gradient"]
    squares = np.zeros((2, 5))
    for names, group in zip(stack.places, made.gradients, strict=True):
        for name, gradient in zip(names, group, strict=True):
            owner, tensor = name.split(".")
            layer = 4 if owner == "readout" else int(owner.removeprefix("layer")) - 1
            if tensor.endswith("weight"):
                squares[:, layer] += [norm(replica) ** 2 for replica in gradient]
    expected = np.where(squares > 0, np.sqrt(squares), np.nan)
    assert np.isnan(expected).tolist() == [[False, True, False, True, False]] * 2
    np.testing.assert_allclose(measured, expected, rtol=1e-5)
