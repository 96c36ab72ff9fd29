"""The same networks trained with several learning rates."""

from collections.abc import Iterator, Sequence

import numpy as np

from skipviz.charts import Axis, Bars, Curve, over_seeds
from skipviz.engine.measures.trainings import side_by_side
from skipviz.language import _
from skipviz.measures.cases import Case
from skipviz.measures.results import Result
from skipviz.settings import Settings
from skipviz.text import listed
from skipviz.types import Array

SHOWN = 10.0  # the largest loss that is drawn; an arm that broke down stands there


def final_losses(
    cases: Sequence[Case], settings: Settings, rates: Sequence[float]
) -> Iterator[Result]:
    """The training loss reached by every case at every learning rate, over seeds."""
    reached: dict[str, list[Array]] = {case.label: [] for case in cases}
    for rate in rates:
        chosen = settings.model_copy(update={"learning_rate": rate})
        *__, trained = side_by_side(cases, chosen, settings.steps)
        for label, one in trained.items():
            reached[label].append(one.last("train_loss"))
        yield _result(cases, reached, rates, settings)


def _result(
    cases: Sequence[Case],
    reached: dict[str, list[Array]],
    rates: Sequence[float],
    settings: Settings,
) -> Result:
    done = len(reached[cases[0].label])
    series = [_series(case, np.array(reached[case.label])) for case in cases]
    best = {s.label: (float(s.y.min()), rates[int(s.y.argmin())]) for s in series}
    named = listed(
        _(
            "{name} {loss} at {rate}",
            name=label,
            loss=format(loss, ".2g"),
            rate=format(rate, "g"),
        )
        for label, (loss, rate) in best.items()
    )
    return Result(
        verdict=_("Lowest training loss over the learning rates: {found}.", found=named),
        note=_(
            "Training loss after {steps} steps, median and range of {seeds} seeds; 10 and above, "
            "or broken down, is drawn at 10.",
            steps=settings.steps,
            seeds=settings.seeds,
        ),
        figure=Bars(
            tuple(f"{rate:g}" for rate in rates[:done]),
            tuple(series),
            Axis(_("training loss"), log=True),
            Axis(_("learning rate")),
        ),
        values=tuple((label, loss) for label, (loss, __) in best.items()),
    )


def _series(case: Case, losses: Array) -> Curve:
    """A curve of losses (rates, seeds)."""
    return over_seeds(case.label, np.minimum(losses, SHOWN).T, case.style)
