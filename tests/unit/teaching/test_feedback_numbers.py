"""The gradient in time of a state added to itself, and at a fixed point, against loops by hand."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import Tensor

from skipviz import data, experiments
from skipviz.engine.experiments.over_time import over_time
from skipviz.engine.measures import feedback, fixed_point
from skipviz.engine.model.module import Model
from skipviz.engine.probes.snapshots import factor_back
from skipviz.network import Network

STEPS, SEED = 6, 1


def weights_of(network: Network, seed: int = SEED) -> dict[str, Tensor]:
    return dict(Model(network.on((64,), 10), seed, dtype=torch.float64).named_parameters())


def samples(count: int) -> tuple[Tensor, Tensor]:
    split = data.load("digits")
    return torch.from_numpy(split.train_x[:count]).double(), torch.from_numpy(split.train_y[:count])


def layer(weights: dict[str, Tensor], k: int, s: Tensor) -> Tensor:
    return s @ weights[f"layer{k}.weight"].T + weights[f"layer{k}.bias"]


def loss_of(weights: dict[str, Tensor], s: Tensor, y: Tensor) -> Tensor:
    top = torch.tanh(layer(weights, 4, s))
    logits = top @ weights["readout.weight"].T + weights["readout.bias"]
    return torch.nn.functional.cross_entropy(logits, y)


def test_a_state_added_to_itself_keeps_its_gradient_over_time_to_the_last_bit() -> None:
    *_, result = feedback.gains((0.9,), steps=STEPS)
    free = next(c for c in result.figure.curves if c.label == feedback.FREE)
    assert (free.low == free.low[0]).all()
    assert (free.high == free.high[0]).all()
    x, y = samples(64)
    of_seeds = []
    for seed in range(3):
        weights = weights_of(feedback.residual_in_time(STEPS), seed)
        states = [torch.zeros(64, 32, dtype=torch.float64)]
        for _ in range(STEPS):
            s = torch.tanh(layer(weights, 2, torch.tanh(layer(weights, 1, x))))
            states.append(torch.tanh(layer(weights, 3, s)) + states[-1])
        gradients = torch.autograd.grad(loss_of(weights, states[-1], y), states[1:])
        lengths = [float(g.norm()) for g in gradients]
        assert lengths == pytest.approx([lengths[-1]] * STEPS, rel=1e-14)
        of_seeds.append(lengths[0])
    assert free.low[0] == pytest.approx(min(of_seeds), rel=1e-9)
    assert free.high[0] == pytest.approx(max(of_seeds), rel=1e-9)


def test_joined_inside_the_activation_the_same_skip_loses_gradient() -> None:
    net = feedback.residual_in_time(STEPS).change_skip(3, 3, join="preactivation")
    stack = feedback.fresh_stack(net, "digits")
    found = feedback.gradient_over_time(stack, feedback.first_pass(stack, "digits"))[0, 2]
    assert (np.diff(found) > 0).all()


def test_the_gradient_of_a_fixed_point_is_the_solution_of_the_linear_equation() -> None:
    """The loop, its Jacobian M = D_q W_q D_p U and v are written out by hand."""
    made = fixed_point._unrolled(0.9, 200, batch=5, seeds=SEED + 1)
    found = fixed_point.from_the_fixed_point(made)[SEED]
    weights = weights_of(feedback.recurrent(0.9, 2))
    feed = weights["skip3_2.weight"]
    x, y = samples(5)
    below = layer(weights, 2, torch.tanh(layer(weights, 1, x)))
    upper = torch.zeros(5, 32, dtype=torch.float64)
    for _ in range(400):
        lower = torch.tanh(below + upper @ feed.T)
        upper = torch.tanh(layer(weights, 3, lower)).detach()
    upper.requires_grad_()
    (v,) = torch.autograd.grad(loss_of(weights, upper, y), upper)
    for sample in range(5):
        slopes = [torch.diag(1 - s[sample].detach() ** 2) for s in (upper, lower)]
        m = slopes[0] @ weights["layer3.weight"] @ slopes[1] @ feed
        expected = v[sample] @ torch.linalg.inv(torch.eye(32) - m)
        torch.testing.assert_close(found[sample], expected.detach(), rtol=1e-9, atol=1e-12)


def test_the_gradients_of_all_steps_add_up_to_that_of_the_equation() -> None:
    """What is left of the sum falls by about 0.92 a step: 1e-15 after 400."""
    (result,) = fixed_point.implicit(steps=400, seeds=2)
    found = dict(result.values)
    assert found["error"] < 1e-13
    cosines = [found[f"k = {k}"] for k in range(1, 11)]
    assert cosines == sorted(cosines)
    assert 0.5 < cosines[0] < 0.95
    assert cosines[-1] == pytest.approx(1, abs=1e-4)


def test_what_the_steps_add_to_the_gradient_of_u_is_that_of_autograd() -> None:
    made = fixed_point._unrolled(0.9, STEPS, batch=16, seeds=1)
    terms = fixed_point.weight_gradients(made)
    assert len(terms) == STEPS - 1
    stack = feedback.fresh_stack(feedback.recurrent(0.9, STEPS), "digits")
    names = [name for group in stack.places for name in group]
    gradients = [g for group in feedback.first_pass(stack, "digits", 16).gradients for g in group]
    expected = gradients[names.index("skip3_2.weight")][0].T  # the engine has (in, out)
    torch.testing.assert_close(terms.sum(0)[0], expected, rtol=1e-9, atol=1e-15)


def test_learn_and_its_experiment_say_the_same_factor_per_time_step() -> None:
    """Near 1 the samples and the steps that are counted decide whether it is called vanishing."""
    looped = experiments.load("g15")
    (part,) = looped.parts(looped.setup())
    near_one = tuple(v for v in part.variants if v.name == "gain1.5")
    *_, measured = over_time(replace(part, variants=near_one))
    *_, result = feedback.gains((1.5,))
    assert dict(result.values)["gain 1.5"] == np.median(measured.values["gain1.5.factor"])


def test_a_factor_back_in_time_is_that_of_a_geometric_series_but_for_the_last_step() -> None:
    norms = np.array([[0.0, 8.0, 4.0, 2.0, 50.0], [1.0, 3.0, 9.0, 27.0, 1.0]])
    assert factor_back(norms) == pytest.approx([2, 1 / 3])
