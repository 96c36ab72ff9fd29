"""Means of activations over Gaussian inputs, by quadrature."""

from collections.abc import Callable
from math import erf, sqrt

import numpy as np

from skipviz.types import Array

Function = Callable[[Array], Array]
ALPHA, SCALE = 1.6732632423543772, 1.0507009873554805  # of SELU (Klambauer et al. 2017)


def _gaussian_cdf(z: Array) -> Array:
    return 0.5 * (1 + np.array([erf(value / sqrt(2)) for value in z]))


def _sigmoid(z: Array) -> Array:
    return 0.5 * (1 + np.tanh(z / 2))


def _density(z: Array) -> Array:
    density: Array = np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi)
    return density


ACTIVATIONS: dict[str, tuple[Function, Function]] = {
    "identity": (lambda z: z, np.ones_like),
    "relu": (lambda z: np.maximum(z, 0), lambda z: np.where(z > 0, 1.0, 0.0)),
    "leaky_relu": (lambda z: np.where(z > 0, z, 0.01 * z), lambda z: np.where(z > 0, 1.0, 0.01)),
    "gelu": (
        lambda z: z * _gaussian_cdf(z),
        lambda z: _gaussian_cdf(z) + z * _density(z),
    ),
    "silu": (
        lambda z: z * _sigmoid(z),
        lambda z: _sigmoid(z) * (1 + z * (1 - _sigmoid(z))),
    ),
    "tanh": (np.tanh, lambda z: 1 - np.tanh(z) ** 2),
    "sigmoid": (_sigmoid, lambda z: _sigmoid(z) * (1 - _sigmoid(z))),
    "softplus": (lambda z: np.logaddexp(0, z), _sigmoid),
    "sine": (np.sin, np.cos),
    "relu6": (lambda z: np.clip(z, 0, 6), lambda z: np.where((z > 0) & (z < 6), 1.0, 0.0)),
    "hardswish": (
        lambda z: z * np.clip(z + 3, 0, 6) / 6,
        lambda z: np.where(z > 3, 1.0, np.where(z < -3, 0.0, (2 * z + 3) / 6)),
    ),
    "hard_sigmoid": (
        lambda z: np.clip(z + 3, 0, 6) / 6,
        lambda z: np.where(np.abs(z) < 3, 1 / 6, 0.0),
    ),
    "selu": (
        lambda z: SCALE * np.where(z > 0, z, ALPHA * np.expm1(np.minimum(z, 0))),
        lambda z: SCALE * np.where(z > 0, 1.0, ALPHA * np.exp(np.minimum(z, 0))),
    ),
}
"""Every activation and its derivative."""


class Moments:
    """E[phi], E[phi^2] and E[phi'^2] of phi(z) = act(omega z) for z ~ N(mean, variance)."""

    def __init__(
        self, activation: str, mean: float, variance: float, frequency: float = 1.0
    ) -> None:
        function, derivative = ACTIVATIONS[activation]
        z, weights = _grid(frequency * mean, frequency**2 * variance)
        self.mean = float(weights @ function(z))
        self.square = float(weights @ function(z) ** 2)
        self.slope_square = float(weights @ derivative(z) ** 2) * frequency**2


def _grid(mean: float, variance: float) -> tuple[Array, Array]:
    """Points z and weights that sum to 1: the middles of intervals that meet at z = 0.

    Fine both where the Gaussian has its mass and, for a wide one, where activations bend: around
    zero with a spacing of 0.01 in z. Gauss-Hermite nodes lie too far apart there.
    """
    deviation = np.sqrt(variance)
    if deviation == 0:
        return np.array([mean]), np.array([1.0])
    around_zero = (np.arange(-1200, 1201) / 100 - mean) / deviation
    u = np.unique(np.concatenate([np.linspace(-9, 9, 3601), around_zero]))
    u = u[np.abs(u) <= 9]
    middle = (u[1:] + u[:-1]) / 2
    weights = np.diff(u) * _density(middle)
    return mean + deviation * middle, weights / weights.sum()
