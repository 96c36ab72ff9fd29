"""Means over Gaussian inputs against closed forms and torch's own functions."""

import numpy as np
import pytest
import torch

from skipviz.engine.model.activations import ACTIVATIONS as THEIRS
from skipviz.theory.gaussian import ACTIVATIONS, Moments


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_activations_and_derivatives_are_those_of_the_model(name):
    z = torch.linspace(-5, 5, 1000, dtype=torch.float64, requires_grad=True)
    value = THEIRS[name](z)
    (derivative,) = torch.autograd.grad(value.sum(), z)
    function, slope = ACTIVATIONS[name]
    points = z.detach().numpy()
    np.testing.assert_allclose(function(points), value.detach().numpy(), atol=1e-12)
    np.testing.assert_allclose(slope(points), derivative.numpy(), atol=1e-12)


@pytest.mark.parametrize("variance", [1e-6, 0.3, 1.0, 50.0, 1e8, 1e20])
def test_relu_means_are_the_closed_ones_at_any_width(variance):
    """Half the variance, half the slopes, sqrt(variance / 2 pi)."""
    found = Moments("relu", 0.0, variance)
    assert found.square == pytest.approx(variance / 2, rel=1e-5)
    assert found.slope_square == pytest.approx(0.5, rel=1e-5)
    assert found.mean == pytest.approx(np.sqrt(variance / (2 * np.pi)), rel=1e-5)


@pytest.mark.parametrize("variance", [0.1, 1.0, 30.0])
def test_sine_means_are_the_closed_ones(variance):
    """E[sin²] = (1 - exp(-2 v)) / 2 and E[cos²] = (1 + exp(-2 v)) / 2."""
    found = Moments("sine", 0.0, variance)
    assert found.square == pytest.approx((1 - np.exp(-2 * variance)) / 2, rel=1e-4)
    assert found.slope_square == pytest.approx((1 + np.exp(-2 * variance)) / 2, rel=1e-4)


def test_a_wide_gaussian_sees_the_narrow_slope_of_tanh():
    """For large variance E[(1 - tanh²)²] -> density at 0 times 4/3."""
    found = Moments("tanh", 0.0, 1e6)
    assert found.slope_square == pytest.approx(4 / 3 / np.sqrt(2 * np.pi) / 1e3, rel=1e-4)


def test_without_variance_there_is_one_point():
    found = Moments("tanh", 0.5, 0.0)
    assert found.mean == pytest.approx(np.tanh(0.5))
