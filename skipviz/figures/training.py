"""Loss and accuracy over the run."""

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from skipviz.arms import arm_label
from skipviz.figures.style import Array, Spec, arm_style, axis, ink, layout, thinned
from skipviz.training.run import Run

POINTS = 500
UPPER, LOWER = [0.55, 1.0], [0.0, 0.45]  # of the height


def training_curves(run: Run, theme: str = "light") -> go.Figure:
    """Training loss of each batch, and accuracy on the test split with the level of chance.

    The first seed; loss thinned to 500 points by leaving steps out.
    """
    return go.Figure(training_curves_spec(run, theme))


def training_curves_spec(run: Run, theme: str = "light") -> Spec:
    """`training_curves` as plain data, which takes a tenth of the time to make."""
    rows = thinned(len(run.row_steps), POINTS)
    steps, evaluations = run.row_steps[rows], run.evaluation_steps()
    losses = [_line(arm, "loss", "y", steps, run.loss(arm)[rows], theme) for arm in run.arms]
    accuracies = [
        _line(arm, f"test {run.info.score}", "y2", evaluations, run.accuracy(arm, "test"), theme)
        for arm in run.arms
    ]
    span = [0, max(run.settings.steps, 1)]
    look = layout(
        theme,
        margin={"l": 52, "r": 12, "t": 8, "b": 44},
        xaxis=axis(theme, "step", range=span, anchor="y2"),
        yaxis=axis(theme, "training loss", domain=UPPER, rangemode="tozero"),
        yaxis2=axis(theme, f"test {run.info.score}", domain=LOWER, range=[0, 1.02]),
        meta={"step": int(run.row_steps[-1])},
        **_chance(run.info.chance, theme),
    )
    return {"data": losses + accuracies, "layout": look}


def _line(
    arm: str, what: str, panel: str, steps: NDArray[np.int64], values: Array, theme: str
) -> Spec:
    style = arm_style(arm)
    return {
        "type": "scatter",
        "x": steps,
        "y": values.astype(np.float32),
        "name": arm,
        "xaxis": "x",
        "yaxis": panel,
        "mode": "lines" if len(steps) > 1 else "markers",
        "line": {"color": style.colour(theme), "dash": style.dash, "width": 1.8},
        "marker": {"color": style.colour(theme)},
        "hovertemplate": f"{what} {arm_label(arm)}, step %{{x}}: %{{y:.3g}}<extra></extra>",
    }


def _chance(chance: float, theme: str) -> Spec:
    """The accuracy of guessing, as a quiet line."""
    line = {
        "type": "line", "xref": "paper", "x0": 0, "x1": 1, "yref": "y2", "y0": chance,
        "y1": chance, "opacity": 0.6, "line": {"color": ink(theme), "width": 1, "dash": "dot"},
    }  # fmt: skip
    label = {
        "text": f"chance {chance:.2g}", "xref": "paper", "x": 1, "xanchor": "right",
        "yref": "y2", "y": chance, "yanchor": "bottom", "showarrow": False, "font": {"size": 11},
    }  # fmt: skip
    return {"shapes": [line], "annotations": [label]}
