"""What was measured in a run, as plotly figures: each chart of the page in one call.

`arm` is one of the run's, `at` a row of it, `theme` "light" or "dark". ValueError for what is no
run, KeyError where the run has not measured what is asked for (`probes="full"` measures all).
"""

import plotly.graph_objects as go

from skipviz.data import OwnData, split_of
from skipviz.figures.ablation import ablation_spec
from skipviz.figures.attribution import skip_shares_spec, skips_taken_spec
from skipviz.figures.boundary import boundaries_spec, boundary_spec
from skipviz.figures.gradient import layer_curves_spec
from skipviz.figures.heatmap import layer_heatmap_spec, over_time_spec
from skipviz.figures.histogram import gradient_histogram_spec
from skipviz.runs.given import takes_drawn_run, takes_run
from skipviz.runs.recording import Recording
from skipviz.runs.run import Run


@takes_run
def layer_curves(run: Recording, probe: str, at: int = -1, theme: str = "light") -> go.Figure:
    """Any probe with a value per layer, against the layer: "update_ratio", "state_norm", ..

    Those there are: `skipviz.probes.catalogue`.
    """
    return go.Figure(layer_curves_spec(run, probe, at, theme))


@takes_run
def layer_heatmap(run: Recording, probe: str, theme: str = "light") -> go.Figure:
    """Any probe of every step with a value per layer: layers against steps, as colour."""
    return go.Figure(layer_heatmap_spec(run, probe, theme))


@takes_run
def gradient_over_time(run: Recording, at: int = -1, theme: str = "light") -> go.Figure:
    """|dL/ds_k^t| of a network with feedback skips: layers against time steps, as colour."""
    return go.Figure(over_time_spec(run, at, theme))


@takes_run
def gradient_histogram(
    run: Recording, arm: str = "skip", at: int = -1, theme: str = "light"
) -> go.Figure:
    """How the entries of dL/dW_k of every layer are spread; probes="full"."""
    return go.Figure(gradient_histogram_spec(run, arm, at, theme))


@takes_run
def gradient_shares(
    run: Recording, arm: str = "skip", at: int = -1, theme: str = "light"
) -> go.Figure:
    """The signed shares of every state's gradient: by the layers, and by the skips."""
    return go.Figure(skip_shares_spec(run, arm, at, theme))


@takes_run
def skips_taken(run: Recording, arm: str = "skip", at: int = -1, theme: str = "light") -> go.Figure:
    """The signed shares of every state's gradient by skips taken on the way; probes="full"."""
    return go.Figure(skips_taken_spec(run, arm, at, theme))


@takes_drawn_run
def decision_boundaries(
    run: Run,
    arm: str | None = None,
    at: int = -1,
    theme: str = "light",
    own: OwnData | None = None,
) -> go.Figure:
    """What an arm, or every arm, says of every place, on points of a plane.

    `own` are the data where they are one's own.
    """
    split = split_of(run.settings, own)
    if arm is None:
        return go.Figure(boundaries_spec(run, run.main_arms, split, at, theme))
    return go.Figure(boundary_spec(run, arm, split, at, theme))


@takes_drawn_run
def skip_ablation(run: Run, theme: str = "light") -> go.Figure:
    """What is lost without each single skip, of a run with arms=("skip", "leave_one_out")."""
    return go.Figure(ablation_spec(run, theme))
