"""The numbers in the equations of one skip, against autograd on a network written by hand."""

import numpy as np
import pytest
import torch
from torch import Tensor

import skipviz as sv
from skipviz import data
from skipviz.engine.measures import forward_skip, many_networks, splits
from skipviz.engine.model.module import Model
from skipviz.network import Network

P, Q, N = 3, 7, 10
SEED = 2
NETWORK = Network.mlp(N, 24, activation="tanh").add_skip(P, Q)


def by_hand(skip: str) -> tuple[list[Tensor], list[Tensor]]:
    """States s_1 .. s_N and dL/ds_k of the chain; the skip is "real", "gradient" or "none"."""
    model = Model(NETWORK.on((64,), 10), SEED, dtype=torch.float64)
    weights = dict(model.named_parameters())
    split = data.load("digits")
    s = torch.from_numpy(split.train_x[:64]).double()
    y = torch.from_numpy(split.train_y[:64])
    states: list[Tensor] = []
    for k in range(1, N + 1):
        s = torch.tanh(s @ weights[f"layer{k}.weight"].T + weights[f"layer{k}.bias"])
        if k == Q and skip != "none":
            carried = states[P - 1]
            s = s + carried if skip == "real" else s + carried - carried.detach()
        s.retain_grad()
        states.append(s)
    logits = s @ weights["readout.weight"].T + weights["readout.bias"]
    torch.nn.functional.cross_entropy(logits, y).backward()
    return states, [state.grad for state in states]


def values(result) -> dict[str, float]:
    return dict(result.values)


def test_the_terms_of_the_gradient_are_those_of_autograd() -> None:
    found = values(next(forward_skip.gradient(NETWORK, "digits", SEED, (P, Q))))
    _, gradients = by_hand("real")
    delta, whole = gradients[Q - 1], gradients[P - 1]
    main = whole - delta
    assert found["delta"] == pytest.approx(float(delta.norm()), rel=1e-6)
    assert found["whole"] == pytest.approx(float(whole.norm()), rel=1e-6)
    assert found["main"] == pytest.approx(float(main.norm()), rel=1e-6)
    assert found["R"] == pytest.approx(float((main * delta).sum() / delta.norm() ** 2), rel=1e-5)


def test_the_sizes_of_the_states_are_those_of_the_network_by_hand() -> None:
    found = values(next(forward_skip.forward(NETWORK, "digits", SEED, (P, Q))))
    states, _ = by_hand("real")
    s_p, s_q = states[P - 1].detach(), states[Q - 1].detach()
    for name, state in (("s_p", s_p), ("s_q", s_q), ("h_q", s_q - s_p)):
        assert found[name] == pytest.approx(float(state.square().mean().sqrt()), rel=1e-6)


def test_the_numbers_printed_in_the_formulas_are_the_measured_ones() -> None:
    result = next(forward_skip.gradient(NETWORK, "digits", SEED, (P, Q)))
    printed = " ".join(result.formulas)
    found = values(result)
    assert rf"\bm{{s}}_{{{P}}}" in printed
    for name in ("whole", "main", "delta", "R"):
        mantissa = f"{found[name]:.2e}".split("e")[0]
        assert f"{found[name]:.3g}" in printed or mantissa in printed


def test_for_the_gradient_only_nothing_changes_above_p_to_the_last_bit() -> None:
    result = next(forward_skip.against_plain(NETWORK, "digits", SEED, (P, Q)))
    only = next(c for c in result.figure.curves if c.label == "gradient only")
    assert (only.y[P:] == 0).all()
    assert (only.y[:P] > 0).all()
    _, plain = by_hand("none")
    _, gradient_only = by_hand("gradient")
    for k in range(P):
        expected = float((gradient_only[k] - plain[k]).norm() / plain[k].norm())
        assert only.y[k] == pytest.approx(expected, rel=1e-5)


def test_the_increment_is_delta_times_the_jacobian_below_p() -> None:
    result = next(forward_skip.against_plain(NETWORK, "digits", SEED, (P, Q)))
    assert values(result)["increment"] < 1e-12


def test_a_real_skip_changes_every_layer() -> None:
    result = next(forward_skip.against_plain(NETWORK, "digits", SEED, (P, Q)))
    real = next(c for c in result.figure.curves if c.label == "with it")
    assert (real.y > 0).all()
    _, plain = by_hand("none")
    _, with_skip = by_hand("real")
    expected = [float((g - g0).norm() / g0.norm()) for g, g0 in zip(with_skip, plain, strict=True)]
    np.testing.assert_allclose(real.y, expected, rtol=1e-5)


def test_the_criterion_decides_in_every_random_network() -> None:
    *_, result = many_networks.criterion((1.0, 2.5), networks=20)
    for curve in result.figure.curves:
        assert ((curve.x > -0.5) == (curve.y > 1)).all()
    assert "in every case" in result.verdict
    assert values(result)["falls at gain 2.5"] > 0.2


def test_the_weights_between_the_ends_alone_keep_their_gradient() -> None:
    result = next(many_networks.weights())
    change = result.figure.series[0].y
    assert (change[2:5] == 0).all()
    assert (np.delete(change, [2, 3, 4]) > 0.1).all()


def test_minus_the_identity_cancels_the_gradient_exactly() -> None:
    result = next(splits.cancelling())
    with_skip = result.figure.curves[0]
    np.testing.assert_allclose(with_skip.y, 1 - with_skip.x, atol=1e-12)
    assert with_skip.y[-1] == 0


def test_the_criterion_at_every_skip_is_that_of_the_attribution() -> None:
    result = next(splits.angles(NETWORK, "digits", SEED, (P, Q)))
    of_chapter = values(next(forward_skip.gradient(NETWORK, "digits", SEED, (P, Q))))
    assert values(result)[f"{P}→{Q}"] == pytest.approx(of_chapter["R"], rel=1e-6)


def test_other_skips_of_the_network_are_left_as_they_are() -> None:
    net = sv.presets.load("default")
    result = next(forward_skip.against_plain(net, "digits", 0, (19, 21)))
    assert values(result)["above"] == 0
    assert values(result)["increment"] < 1e-12
