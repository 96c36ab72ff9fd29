"""How gradient and signal change from state to state, in one seed of an arm at one row."""

import numpy as np

from skipviz.runs.recording import Recording
from skipviz.types import Array


def gradient_growth(run: Recording, arm: str, at: int, seed: int) -> float:
    """Per entry, |dL/ds_1| over |dL/ds_N|."""
    norms = _gradients(run, arm, at, seed) / np.sqrt(run.state_sizes)
    return ratio(norms[0], norms[-1])


def state_growth(run: Recording, arm: str, at: int, seed: int) -> float:
    """Root mean square of s_N over that of s_1; NaN where it is not measured."""
    if not run.has("state_rms"):
        return np.nan
    return ratio(*run.probe_at("state_rms", arm, at, seed)[[-2, 0]])


def handed_down(run: Recording, arm: str, at: int, seed: int, top: int) -> Array:
    """(N,) what of dL/ds_top is left of it at every state.

    Per entry, or summed over the entries where that is more: a mean over P positions hands each
    of them a P-th, and loses nothing.
    """
    norms, root = _gradients(run, arm, at, seed), np.sqrt(run.state_sizes)
    with np.errstate(divide="ignore", invalid="ignore"):
        per_entry = norms / root / (norms / root)[top - 1]
        in_all = norms * root / (norms * root)[top - 1]
    found: Array = np.maximum(per_entry, in_all)
    return found


def ratio(first: float, last: float) -> float:
    """Infinite over 0; NaN of 0 over 0."""
    if last == 0:
        return np.nan if first == 0 else np.inf
    return float(first / last)


def _gradients(run: Recording, arm: str, at: int, seed: int) -> Array:
    """(N,) |dL/ds_k|."""
    return run.probe_at("state_gradient", arm, at, seed)[: run.layers]
