"""What one arm of a run shows at one step: numbers of a run, judged."""

from dataclasses import dataclass

import numpy as np

from skipviz.runs.given import takes_run
from skipviz.runs.recording import Recording
from skipviz.runs.verdict.evidence import Evidence, median_of
from skipviz.runs.verdict.judging import (
    EXPLODING,
    Growth,
    Outcome,
    State,
    outcome_of,
    state_of,
)


@dataclass(frozen=True)
class Finding:
    """One arm at one step; over several seeds the median of those that have not failed.

    Of an arm that has failed nothing else is known: `ratio`, `test_accuracy` and `growth` are NaN,
    no layer is listed.

    `ratio` is |dL/dW_1| / |dL/dW_N| of the first and the last layer that have weights; NaN where
    there is no such layer, infinite where the last one has no gradient yet, as in networks whose
    branches start scaled to 0 (ReZero, SkipInit). Layers that are cut off in the arm are left out
    of `ratio`, `state` and `growth`. `starved`, `zero` and `weakest` concern layers 1..N that have
    weights and are relative to the largest gradient of them (`judging.Gradients`), `growth` the
    states (`judging.Growth`). The gradient of weights that layers share is that over all of them.
    """

    arm: str
    ratio: float
    state: State
    loss: float
    test_accuracy: float
    starved: list[int]
    zero: list[int]
    weakest: tuple[int, float] | None
    growth: Growth
    outcome: Outcome


@takes_run
def finding(run: Recording, arm: str, at: int = -1) -> Finding:
    """What row `at` shows of an arm."""
    return finding_of(Evidence(run, arm, at))


def finding_of(seen: Evidence) -> Finding:
    """The same from its evidence."""
    if seen.failed:
        return Finding(
            seen.arm, np.nan, "failed", seen.batch_loss, np.nan,
            [], [], None, Growth(np.nan, np.nan), "failed",
        )  # fmt: skip
    gradients, outcome = seen.gradients, outcome_of(seen.learned)
    return Finding(
        arm=seen.arm,
        ratio=seen.ratio,
        state=_state(seen, outcome),
        loss=seen.batch_loss,
        test_accuracy=seen.test_score,
        starved=gradients.starved,
        zero=gradients.zero,
        weakest=gradients.weakest,
        growth=seen.growth,
        outcome=outcome,
    )


def _state(seen: Evidence, outcome: Outcome) -> State:
    """That of the layers that are not cut off; where nothing is amiss with them, that some are."""
    left = float(seen.handed_down(seen.run.layers)[0])
    found = state_of(seen.connected, seen.growth, left, seen.ratio, outcome)
    if found not in _LITTLE and median_of(seen.time_growths) > EXPLODING:
        return "exploding"
    fine = found in ("healthy", "too few weights")
    return "cut off" if fine and seen.cut_off.intersection(seen.gradients.layers) else found


_LITTLE = ("too few weights", "no gradient")
