"""One skip p -> q in a chain: what it adds to the gradients, and what it does not leave alone.

s_q = h_p + h_q. With delta = dL/ds_q and J_k = dh_p/dh_k the gradient at k <= p is
delta (J + I) J_k, J = dh_q/dh_p: the skip adds delta J_k. With the values kept (gradient only)
nothing else changes; with a real skip all later values do, and so all gradients.
"""

import numpy as np
import pytest
import torch

import skipviz as sv
from skipviz.arms import STANDARD_ARMS
from skipviz.data import OwnData
from skipviz.network import Init, Network
from skipviz.training import Run

P, Q, DEPTH = 3, 7, 10
ARMS = ("plain", "gradient_only", "skip")


def chain(activation="tanh", gain=1.0, p=P, q=Q, depth=DEPTH, width=32) -> Network:
    init = Init(scheme="xavier", gain=gain)
    return Network.mlp(depth, width, activation, init, ((p, q),), bias=False)


def at_first(network: Network, seeds: int = 10, seed: int = 0) -> Run:
    """Gradients of the first weights, every arm, several seeds."""
    return sv.train(network, steps=0, arms=ARMS, seed=seed, seeds=seeds)


def state_gradients(run: Run, arm: str) -> np.ndarray:
    """(seeds, layers 1..N)."""
    each = [run.gradient_norms(arm, of="state", seed=s) for s in range(run.settings.seeds)]
    return np.concatenate(each)


@pytest.fixture(scope="module")
def points() -> OwnData:
    """40 Gaussian points with 8 features in two classes."""
    rows = np.random.default_rng(0).normal(size=(40, 8))
    lines = [",".join([*map(str, row), str(k % 2)]) for k, row in enumerate(rows)]
    return sv.data.from_csv("\n".join(lines).encode())


def test_keeping_the_values_leaves_every_gradient_above_p_exactly_as_it_was():
    run = at_first(chain())
    plain, kept = state_gradients(run, "plain"), state_gradients(run, "gradient_only")
    np.testing.assert_array_equal(kept[:, P:], plain[:, P:])
    assert (kept[:, :P] != plain[:, :P]).all()


def test_a_real_skip_changes_the_gradients_of_all_later_layers_too():
    run = at_first(chain())
    ratio = state_gradients(run, "skip") / state_gradients(run, "plain")
    assert (ratio != 1).all()
    assert (ratio[:, P : Q - 1] < 1).all(), "between p and q they fall here"
    assert (ratio[:, :P] > 1).all(), "at and below p they grow at this gain"


def test_above_the_chaotic_gain_a_real_skip_shrinks_the_first_gradient_in_many_networks():
    """So "larger in layers 1..p" is no theorem: at gain 1.5 it fails in about every second."""
    fell = [
        state_gradients(run, "skip")[:, 0] < state_gradients(run, "plain")[:, 0]
        for run in (at_first(chain(gain=1.5), seed=seed) for seed in range(0, 60, 10))
    ]
    assert 0.25 < np.mean(fell) < 0.75


def test_the_norm_at_p_grows_exactly_where_the_criterion_says(points):
    """|delta (J + I)| > |delta J| if and only if R > -1/2, values kept: 160 small networks."""
    grew, said = [], []
    for seed in range(40):
        for gain in (0.8, 1.0, 1.5, 2.5):
            network = chain(gain=gain, p=2, q=4, depth=5, width=3)
            kept, plain = (
                sv.attribution.by_skip(network, points, seed, STANDARD_ARMS[arm], batch_size=1)[2]
                for arm in ("gradient_only", "plain")
            )
            grew.append(kept.norm > plain.norm)
            said.append(kept.skips[2, 4].criterion > -0.5)
    assert grew == said
    assert 0.6 < np.mean(grew) < 0.99, "both happen"


@pytest.mark.parametrize("factor", [-2.0, -1.0, -0.9, -0.5, 0.5])
def test_a_chain_that_turns_the_gradient_around_makes_the_skip_a_loss(factor):
    """J = c I: the norm at p becomes |1 + c| / |c| of what it was, 0 for c = -1."""
    turning = Network.mlp(2, 32, "identity", bias=False).add_skip(1, 2, branch_scale=factor)
    turning = turning.change_layer(2, kind="identity", activation="identity")
    split = sv.attribution.by_skip(turning)[1]
    term = split.skips[1, 2]
    assert term.criterion == pytest.approx(factor)
    assert split.norm == pytest.approx(abs(1 + factor) * term.norm, abs=1e-12)
    assert (split.norm > split.chain.norm * (1 + 1e-9)) == (factor > -0.5)


@pytest.mark.parametrize("gain", [0.6, 1.0, 1.5])
def test_on_average_the_squares_of_skip_and_chain_add_up(points, gain):
    """E |g_p|^2 = |delta|^2 (1 + gain^(2 (q - p))) in a linear chain: beyond gain 1 it wins."""
    network = chain("identity", gain, width=64)
    splits = [sv.attribution.by_skip(network, points, s, batch_size=8)[P] for s in range(40)]
    squares = [split.norm**2 / split.skips[P, Q].norm ** 2 for split in splits]
    assert np.mean(squares) == pytest.approx(1 + gain ** (2 * (Q - P)), rel=0.15)


def test_in_a_linear_chain_only_the_weights_between_p_and_q_keep_their_gradient():
    """With dL/dy fixed: weights above q see another input, those up to p another gradient."""
    network = chain("identity", p=2, q=5, depth=8)
    weights = {}
    for name, drawn in (("skip", network), ("plain", network.without_skips())):
        model = sv.build(drawn, (32,), 4).double()
        x = torch.randn(16, 32, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
        layers = [model.get_parameter(f"layer{k}.weight") for k in range(1, 9)]
        weights[name] = torch.autograd.grad(model(x).sum(), layers)
    pairs = zip(weights["skip"], weights["plain"], strict=True)
    change = np.array([float((skip - plain).norm() / plain.norm()) for skip, plain in pairs])
    assert (change[2:5] < 1e-12).all()
    assert (change[:2] > 0.1).all()
    assert (change[5:] > 0.1).all()
