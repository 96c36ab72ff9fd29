"""Points drawn from formulas, after the data sets of TensorFlow Playground.

Every function of `TOYS` gives x (1000, features) and y (1000,): classes from 0 on, or real targets.
What is said of them stands in `skipviz.data.catalogue`.
"""

import numpy as np

from skipviz.data.split import Array

SAMPLES = 1000
NOISE = 0.1  # of the radius 1 that all points lie within


def circles() -> tuple[Array, Array]:
    """A disk of radius 0.5 within a ring of 0.7 to 1."""
    random = np.random.default_rng(0)
    y = np.arange(SAMPLES) % 2
    radius = np.where(y == 0, random.uniform(0, 0.5, SAMPLES), random.uniform(0.7, 1, SAMPLES))
    angle = random.uniform(0, 2 * np.pi, SAMPLES)
    return _noisy(_polar(radius, angle), random, 0.5), y


def xor() -> tuple[Array, Array]:
    """Class 1 where the signs of both coordinates agree, with a gap along the axes."""
    random = np.random.default_rng(0)
    points = random.uniform(-0.95, 0.95, (SAMPLES, 2))
    points += 0.05 * np.sign(points)
    return points, (points.prod(1) >= 0).astype(np.int64)


def gaussians() -> tuple[Array, Array]:
    """Two round clouds about (0.4, 0.4) and (-0.4, -0.4)."""
    random = np.random.default_rng(0)
    y = np.arange(SAMPLES) % 2
    return np.where(y, 0.4, -0.4)[:, None] + random.normal(0, 0.2, (SAMPLES, 2)), y


def spirals() -> tuple[Array, Array]:
    """Two arms of 1.75 turns, half a turn apart."""
    random = np.random.default_rng(0)
    y = np.arange(SAMPLES) % 2
    along = np.arange(SAMPLES) // 2 / (SAMPLES // 2)
    angle = 1.75 * 2 * np.pi * along + np.pi * y
    return _noisy(_polar(along, angle), random, 0.3), y


def moons() -> tuple[Array, Array]:
    """Two half circles that reach into each other."""
    random = np.random.default_rng(0)
    y = np.arange(SAMPLES) % 2
    angle = random.uniform(0, np.pi, SAMPLES)
    x = _polar(np.ones(SAMPLES), angle)
    x[y == 1] = [1.0, 0.5] - x[y == 1]
    return _noisy(x, random, 1.0), y


def plane() -> tuple[Array, Array]:
    """The sum of both coordinates, without noise."""
    points = np.random.default_rng(0).uniform(-1, 1, (SAMPLES, 2))
    return points, points.sum(1)


def sine() -> tuple[Array, Array]:
    """Two periods of a sine over the line, with noise."""
    random = np.random.default_rng(0)
    x = random.uniform(-1, 1, (SAMPLES, 1))
    return x, np.sin(2 * np.pi * x[:, 0]) + random.normal(0, NOISE, SAMPLES)


def _polar(radius: Array, angle: Array) -> Array:
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)


def _noisy(points: Array, random: np.random.Generator, share: float) -> Array:
    return points + random.normal(0, share * NOISE, points.shape)


TOYS = (circles, xor, gaussians, spirals, moons, plane, sine)
"""Called as their data sets are."""
