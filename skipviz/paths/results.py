"""What is measured along the paths. Numpy only: the page reads it without torch."""

from dataclasses import dataclass
from math import inf, log10

import numpy as np

from skipviz.paths.summary import all_but
from skipviz.types import Array


@dataclass(frozen=True)
class PathGradients:
    """The gradient at the first state that has one, by the length of the paths it came down.

    That is state 0, or 1 where the input is made of token numbers. `lengths` (degrees,) are in
    layers, `counts` the number of paths of each. Of the exact sum over all paths of a length:
    `norms`, and signed `shares` <part, total> / |total|^2, which add up to 1; `norm` is |total|.
    `single` is the mean norm of the `samples` paths drawn of each length, NaN until they are.
    `by_skips` (states, degrees) are the norms of the parts of dL/ds_k that took 0, 1, 2, ..
    skips, `skip_shares` their signed shares; NaN where no such path leads. Norms are over the
    `batch`, L is its mean loss, and `trained` the number of training steps before.
    """

    trained: int
    batch: int
    lengths: tuple[int, ...]
    counts: tuple[int, ...]
    norms: Array
    shares: Array
    norm: float
    single: Array
    samples: int
    by_skips: Array
    skip_shares: Array

    @property
    def cancellation(self) -> float:
        """sum over lengths of |part| / |sum of the parts|; 1 when nothing cancels."""
        return float(self.norms.sum() / self.norm) if self.norm else inf

    @property
    def exact(self) -> Array:
        """(degrees,) |sum over the paths of a length|, divided by the sum over all lengths."""
        return _divided(self.norms)

    @property
    def estimate(self) -> Array:
        """(degrees,) count x mean norm of single paths, divided by the sum over all lengths.

        The estimator of Veit et al. 2016, section 5; NaN for lengths not sampled yet.
        """
        logs = np.array([log10(count) for count in self.counts])
        with np.errstate(divide="ignore"):
            logs = logs + np.log10(self.single)
        known = logs[np.isfinite(logs)]
        return _divided(10.0 ** (logs - known.max())) if len(known) else np.full(len(logs), np.nan)

    def centre(self, weights: Array) -> float:
        """The mean length under `exact` or `estimate`; NaN where nothing is known."""
        total = np.nansum(weights)
        return float(np.nansum(weights * np.array(self.lengths)) / total) if total else np.nan

    def inside(self, weights: Array, low: int, high: int) -> float:
        """The share of `exact` or `estimate` at the lengths from `low` to `high`.

        Counted from what lies outside, so that a rounded sum is not taken for a missing part.
        """
        lengths = np.array(self.lengths)
        return all_but(float(np.nansum(weights[(lengths < low) | (lengths > high)])))

    def interval(self, weights: Array) -> tuple[int, int]:
        """The lengths between which the central 95 % of `exact` or `estimate` lies."""
        reached = np.cumsum(np.nan_to_num(weights))
        low = int(np.searchsorted(reached, 0.025 * reached[-1]))
        high = int(np.searchsorted(reached, 0.975 * reached[-1] * (1 - 1e-12)))
        return self.lengths[low], self.lengths[min(high, len(self.lengths) - 1)]


def _divided(values: Array) -> Array:
    total = np.nansum(values)
    return values / total if total else np.zeros_like(values)
