"""The run in the drawing itself: the colour of every layer, for each arm."""

from typing import Any

import numpy as np

from skipviz.arms import arm_label
from skipviz.figures.style import log_colours, positive_range
from skipviz.training.run import Run
from skipviz.training.verdict import number_text


def editor_gradients(run: Run, at: int = -1) -> dict[str, Any]:
    """|dL/dW_k| at frame `at` as cividis colours, for layers 1..N and the readout of each arm.

    One scale for all arms: the same colour means the same gradient wherever it stands.
    """
    norms = np.stack([run.gradient_norms(arm, readout=True)[at] for arm in run.main_arms])
    low, high = positive_range(norms, decades=3)
    return {
        "caption": f"step {run.row_steps[at]}",
        "arms": [
            {
                "name": arm,
                "label": arm_label(arm),
                "layers": log_colours(row, low, high),
                "values": [_text(float(value)) for value in row],
                "shares": None,
            }
            for arm, row in zip(run.main_arms, norms, strict=True)
        ],
    }


def _text(norm: float) -> str:
    """A layer without weights has no gradient of them, nor has one whose arm has failed."""
    return "none" if np.isnan(norm) else number_text(norm)
