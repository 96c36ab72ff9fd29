"""The prediction against formulas, and against gradients measured in wide random networks."""

import numpy as np
import pytest
import torch

from skipviz.arms import STANDARD_ARMS
from skipviz.engine.model import Model, Stack
from skipviz.network import Init, Network
from skipviz.theory import BATCH_NORM_RELU_GROWTH, TheoryError, predict

WIDTH = 256


def chain(depth, activation, init, skips=(), width=WIDTH, **style):
    return Network.mlp(depth, width, activation, Init(**init), skips, bias=False, **style)


def blocks(depth, activation, init, shortcut=1.0, branch=1.0, width=WIDTH, **style):
    """x <- shortcut x + branch phi(W x), `depth` times."""
    network = chain(depth, activation, init, width=width, **style)
    for k in range(depth):
        network = network.add_skip(k, k + 1, branch_scale=branch, shortcut_scale=shortcut)
    return network


def xavier(gain):
    """W ~ N(0, gain² / n) between layers of equal width."""
    return {"scheme": "xavier", "gain": gain}


def measured(network, width=WIDTH, seeds=3, batch=32, arm=STANDARD_ARMS["skip"]):
    """|dL/ds_k| over |dL/ds_N| for k = 0..N, geometric mean over seeds, float64."""
    logs = []
    for seed in range(seeds):
        generator = torch.Generator().manual_seed(seed)
        x = torch.randn(1, batch, width, dtype=torch.float64, generator=generator)
        stack = Stack(network.on((width,), 10), [arm], [seed], torch.float64)
        states = stack.states(x.requires_grad_())[:-1]
        direction = torch.randn(states[-1].shape, dtype=torch.float64, generator=generator)
        gradients = torch.autograd.grad((states[-1] * direction).sum(), states)
        logs.append([np.log(g.norm().item()) for g in gradients])
    mean = np.mean(logs, axis=0)
    return np.exp(mean - mean[-1])


def predicted(network, width=WIDTH, **options):
    return predict(network, (width,), 10, **options)


@pytest.mark.parametrize(
    ("activation", "init", "factor"),
    [
        ("sigmoid", xavier(1.0), 0.236),
        ("tanh", xavier(0.9), 0.900),
        ("tanh", xavier(1.5), 1.067),
        ("relu", xavier(1.0), 0.707),
        ("relu", {"scheme": "he"}, 1.0),
    ],
)
def test_factors_per_layer_of_plain_chains(activation, init, factor):
    gradients = predicted(chain(40, activation, init)).state_gradients
    assert gradients[38] / gradients[39] == pytest.approx(factor, abs=2e-3)


def test_a_shortcut_and_a_branch_of_one_half():
    gradients = predicted(blocks(40, "tanh", xavier(1.0), 0.5, 0.5)).state_gradients
    assert gradients[38] / gradients[39] == pytest.approx(0.707, abs=0.005)


@pytest.mark.parametrize("depth", [4, 8, 16, 32])
def test_an_unscaled_relu_residual_grows_by_the_root_of_two_per_layer(depth):
    """Prediction 2^(L/2) exactly, measurement within 15 %."""
    network = blocks(depth, "relu", {"scheme": "he"}, order="pre")
    theory = predicted(network).state_gradients[0]
    assert theory == pytest.approx(2 ** (depth / 2), rel=1e-6)
    assert measured(network)[0] == pytest.approx(theory, rel=0.15)


@pytest.mark.parametrize("depth", [4, 8, 16, 32])
def test_a_branch_of_one_over_root_depth_keeps_the_growth_below_root_e(depth):
    """Prediction (1 + 1/L)^(L/2) exactly, measurement within 6 %."""
    network = blocks(depth, "relu", {"scheme": "he"}, branch=depth**-0.5, order="pre")
    theory = predicted(network).state_gradients[0]
    assert theory == pytest.approx((1 + 1 / depth) ** (depth / 2), rel=1e-6)
    assert measured(network)[0] == pytest.approx(theory, rel=0.06)


def test_a_zero_branch_keeps_the_gradient_as_it_is():
    assert predicted(blocks(30, "relu", {"scheme": "he"}, branch=0.0)).state_gradients == (
        pytest.approx(1.0)
    )


def test_batch_norm_makes_the_gradient_of_a_relu_chain_grow():
    """sqrt(pi / (pi - 1)) = 1.2112 per layer; measured within 2 %."""
    network = chain(40, "relu", {"scheme": "he"}, norm="batch")
    gradients = predicted(network).state_gradients
    assert gradients[20] / gradients[21] == pytest.approx(BATCH_NORM_RELU_GROWTH, rel=1e-5)
    found = np.log(measured(network, batch=WIDTH))
    slope = -np.polyfit(np.arange(5, 39), found[5:39], 1)[0]
    assert np.exp(slope) == pytest.approx(BATCH_NORM_RELU_GROWTH, rel=0.02)


DEPTHS = (4, 8, 16, 32, 64, 128, 200)


def r_squared(x, y):
    return np.corrcoef(x, y)[0, 1] ** 2


@pytest.mark.slow
def test_a_tanh_residual_grows_with_the_root_of_depth():
    """Subexponential (Yang and Schoenholz 2017): log gradient linear in sqrt(L), not in L."""
    logs = [np.log(measured(blocks(L, "tanh", xavier(1.0)), batch=8)[0]) for L in DEPTHS]
    root, line = r_squared(np.sqrt(DEPTHS), logs), r_squared(DEPTHS, logs)
    assert root > 0.995
    assert root > line + 0.02
    theory = [np.log(predicted(blocks(L, "tanh", xavier(1.0))).state_gradients[0]) for L in DEPTHS]
    np.testing.assert_allclose(logs[:6], theory[:6], atol=0.15)


@pytest.mark.slow
@pytest.mark.parametrize(("activation", "gain"), [("sigmoid", 1.0), ("relu", 1.0)])
def test_a_plain_chain_shrinks_exponentially(activation, gain):
    logs = [np.log(measured(chain(L, activation, xavier(gain)), batch=8)[0]) for L in DEPTHS]
    assert r_squared(DEPTHS, logs) > 0.999


def test_cumulative_growth_of_a_deep_tanh_residual():
    """6.01 in theory for 128 layers; too coarse a quadrature gives 8.56."""
    gradients = predicted(blocks(128, "tanh", xavier(1.0), width=1000), width=1000).state_gradients
    assert np.log(gradients[0]) == pytest.approx(6.01, abs=0.03)


WANDERING = (
    chain(12, "tanh", xavier(1.2), skips=((1, 4), (0, 6), (4, 6), (2, 9), (9, 11)))
).change_layer(7, activation="relu")


@pytest.mark.parametrize("arm", ["skip", "plain", "gradient_only", "forward_only"])
def test_any_drawn_skips_in_any_arm_are_predicted_within_a_fifth(arm):
    arm = STANDARD_ARMS[arm]
    theory = predicted(WANDERING, arm=arm).state_gradients
    np.testing.assert_allclose(measured(WANDERING, seeds=6, arm=arm), theory, rtol=0.2)


def test_states_are_predicted_too():
    model = Model(WANDERING.on((WIDTH,), 10), seed=0, dtype=torch.float64)
    x = torch.randn(64, WIDTH, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    rms = [state.square().mean().sqrt().item() for state in model.states(x)[:-1]]
    np.testing.assert_allclose(rms, predicted(WANDERING).states, rtol=0.1)


def test_squares_of_parts_that_have_nothing_in_common_add_up():
    """p_l = (s² + a²) p_(l-1), for he-ReLU branches keep the square of what they read."""
    network = blocks(9, "relu", {"scheme": "he"}, shortcut=0.8, branch=0.5, order="pre")
    expected = 0.89 ** (np.arange(10) / 2)
    assert predicted(network).states == pytest.approx(expected, rel=1e-6)


def test_gradients_of_linear_layers_of_any_widths_by_formula():
    """Var W_k = 2 / n_(k-1): n_k |dL/ds_k|² doubles with every layer, and |s_k|² / n_k as well."""
    widths = [64, 30, 500, 70, 200]
    layers = [{"kind": "dense", "width": width, "activation": "identity"} for width in widths[1:]]
    network = Network.of(layers=layers, defaults={"init": {"scheme": "he"}, "bias": False})
    found = predict(network, (64,), 10, input_square=3.0)
    assert found.states == pytest.approx(np.sqrt(3 * 2.0 ** np.arange(5)))
    assert found.state_gradients == pytest.approx(2.0 ** (np.arange(4, -1, -1) / 2))
    assert found.weight_gradients == pytest.approx(np.sqrt(np.array(widths[:-1]) / widths[-2]))


def test_torchs_own_biases_add_their_variance():
    """U(-1/sqrt(n), 1/sqrt(n)) has the variance 1 / (3 n), of weights and of biases."""
    layer = {"kind": "dense", "width": 8, "activation": "identity"}
    found = predict(Network.of(layers=[layer]), (5,), 3)
    assert found.states == pytest.approx([1.0, np.sqrt(1 / 3 + 1 / 15)])


def test_weight_gradients_are_those_of_one_sample():
    network = chain(20, "relu", {"scheme": "he"})
    model = Model(network.on((WIDTH,), 10), seed=0, dtype=torch.float64)
    logs = []
    for seed in range(8):
        x = torch.randn(
            1, WIDTH, dtype=torch.float64, generator=torch.Generator().manual_seed(seed)
        )
        weights = [model.get_parameter(f"layer{k}.weight") for k in range(1, 21)]
        logs.append([np.log(g.norm().item()) for g in torch.autograd.grad(model(x)[0, 0], weights)])
    mean = np.mean(logs, axis=0)
    theory = predicted(network).weight_gradients
    np.testing.assert_allclose(mean - mean[-1], np.log(theory), atol=0.35)


@pytest.mark.parametrize("order", ["post", "pre"])
@pytest.mark.parametrize("norm", ["none", "batch", "layer", "rms", "weight"])
def test_norms_and_orders_of_residual_blocks_within_a_fifth(order, norm):
    network = blocks(8, "relu", {"scheme": "he"}, order=order, norm=norm)
    theory = predicted(network).state_gradients
    np.testing.assert_allclose(measured(network, batch=WIDTH), theory, rtol=0.2)


def test_torchs_own_init_has_a_third_of_the_variance_and_biases():
    network = Network.mlp(40, 64)
    gradients = predict(network, (64,), 10).state_gradients
    assert gradients[10] / gradients[11] == pytest.approx(np.sqrt(1 / 6), rel=1e-6)


@pytest.mark.parametrize(
    ("network", "reason"),
    [
        (
            Network.of(layers=[{"kind": "conv1d", "channels": 4}]),
            r"^No theory for layer 1: it is not a dense layer\.$",
        ),
        (
            Network.mlp(3, 8).add_skip(1, 3, kind="gated"),
            r"^No theory for the skip 1 → 3: only add skips have one\.$",
        ),
        (
            Network.mlp(3, 8).add_skip(1, 3, join="preactivation"),
            "inside the layer or acts at random",
        ),
        (Network.mlp(3, 8, norm="group"), "group norm"),
        (Network.mlp(3, 8, init=Init(scheme="looks_linear")), "the init looks_linear"),
        (Network.mlp(3, 8, activation="crelu"), "its activation is crelu"),
        (Network.mlp(3, 8, init=Init(scheme="zero"), norm="batch"), "does not vary"),
    ],
)
def test_what_the_theory_leaves_out_is_said(network, reason):
    shape = (8, 3) if "conv" in str(network.layers[0].kind) else (8,)
    with pytest.raises(TheoryError, match=reason):
        predict(network, shape, 10)


def test_a_thousand_layers_are_predicted():
    gradients = predict(Network.mlp(1000, 64), (64,), 10).state_gradients
    assert gradients[0] == 0 or gradients[0] < 1e-100


def test_a_layer_norm_before_the_weights_takes_away_the_mean_of_what_it_reads():
    """Sigmoids have a mean of 1/2, which a layer norm in front of the next layer removes."""
    post = {"kind": "dense", "width": 300, "activation": "sigmoid"}
    pre = {"kind": "dense", "width": 300, "activation": "tanh", "norm": "layer", "order": "pre"}
    network = Network.of(layers=[post, pre] * 2, defaults={"init": {"scheme": "he"}, "bias": False})
    theory = predicted(network, width=300).state_gradients
    found = measured(network, width=300)
    np.testing.assert_allclose(found[1:], theory[1:], rtol=0.15)


def test_an_rms_norm_before_the_weights_leaves_the_mean_of_what_it_reads():
    """Sigmoids have a mean of 1/2: divided by their root mean square it is near 1."""
    post = {"kind": "dense", "width": 300, "activation": "sigmoid"}
    pre = {"kind": "dense", "width": 300, "activation": "tanh", "norm": "rms", "order": "pre"}
    network = Network.of(layers=[post, pre] * 2, defaults={"init": {"scheme": "he"}, "bias": False})
    theory = predicted(network, width=300).state_gradients
    found = measured(network, width=300)
    np.testing.assert_allclose(found[1:], theory[1:], rtol=0.15)
    layered = Network.of(layers=[post, pre | {"norm": "layer"}] * 2, defaults=network.defaults)
    assert not np.allclose(predicted(layered, width=300).state_gradients, theory, rtol=0.15)


@pytest.mark.parametrize("omega", [1.0, 5.0, 30.0])
def test_gradients_of_a_siren_are_those_of_its_omega(omega):
    """Sitzmann et al. 2020: weights of variance 2 / (n omega^2). So what sine reads comes to a
    variance v = 2 E[sin^2] = 1 - exp(-2 v) = 0.7968, and squared gradients grow by
    2 E[cos^2] = 1 + exp(-2 v) a layer, whatever omega."""
    init = {"scheme": "pytorch", "gain": np.sqrt(6) / omega}
    network = chain(8, "sine", init, omega=omega)
    theory = predicted(network).state_gradients
    np.testing.assert_allclose(measured(network)[1:], theory[1:], rtol=0.15)
    assert theory[-2] == pytest.approx(np.sqrt(1 + np.exp(-2 * 0.7968)), rel=0.01)
