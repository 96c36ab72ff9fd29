"""The gradient of every layer as the colour of its box: one scale for all arms of a run."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from skipviz.colours import ZERO_COLOUR, log_colours, positive_range
from skipviz.network.drawing import Paint
from skipviz.runs.recording import Recording
from skipviz.runs.zeros import is_zero, size_text
from skipviz.types import Array


@dataclass(frozen=True)
class Painted:
    """|dL/dW_k| at one step, the median of the seeds, by arm and for layers 1..N and the readout.

    The same colour means the same gradient in every arm; the scale is that of `low` to `high`,
    None where nothing is above 0.
    """

    scale: tuple[float, float] | None
    arms: Mapping[str, list[Paint]]

    def boxes(self, arm: str) -> list[Paint]:
        """Those of 0..N+1: the input has no weights."""
        return [Paint(), *self.arms[arm]]


def painted(run: Recording, at: int = -1) -> Painted:
    """Row `at` of a run."""
    norms = np.stack([run.median_at("weight_gradient", arm, at) for arm in run.main_arms])
    low, high = positive_range(norms, decades=3)
    return Painted(
        (low, high) if (norms > 0).any() else None,
        {arm: _paints(row, low, high) for arm, row in zip(run.main_arms, norms, strict=True)},
    )


def _paints(norms: Array, low: float, high: float) -> list[Paint]:
    zeros = is_zero(norms).tolist()
    colours = zip(log_colours(norms, low, high), zeros, strict=True)
    return [
        Paint(ZERO_COLOUR if zero else colour, _text(float(norm)), zero)
        for norm, (colour, zero) in zip(norms, colours, strict=True)
    ]


def _text(norm: float) -> str:
    """A layer without weights has no gradient of them, nor has one whose arm has failed."""
    return "none" if np.isnan(norm) else size_text(norm)
