"""Loss and accuracy over the run."""

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray
from plotly.subplots import make_subplots

from skipviz import data
from skipviz.arms import arm_label
from skipviz.figures.style import arm_style, axis, ink, layout, thinned
from skipviz.training.run import Run

POINTS = 500


def training_curves(run: Run, theme: str = "light") -> go.Figure:
    """Training loss of each batch, and accuracy on the test split with the level of chance.

    The first seed; loss thinned to 500 points by leaving steps out.
    """
    figure = make_subplots(rows=2, cols=1, shared_xaxes=True, vertical_spacing=0.1)
    rows = thinned(len(run.row_steps), POINTS)
    steps = run.row_steps[rows]
    for arm in run.arms:
        _line(figure, 1, arm, "training loss", steps, run.loss(arm)[rows], theme)
        accuracy = run.accuracy(arm, "test")
        _line(figure, 2, arm, "test accuracy", run.evaluation_steps(), accuracy, theme)
    chance = data.info(run.settings.data).chance
    figure.add_hline(
        y=chance,
        row=2,
        col=1,
        line={"color": ink(theme), "width": 1, "dash": "dot"},
        annotation={"text": f"chance {chance:.2g}", "font": {"size": 11}, "yshift": -2},
        opacity=0.6,
    )
    figure.update_xaxes(**axis(theme, ""), range=[0, max(run.settings.steps, 1)])
    figure.update_xaxes(title={"text": "step", "standoff": 6}, row=2, col=1)
    figure.update_yaxes(**axis(theme, "training loss"), rangemode="tozero", row=1, col=1)
    figure.update_yaxes(**axis(theme, "test accuracy"), range=[0, 1.02], row=2, col=1)
    figure.update_layout(layout(theme, margin={"l": 52, "r": 12, "t": 8, "b": 44}))
    figure.update_layout(meta={"step": int(run.row_steps[-1])})
    return figure


def _line(
    figure: go.Figure,
    row: int,
    arm: str,
    what: str,
    steps: NDArray[np.int64],
    values: NDArray[np.float64],
    theme: str,
) -> None:
    style = arm_style(arm)
    figure.add_scatter(
        x=steps,
        y=values,
        name=arm,
        mode="lines" if len(steps) > 1 else "markers",
        line={"color": style.colour(theme), "dash": style.dash, "width": 1.8},
        marker={"color": style.colour(theme)},
        hovertemplate=f"{what} {arm_label(arm)}, step %{{x}}: %{{y:.3g}}<extra></extra>",
        row=row,
        col=1,
    )
