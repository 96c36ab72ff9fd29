"""What is lost without each single skip."""

from dataclasses import dataclass

import numpy as np

from skipviz.arms import leave_one_out
from skipviz.figures.style import Spec, axis, ink, layout
from skipviz.language import _
from skipviz.runs.run import Run
from skipviz.types import Array

COLOUR = {"light": "#0072B2", "dark": "#56B4E9"}


@dataclass(frozen=True)
class Loss:
    """Of one skip ("3 → 5"): what its absence costs; least, median and largest over the seeds."""

    skip: str
    training_loss: tuple[float, float, float]
    test_score: tuple[float, float, float]


def ablation(run: Run) -> list[Loss]:
    """The skips by how much the training loss rises without them; [] where that was not run.

    Every arm without one skip is compared with the arm with all of them, seed by seed: training
    loss on the whole split, and the test score, at the last evaluation.
    """
    if "skip" not in run.arms or not len(run.evaluation_steps()):
        return []
    arms = [arm.name for arm in leave_one_out(run.network) if arm.name in run.arms]
    losses = [_loss(run, arm) for arm in arms]
    return sorted(losses, key=lambda loss: -np.nan_to_num(loss.training_loss[1], nan=np.inf))


def ablation_spec(run: Run, theme: str = "light") -> Spec:
    """The ranking as bars: rise of the training loss, and what the test score loses."""
    ranked = ablation(run)
    names = [loss.skip for loss in ranked]
    bars = [
        _bars(names, [loss.training_loss for loss in ranked], "x", "y", theme),
        _bars(names, [loss.test_score for loss in ranked], "x2", "y2", theme),
    ]
    falls = _("{test_score}<br>falls by", test_score=run.info.test_score_text)
    upright = {"type": "category", "autorange": "reversed", "showgrid": False}
    look = layout(
        theme,
        margin={"l": 72, "r": 16, "t": 8, "b": 60},
        xaxis=axis(theme, _("training loss<br>rises by"), domain=[0, 0.47], zeroline=True),
        yaxis=axis(theme, "", **upright),
        xaxis2=axis(theme, falls, domain=[0.53, 1], zeroline=True),
        yaxis2=axis(theme, "", anchor="x2", matches="y", showticklabels=False, **upright),
        meta={"step": int(run.row_steps[-1])},
    )
    return {"data": bars, "layout": look}


def _loss(run: Run, arm: str) -> Loss:
    seeds = range(run.settings.seeds)
    rise = [_last(run.loss(arm, "train", s)) - _last(run.loss("skip", "train", s)) for s in seeds]
    fall = [
        _last(run.accuracy("skip", "test", s)) - _last(run.accuracy(arm, "test", s)) for s in seeds
    ]
    return Loss(arm.removeprefix("without "), _band(rise), _band(fall))


def _last(series: Array) -> float:
    return float(series[-1])


def _band(values: list[float]) -> tuple[float, float, float]:
    return min(values), float(np.median(values)), max(values)


def _bars(
    names: list[str], bands: list[tuple[float, float, float]], x: str, y: str, theme: str
) -> Spec:
    middle = [band[1] for band in bands]
    return {
        "type": "bar",
        "orientation": "h",
        "x": middle,
        "y": names,
        "xaxis": x,
        "yaxis": y,
        "name": _("training loss") if x == "x" else _("test score"),
        "marker": {"color": COLOUR[theme]},
        "error_x": {
            "type": "data",
            "symmetric": False,
            "array": [high - m for (*__, high), m in zip(bands, middle, strict=True)],
            "arrayminus": [m - low for (low, *__), m in zip(bands, middle, strict=True)],
            "color": ink(theme),
            "thickness": 1,
            "visible": any(low != high for low, __, high in bands),
        },
        "hovertemplate": _("without {skip}: {value}", skip="%{y}", value="%{x:.3g}")
        + "<extra></extra>",
    }
