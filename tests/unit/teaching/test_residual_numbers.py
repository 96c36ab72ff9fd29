"""Residual blocks as a sum, the task y = x, and shattering, against networks written by hand."""

import numpy as np
import pytest
import torch
from torch import Tensor
from torch.nn.functional import batch_norm, cross_entropy

from skipviz import data
from skipviz.answers import answer
from skipviz.engine.measures import as_a_sum, identity_task, shattered, start
from skipviz.engine.model.module import Model
from skipviz.measures.cases import Case, residual
from skipviz.network import Dense, Init, Network, Style
from skipviz.presets import load
from skipviz.presets.preset import Chain
from skipviz.settings import Settings
from skipviz.teaching import CHAPTERS
from skipviz.training import train

BLOCKS, WIDTH = 4, 12


def blocks(order: str, join: str, kind: str = "add") -> Network:
    chain = Chain()
    chain.add(Dense(width=WIDTH, norm="none", order="post", activation="identity"))
    for _ in range(BLOCKS):
        chain.block(Dense(width=WIDTH), Dense(width=WIDTH), kind=kind, join=join)
    return chain.network(defaults=Style(norm="batch", order=order, init=Init(scheme="he")))


def weights_of(network: Network) -> dict[str, Tensor]:
    return dict(Model(network.on((64,), 10), 0, dtype=torch.float64).named_parameters())


def linear(weights: dict[str, Tensor], name: str, s: Tensor) -> Tensor:
    return s @ weights[f"{name}.weight"].T + weights[f"{name}.bias"]


def normed(s: Tensor) -> Tensor:
    return batch_norm(s, None, None, training=True)


def branch(weights: dict[str, Tensor], k: int, s: Tensor, order: str) -> Tensor:
    """F: layers k and k + 1, without what comes after the sum."""
    if order == "pre":
        inner = linear(weights, f"layer{k}", torch.relu(normed(s)))
        return linear(weights, f"layer{k + 1}", torch.relu(normed(inner)))
    inner = torch.relu(normed(linear(weights, f"layer{k}", s)))
    return normed(linear(weights, f"layer{k + 1}", inner))


def by_hand(network: Network, order: str) -> list[float]:
    """|left - right| / |left| of the equation, block by block."""
    weights, split = weights_of(network), data.load("digits")
    x = torch.from_numpy(split.train_x[:64]).double()
    ends = [linear(weights, "layer1", x)]
    terms = []
    for block in range(BLOCKS):
        terms.append(branch(weights, 2 + 2 * block, ends[-1], order))
        total = ends[-1] + terms[-1]
        ends.append(total if order == "pre" else torch.relu(total))
    loss = cross_entropy(linear(weights, "readout", ends[-1]), torch.from_numpy(split.train_y[:64]))
    *left, delta = torch.autograd.grad(loss, ends, retain_graph=True)
    errors = []
    for block, gradient in enumerate(left):
        whole = torch.stack(terms[block:]).sum(0)
        (rest,) = torch.autograd.grad(whole, ends[block], delta, retain_graph=True)
        errors.append(float((gradient - delta - rest).norm() / gradient.norm()))
    return errors


def test_the_sum_is_the_gradient_where_nothing_follows_the_addition() -> None:
    assert max(by_hand(blocks("pre", "output"), "pre")) < 1e-13
    assert as_a_sum.errors(blocks("pre", "output"), "digits", 2).max() < 1e-13


def test_a_relu_after_the_addition_breaks_the_sum_by_as_much_as_by_hand() -> None:
    net = blocks("post", "preactivation")
    found = as_a_sum.errors(net, "digits", 1)[0]
    np.testing.assert_allclose(found, by_hand(net, "post"), rtol=1e-6)
    assert (found > 0.1).all()


def test_a_projection_breaks_the_sum_as_well() -> None:
    assert as_a_sum.errors(blocks("pre", "output", "projection"), "digits", 1).min() > 0.1


def test_the_section_compares_the_two_presets() -> None:
    chapter = next(c for c in CHAPTERS if c.id == "identity")
    live = next(s for s in chapter.sections if s.id == "sum").live
    *_, result = answer(live)
    found = dict(result.values)
    assert found["pre-activation"] < 1e-13
    assert found["post-activation"] > 0.3
    assert live.cases[0].network == load("preactivation")


def test_a_sigmoid_around_the_sum_costs_the_gradient_and_tanh_or_relu_do_not() -> None:
    chapter = next(c for c in CHAPTERS if c.id == "identity")
    live = next(s for s in chapter.sections if s.id == "clean").live
    *_, result = answer(live)
    ratios = {c.label: c.y[0] / c.y[-1] for c in result.figure.curves}
    assert ratios["sigmoid, joined inside"] < 4.0**-19
    assert ratios["sigmoid, joined after it"] > 0.01
    assert 1 < ratios["tanh, joined inside"] < 10
    assert 1 < ratios["ReLU, joined inside"] < 10


def test_the_task_is_to_give_back_what_came_in() -> None:
    split = identity_task.identity_data().split
    assert split.train_y is split.train_x
    assert float((split.train_y**2).mean()) == pytest.approx(1, abs=0.02)


def test_the_errors_left_are_those_of_a_run() -> None:
    settings = Settings(steps=20, seeds=2, learning_rate=0.1)
    found = identity_task.trained(2, settings)
    run = train(
        identity_task.chain_of(2), identity_task.identity_data(), steps=20, seeds=2,
        learning_rate=0.1, arms=("skip", "plain"), device="cpu", evaluate_every=20,
    )  # fmt: skip
    expected = [[run.loss(arm, "train", seed)[-1] for seed in range(2)] for arm in run.arms]
    np.testing.assert_allclose(found, expected, rtol=1e-5)


def test_a_training_that_breaks_down_has_learned_nothing() -> None:
    wild = Settings(steps=30, learning_rate=50.0)
    assert np.isinf(identity_task.trained(5, wild)).any()


def test_deep_plain_layers_do_not_find_the_identity_and_those_with_skips_come_near() -> None:
    ways = (Settings(steps=100, seeds=3, learning_rate=0.1),)
    *_, result = identity_task.losses((1, 5), ways)
    found = dict(result.values)
    assert found["SGD, 10 layers, with skips"] < 0.5 * found["SGD, 10 layers, without"]
    assert 0.4 < found["SGD, 10 layers, without"] < 1


def test_the_likeness_of_gradients_is_that_of_a_network_by_hand() -> None:
    """Statistics are those of the batch (as PyTorch keeps them, of n - 1), held constant."""
    net = residual(2, "relu", "he", WIDTH, norm="batch")
    weights = weights_of(net)
    x = torch.from_numpy(data.load("digits").train_x[:20]).double()
    direction = torch.randn(10, generator=torch.Generator().manual_seed(0)).double()
    first = linear(weights, "layer1", x).detach().requires_grad_()
    s = in_training = first
    for k in (2, 3):
        held = in_training.mean(0).detach(), in_training.var(0).detach()
        in_training = in_training + linear(weights, f"layer{k}", torch.relu(normed(in_training)))
        s = s + linear(weights, f"layer{k}", torch.relu(batch_norm(s, *held)))
    (gradients,) = torch.autograd.grad((linear(weights, "readout", s) @ direction).sum(), first)
    units = torch.nn.functional.normalize(gradients, dim=1)
    pairs = (units @ units.T)[~torch.eye(20, dtype=torch.bool)]
    found = shattered.cosines(net, seeds=1, batch=20)
    assert found[0] == pytest.approx(float(pairs.mean()), rel=1e-6)


def test_gradients_shatter_faster_than_the_root_of_the_depth() -> None:
    found = shattered.exponents()
    assert (found < -0.5).all()
    assert (found > -1).all()


def test_a_residual_case_may_have_a_norm_in_its_branches_and_none_in_its_first_layer() -> None:
    net = residual(3, "relu", "he", WIDTH, norm="batch")
    assert [net.style(k).norm for k in range(1, 5)] == ["none", "batch", "batch", "batch"]
    *_, result = start.gradients((Case("plain norm", net),))
    assert result.values[0][1] > 0
