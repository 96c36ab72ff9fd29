"""Gradient against depth at initialisation, predicted from the drawing.

Mean field theory of wide random networks (Poole et al. 2016; Schoenholz et al. 2017; Yang and
Schoenholz 2017). For a block x <- s x + a phi(W x) with W ~ N(0, sw^2 / n) it says

    p_l = s^2 p_(l-1) + a^2 E[phi(z)^2],        z ~ N(0, sw^2 p_(l-1))
    r_l = sqrt(s^2 + a^2 sw^2 E[phi'(z)^2])     factor of the gradient's root mean square

and the same is carried out here for any skips: a state is a sum of branches h_j, each made by
fresh random weights and so uncorrelated with the others but for the means; a gradient is a sum of
what came down through each W_k', fresh and uncorrelated as well.
"""

from dataclasses import dataclass
from math import sqrt

import numpy as np

from skipviz.arms import STANDARD_ARMS, Arm
from skipviz.language import _
from skipviz.network import Network
from skipviz.network.given import takes_network
from skipviz.theory.gaussian import Moments
from skipviz.theory.layers import Layer, TheoryError, read
from skipviz.types import Array

BATCH_NORM_RELU_GROWTH = sqrt(np.pi / (np.pi - 1))
"""Growth of the gradient per layer of a chain with batch norm and ReLU (Yang et al. 2019)."""


@dataclass(frozen=True)
class Prediction:
    """Root mean squares of the states s_0 .. s_N, and norms of gradients relative to the last.

    `state_gradients` |dL/ds_k| over |dL/ds_N| for k = 0..N; `weight_gradients` |dL/dW_k| over
    |dL/dW_N| for k = 1..N, as for a single sample, where |dL/dW_k| = |dL/dz_k| |s_(k-1)|.
    """

    states: Array
    state_gradients: Array
    weight_gradients: Array


@takes_network
def predict(
    network: Network,
    input_shape: tuple[int, ...],
    outputs: int,
    arm: Arm = STANDARD_ARMS["skip"],
    input_square: float = 1.0,
) -> Prediction:
    """The prediction for an arm of a dense network; TheoryError says why there is none.

    `input_square` is the mean square of the input, 1 for standardised data. Good for widths of
    a hundred and more: log norms fluctuate by depth / width (Hanin and Rolnick 2018). Where
    ReLU layers are added up the truth lies above it from some ten layers on: activations that
    are all positive share a direction, along which gradients add up.
    """
    layers, readout = read(network, input_shape, outputs, arm)
    signal = _Signal(layers, input_square)
    gradient = _Gradient(layers, signal, readout)
    widths = np.array([layers[0].weights.fan_in, *(layer.width for layer in layers)], np.float64)
    of_states = np.sqrt(widths * gradient.squares)
    of_weights = np.array(
        [
            sqrt(layer.width * gradient.inner[k] * layer.weights.fan_in * signal.read[k])
            for k, layer in enumerate(layers)
        ]
    )
    return Prediction(np.sqrt(signal.squares), _relative(of_states), _relative(of_weights))


@dataclass(frozen=True)
class _Branch:
    """Over a wide layer: mean, mean square, and mean product of the values at two inputs.

    The last is taken as if the layer read inputs that have nothing in common, which batch norm
    sees to; only batch norm uses it.
    """

    mean: float
    square: float
    shared: float


class _Signal:
    """Forward: mean squares of the states, and what the layers do to a gradient."""

    def __init__(self, layers: list[Layer], input_square: float) -> None:
        depth = len(layers)
        self._parts = np.eye(depth + 1)  # branches that make up each state
        self._branches = [_Branch(0.0, input_square, 0.0)]
        self.squares = np.full(depth + 1, input_square)
        self.read = np.empty(depth)
        """Mean square of what W_k acts on, per layer."""
        self.down = np.empty(depth)
        """Mean square of the gradient before the activation and norm over that behind them."""
        for k, layer in enumerate(layers, start=1):
            source = self._state(k - 1)
            step = _pre if layer.order == "pre" else _post
            branch, self.read[k - 1], self.down[k - 1] = step(layer, source)
            self._branches.append(branch)
            parts = layer.branch_scale * self._parts[k]
            for skip in layer.skips:
                parts = parts + skip.forward * self._parts[skip.source]
            self._parts[k] = parts
            self.squares[k] = self._state(k).square

    def _state(self, k: int) -> _Branch:
        """Branches of different weights are independent but for their means."""
        parts = self._parts[k, : k + 1]
        mean, square, shared = np.array(
            [(b.mean, b.square, b.shared) for b in self._branches[: k + 1]]
        ).T
        joint = float(parts @ mean) ** 2
        return _Branch(
            float(parts @ mean),
            joint + float(parts**2 @ (square - mean**2)),
            joint + float(parts**2 @ (shared - mean**2)),
        )


def _post(layer: Layer, source: _Branch) -> tuple[_Branch, float, float]:
    """h = phi(norm(W s + b))."""
    gain = layer.weights.fan_in * layer.weights.variance
    variance, scale = gain * source.square + layer.weights.bias, 1.0
    if layer.norm != "none":
        variance, scale = 1.0, 1 / _normed(layer, gain, source)
    found = _moments(layer, 0.0, variance)
    branch = _Branch(found.mean, found.square, found.mean**2)
    return branch, source.square, found.slope_square * scale


def _pre(layer: Layer, source: _Branch) -> tuple[_Branch, float, float]:
    """h = W phi(norm(s)) + b, for a Gaussian s."""
    mean, variance, scale = source.mean, max(source.square - source.mean**2, 0.0), 1.0
    if layer.norm != "none":
        across = source.mean**2 if layer.norm == "layer" else 0.0
        scale = 1 / _normed(layer, 1.0, source, across)
        is_rms = layer.norm == "rms"  # which leaves the mean
        mean, variance = (mean * sqrt(scale), variance * scale) if is_rms else (0.0, 1.0)
    found = _moments(layer, mean, variance)
    gain, bias = layer.weights.fan_in * layer.weights.variance, layer.weights.bias
    branch = _Branch(0.0, gain * found.square + bias, gain * found.mean**2 + bias)
    return branch, found.square, found.slope_square * scale


def _moments(layer: Layer, mean: float, variance: float) -> Moments:
    """Those of phi(omega z)."""
    return Moments(layer.activation, mean, variance, layer.frequency)


def _normed(layer: Layer, gain: float, source: _Branch, across: float = 0.0) -> float:
    """The variance a norm divides by: over the batch, or over the features.

    `across` is the squared mean over the features of what a layer norm reads; W s has mean 0.
    """
    variance = gain * (source.square - (source.shared if layer.norm == "batch" else across))
    if variance <= 0:
        raise TheoryError(_("No theory for this network: a norm meets a state that does not vary."))
    return variance


class _Gradient:
    """Backward: mean squares of dL/ds_k, with that of dL/d logits set to 1."""

    def __init__(self, layers: list[Layer], signal: _Signal, readout: Layer) -> None:
        depth = len(layers)
        self._parts = np.eye(depth + 2)  # fresh gradients that make up that of each state
        self._fresh = np.ones(depth + 2)
        self._outgoing = _outgoing([*layers, readout])
        self.squares = np.ones(depth + 2)
        self.inner = np.empty(depth)
        """Mean square of dL/d(W s) per layer."""
        self._take(depth, readout, 1.0)
        for k in range(depth - 1, -1, -1):
            layer, down = layers[k], float(signal.down[k])
            branch = layer.branch_scale**2 * self.squares[k + 1]
            self.inner[k] = branch * (1.0 if layer.order == "pre" else down)
            self._take(k, layer, branch * down)
        self.squares = self.squares[: depth + 1]

    def _take(self, k: int, above: Layer, through: float) -> None:
        """dL/ds_k from the layer above it and from the skips that start at k."""
        self._fresh[k] = above.width * above.weights.variance * through
        for target, gain in self._outgoing.get(k, ()):
            self._parts[k] += gain * self._parts[target]
        self.squares[k] = float(self._parts[k] ** 2 @ self._fresh)


def _outgoing(chain: list[Layer]) -> dict[int, list[tuple[int, float]]]:
    """Per state the target and the backward factor of the skips that start there."""
    found: dict[int, list[tuple[int, float]]] = {}
    for target, layer in enumerate(chain, start=1):
        for skip in layer.skips:
            found.setdefault(skip.source, []).append((target, skip.backward))
    return found


def _relative(norms: Array) -> Array:
    return norms / norms[-1] if norms[-1] > 0 else np.full_like(norms, np.nan)
