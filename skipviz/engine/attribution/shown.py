"""An attribution as a few rows of text, however deep the network."""

from collections.abc import Sequence

import numpy as np

from skipviz.types import Array

MOST_STATES = 8
MOST_PARTS = 4


def shares_by_state(gradients: Sequence[Array], shares: Sequence[Array]) -> list[tuple[str, ...]]:
    """(state, shape, shares) of at most eight states, spread evenly from the input to the last."""
    last = len(gradients) - 1
    states = sorted({round(k) for k in np.linspace(0, last, min(last + 1, MOST_STATES))})
    return [(f"s_{k}", str(gradients[k].shape), _largest(shares[k])) for k in states]


def _largest(shares: Array) -> str:
    """0: 61.3 %, 1: 38.7 %; where there are many, those of the largest size."""
    if not np.isfinite(shares).all():
        return "no gradient"
    kept = sorted(np.argsort(-np.abs(shares), kind="stable")[:MOST_PARTS])
    rest = f" and {len(shares) - len(kept)} more" if len(shares) > len(kept) else ""
    return ", ".join(f"{j}: {100 * shares[j]:.1f} %" for j in kept) + rest
