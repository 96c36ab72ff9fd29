"""Loss and accuracy over the run."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from skipviz.data.catalogue import guessing_text
from skipviz.figures.gradient import Kept
from skipviz.figures.style import (
    Spec,
    arm_style,
    axis,
    band,
    called,
    ink,
    layout,
    level_name,
    line_at,
    log_axis,
    room_beside,
    thinned,
)
from skipviz.figures.zeros import OF_STEP
from skipviz.language import N_, _
from skipviz.runs.given import takes_run
from skipviz.runs.recording import Recording
from skipviz.types import Array

POINTS = 500
FEW = 500  # steps that an axis always has room for
FEW_OWN = 20  # of a model of one's own, whose loop may be slow and tells no end
DWARFED = 1e3
"""Times the median loss, or the loss of guessing, which is about 1, where that is less."""
MANY = 10_000  # steps from which the axis counts in thousands
UPPER, LOWER = [0.55, 1.0], [0.0, 0.45]  # of the height


@takes_run
def training_curves(run: Recording, theme: str = "light") -> go.Figure:
    """Training loss of each batch, and accuracy on the test split with the level of chance.

    Several seeds: the median, in a band from minimum to maximum. Loss is thinned to 500 points by
    leaving steps out. `theme` is "light" or "dark".

    >>> import skipviz as sv
    >>> network = sv.Network.mlp(depth=3, width=8, skips=((1, 3),))
    >>> run = sv.train(network, steps=3)
    >>> sv.figures.training_curves(run).data[0].x.tolist()
    [0, 1, 2, 3]
    """
    return go.Figure(training_curves_spec(run, theme))


@takes_run
def training_curves_spec(
    run: Recording, theme: str = "light", at: int | None = None, kept: Kept = ()
) -> Spec:
    """`training_curves` as plain data, which takes a tenth of the time to make.

    A line marks row `at` of the run; `kept` are other runs by name, drawn faintly. A model of one's
    own has a loss alone: it has no test split here.
    """
    runs = [("", run), *kept]
    longest = max(horizon(each) for __, each in runs)
    scored = run.drawn is not None
    look = layout(
        theme,
        margin={"l": 52, "r": 12, "t": 8, "b": 44},
        xaxis=step_axis(theme, longest) | ({"anchor": "y2"} if scored else {}),
        yaxis=_loss_axis([each for __, each in runs], theme)
        | ({"domain": UPPER} if scored else {}),
        meta={"step": int(run.row_steps[-1])},
        shapes=marked_step(run, at, theme),
    )
    if scored:
        look |= _score_panel(run, theme, look["shapes"])
        look["margin"]["r"] = room_beside(look["annotations"], 12)
    traces = [trace for name, each in runs for trace in _run(name, each, theme, scored)]
    return {"data": traces, "layout": look}


def _loss_axis(runs: Sequence[Recording], theme: str) -> Spec:
    """From 0; in decades where some losses dwarf the others, which would all lie at 0."""
    found = [run.loss(arm, seed=s) for run in runs for arm in run.main_arms for s in _seeds(run)]
    losses = np.concatenate(found)
    known = losses[np.isfinite(losses) & (losses > 0)]
    if not len(known) or known.max() <= DWARFED * max(float(np.median(known)), 1.0):
        return axis(theme, _("training loss"), rangemode="tozero")
    # a zoom into the one says nothing of the other
    return log_axis(theme, _("training loss (log)"), known.min(), known.max()) | {
        "uirevision": "log"
    }


def _seeds(run: Recording) -> range:
    return range(run.settings.seeds)


def _score_panel(run: Recording, theme: str, shapes: list[Spec]) -> Spec:
    """What the layout has of the lower half: the score on the test split, and chance."""
    chance = guessing_text(run.info.score, run.info.chance)
    return {
        "yaxis2": axis(theme, run.info.test_score_text, domain=LOWER, range=[0, 1.02]),
        "shapes": [line_at("y2", run.info.chance, ink(theme), dash="dot"), *shapes],
        "annotations": [level_name(chance, run.info.chance, "y2")],
    }


def horizon(run: Recording) -> int:
    """The end of the axis: all steps, but in a long run no more than twice those made."""
    shown = FEW if run.drawn is not None else FEW_OWN
    while shown < run.row_steps[-1]:
        shown *= 2
    return min(max(run.settings.steps, 1), shown)


def step_axis(theme: str, longest: int) -> Spec:
    """The axis of steps 0 to `longest`."""
    return axis(
        theme,
        _("step"),
        range=[0, longest],
        tickformat=",d" if longest < MANY else "~s",
        nticks=min(longest + 1, 6),
        tickangle=0,
    )


def _run(name: str, run: Recording, theme: str, scored: bool) -> list[Spec]:
    rows, seeds = thinned(len(run.row_steps), POINTS), _seeds(run)
    steps, evaluations = run.row_steps[rows], run.evaluation_steps()
    drawn: list[Spec] = []
    for arm in run.main_arms:
        losses = np.stack([run.loss(arm, seed=seed)[rows] for seed in seeds])
        what = _(_LOSS[name != ""], name=name, arm=run.label_of(arm))
        drawn += _lines(name, arm, what, "y", steps, losses, theme)
    for arm in run.main_arms if scored else ():
        scores = np.stack([run.accuracy(arm, "test", seed) for seed in seeds])
        what = _(
            _SCORE[name != ""],
            test_score=run.info.test_score_text,
            name=name,
            arm=run.label_of(arm),
        )
        drawn += _lines(name, arm, what, "y2", evaluations, scores, theme)
    return drawn


_LOSS = N_("loss {arm}"), N_("loss {name} {arm}")
_SCORE = N_("{test_score} {arm}"), N_("{test_score} {name} {arm}")
"""Of the run itself, and of one that is laid over it by its name."""


def _lines(
    name: str,
    arm: str,
    what: str,
    panel: str,
    steps: NDArray[np.int64],
    values: Array,
    theme: str,
) -> list[Spec]:
    """values (seeds, steps)."""
    style = arm_style(arm)
    colour = style.colour(theme)
    shared: Spec = {"type": "scatter", "x": steps, "xaxis": "x", "yaxis": panel}
    middle = shared | {
        "y": np.median(values, axis=0).astype(np.float32),
        "name": f"{name} {arm}".strip(),
        "mode": "lines" if len(steps) > 1 else "markers",
        "line": {"color": colour, "dash": style.dash, "width": 1.2 if name else 1.8},
        "opacity": 0.5 if name else 1.0,
        "marker": {"color": colour},
        "hovertemplate": _(OF_STEP, curve=what, x="%{x}", y="%{y:.3g}") + "<extra></extra>",
        **called(what),
    }
    if len(values) == 1 or name:
        return [middle]
    low, high = values.min(axis=0).astype(np.float32), values.max(axis=0).astype(np.float32)
    return [*band(steps, low, high, arm, colour, what, xaxis="x", yaxis=panel), middle]


def marked_step(run: Recording, at: int | None, theme: str) -> list[Spec]:
    """The step that the other charts show."""
    if at is None:
        return []
    step = int(run.row_steps[at])
    return [line_at("x", step, ink(theme))]
