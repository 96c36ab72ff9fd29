"""Loss and score before any update, in one seed of an arm."""

import numpy as np

from skipviz.network import Network
from skipviz.runs.recording import Recording


def start_loss(run: Recording, arm: str, seed: int) -> float:
    """Of the training split; with batch norm of the first batch.

    Its statistics have seen nothing yet, so that an evaluation does not normalise. Where the split
    overflows, the batch has to do as well.
    """
    batch = float(run.loss(arm, seed=seed)[0])
    if not _is_evaluated(run):
        return batch
    whole = float(run.loss(arm, "train", seed)[0])
    return whole if np.isfinite(whole) else batch


def start_score(run: Recording, arm: str, seed: int) -> float:
    """Of the training split; NaN with batch norm."""
    return float(run.accuracy(arm, "train", seed)[0]) if _is_evaluated(run) else np.nan


def _is_evaluated(run: Recording) -> bool:
    """Whether the whole splits were, with the weights that were drawn, and that says something."""
    evaluated = run.evaluation_steps()
    return len(evaluated) > 0 and evaluated[0] == 0 and not has_batch_norm(run.drawn)


def has_batch_norm(network: Network | None) -> bool:
    if network is None:
        return False
    layers = range(1, network.depth + 1)
    norms = [network.style(k).norm for k in layers]
    norms += [layer.state_norm for layer in network.layers]
    norms += [getattr(skip, "norm", "none") for skip in network.skips]
    return "batch" in norms
