"""The costly probes against direct computation on networks whose answer is known."""

import numpy as np
import pytest
import torch
from torch.nn import functional

from skipviz.arms import STANDARD_ARMS
from skipviz.engine.model import Stack
from skipviz.engine.model.activations import ACTIVATIONS, slope
from skipviz.engine.probes.passes import Pass, forward_backward
from skipviz.engine.probes.snapshots import (
    activations_at_rest,
    gradient_correlation,
    gradient_histogram,
    gradient_snr,
    take_snapshot,
)
from skipviz.network import Init, Network
from skipviz.probes import HISTOGRAM_EDGES, probes_of

ARMS = [STANDARD_ARMS["skip"], STANDARD_ARMS["plain"]]


def stack_of(network: Network, seed: int = 0) -> Stack:
    return Stack(network.on((7,), 3), ARMS, [seed])


def pass_of(stack: Stack, batch: int = 32) -> Pass:
    generator = torch.Generator().manual_seed(0)
    x = torch.randn(batch, 7, generator=generator).expand(2, -1, -1)
    y = torch.randint(3, (batch,), generator=generator).expand(2, -1)
    return forward_backward(stack, x, y)


def test_dead_and_inactive_relus_are_counted():
    stack = stack_of(Network.mlp(depth=2, width=4))
    with torch.no_grad():
        stack.tensors()["layer2.bias"][0, 0, 1] = -1e6  # unit 1 of layer 2 of the first arm
    made = pass_of(stack)
    saturated, dead = activations_at_rest(stack, made)
    x, tensors = made.x[0], stack.tensors()
    for k in (1, 2):
        off = x @ tensors[f"layer{k}.weight"][0] + tensors[f"layer{k}.bias"][0] <= 0
        assert saturated[0, k - 1] == pytest.approx(off.float().mean().item())
        assert dead[0, k - 1] == pytest.approx(off.all(0).float().mean().item())
        x = made.states[k - 1][0]
    assert dead[0, 1] >= 0.25, "at least the unit that was switched off"
    assert np.isnan(saturated[:, 2]).all(), "the readout has no activation"


def test_of_a_feed_forward_block_the_inner_activation_is_measured():
    network = Network.of(
        layers=[{"kind": "feed_forward", "width": 12}, {"kind": "attention", "heads": 1}],
        defaults={"activation": "relu", "norm": "layer", "order": "pre"},
    )
    stack = Stack(network.on((5, 4), 3), ARMS, [0])
    with torch.no_grad():
        stack.tensors()["layer1.inner_bias"][0, 0, :3] = -1e6  # of the first arm
    x = torch.randn(16, 5, 4, generator=torch.Generator().manual_seed(0)).expand(2, -1, -1, -1)
    made = forward_backward(stack, x, torch.zeros(2, 16, dtype=torch.int64))
    saturated, dead = activations_at_rest(stack, made)
    tensors = stack.tensors()
    normed = functional.layer_norm(x[0], (4,))
    off = normed @ tensors["layer1.inner_weight"][0] + tensors["layer1.inner_bias"][0] <= 0
    assert saturated[0, 0] == pytest.approx(off.float().mean().item())
    assert dead[0, 0] == pytest.approx(off.all(0).float().mean().item())
    assert dead[0, 0] >= 3 / 12 > dead[1, 0]
    assert np.isnan(saturated[:, 1:]).all(), "attention and the readout have no activation"


def test_a_large_tanh_saturates_and_a_small_one_does_not():
    for gain, low, high in ((0.1, 0, 0), (100, 0.9, 1)):
        stack = stack_of(Network.mlp(3, 16, "tanh", init=Init(scheme="xavier", gain=gain)))
        saturated, _ = activations_at_rest(stack, pass_of(stack))
        assert (low <= saturated[:, :3]).all()
        assert (saturated[:, :3] <= high).all()


def test_a_linear_layer_has_nothing_to_saturate():
    stack = stack_of(Network.mlp(depth=2, width=4, activation="identity"))
    assert all(np.isnan(values).all() for values in activations_at_rest(stack, pass_of(stack)))


@pytest.mark.parametrize("name", sorted(set(ACTIVATIONS) - {"identity"}))
def test_slopes_are_relative_to_the_steepest(name):
    slopes = slope(name, torch.linspace(-8, 8, 20001))
    assert slopes.max().item() == pytest.approx(1, abs=2e-3)


def test_the_histogram_counts_every_entry_once_by_its_magnitude():
    stack = stack_of(Network.mlp(depth=3, width=8, activation="tanh"))
    made = pass_of(stack)
    shares = gradient_histogram(stack, made)
    assert shares.shape == (2, 4, len(HISTOGRAM_EDGES))
    np.testing.assert_allclose(shares.sum(2), 1)
    entries = np.concatenate([g[0, 1].flatten() for g in made.gradients if g.shape[2:] == (7, 8)])
    counts, _ = np.histogram(np.abs(entries), np.append(HISTOGRAM_EDGES, np.inf))
    np.testing.assert_allclose(shares[1, 0], counts / counts.sum())


def test_exact_zeros_are_in_the_first_bin_and_nan_is_nan():
    stack = stack_of(Network.mlp(depth=2, width=4, init=Init(scheme="zero")))
    with torch.no_grad():
        stack.tensors()["readout.bias"][1] = torch.nan
    shares = gradient_histogram(stack, pass_of(stack))
    assert shares[0, 0, 0] == 1
    assert np.isnan(shares[1, -1]).all()


def test_gradients_of_a_linear_network_are_the_same_at_all_inputs():
    stack = stack_of(Network.mlp(depth=5, width=16, activation="identity"))
    np.testing.assert_allclose(gradient_correlation(stack, pass_of(stack).x), 1, rtol=1e-5)


def test_gradients_of_a_deep_relu_chain_shatter_and_skips_keep_them_together():
    init = Init(scheme="he")
    skips = tuple((k, k + 1) for k in range(1, 40))
    network = Network.mlp(40, 64, init=init, skips=skips).change_defaults(init=init.model_dump())
    correlation = gradient_correlation(stack_of(network), pass_of(stack_of(network)).x)
    np.testing.assert_allclose(correlation[:, -1], 1, rtol=1e-5)
    assert correlation[0, 0] > correlation[1, 0] + 0.1


def test_the_correlation_is_the_mean_cosine_over_pairs():
    stack = stack_of(Network.mlp(depth=2, width=5, activation="tanh"))
    x = pass_of(stack, batch=4).x
    direction = torch.randn(3, generator=torch.Generator().manual_seed(0))
    states = stack.states(x)[1:]
    (gradient,) = torch.autograd.grad((states[-1] * direction).sum(), states[:1])
    cosines = functional.cosine_similarity(gradient[0][:, None], gradient[0][None], dim=2)
    expected = cosines[~torch.eye(4, dtype=torch.bool)].mean().item()
    assert gradient_correlation(stack, x)[0, 0] == pytest.approx(expected, rel=1e-5)


def test_signal_to_noise_is_that_of_eight_parts_of_the_batch():
    stack = stack_of(Network.mlp(depth=2, width=5, activation="tanh"))
    made = pass_of(stack, batch=16)
    names = [name for names in stack.places for name in names]
    place = {n: (g, r) for g, names in enumerate(stack.places) for r, n in enumerate(names)}
    assert len(names) == 6
    group, row = place["layer2.weight"]
    parts = []
    for part in range(8):
        rows = slice(2 * part, 2 * part + 2)
        of_part = forward_backward(stack, made.x[:, rows], made.y[:, rows])
        parts.append(of_part.gradients[group][row, 0].double())
    parts = torch.stack(parts)
    spread = (parts - parts.mean(0)).square().sum() / (8 * 7)
    expected = (parts.mean(0).norm() / spread.sqrt()).item()
    assert gradient_snr(stack, made)[0, 1] == pytest.approx(expected, rel=1e-4)


def test_signal_to_noise_of_equal_samples_is_infinite_and_said_to_be_unknown():
    stack = stack_of(Network.mlp(depth=2, width=5, activation="tanh"))
    made = pass_of(stack, batch=4)
    unknown = gradient_snr(stack, made)
    assert np.isnan(unknown).all(), "fewer samples than parts"
    assert unknown.shape == gradient_snr(stack, pass_of(stack, batch=8)).shape


@pytest.mark.parametrize(
    ("norm", "batch", "known"),
    [("none", 9, True), ("layer", 9, True), ("batch", 9, False), ("batch", 15, False)]
    + [("batch", size, True) for size in (16, 17, 23)],
)
def test_parts_of_a_single_sample_have_no_batch_statistics(norm, batch, known):
    stack = stack_of(Network.mlp(depth=2, width=5, activation="tanh", norm=norm))
    taken = take_snapshot(stack, pass_of(stack, batch), "full")["gradient_snr"]
    assert (np.isfinite(taken) if known else np.isnan(taken)).all()


@pytest.mark.parametrize("tier", ["minimal", "standard", "full"])
def test_tiers_take_what_they_say(tier):
    stack = stack_of(Network.mlp(depth=2, width=5))
    declared = [probe for probe in probes_of(tier) if probe.at == "snapshot"]
    said = {probe.name for probe in declared if probe.is_in(stack.network)}
    assert set(take_snapshot(stack, pass_of(stack), tier)) == said
    assert ({"saturated", "dead"} <= said) == (tier != "minimal")
    costly = {"gradient_snr", "gradient_histogram", "gradient_correlation"}
    assert (said & costly) == (costly if tier == "full" else set())
