"""What a run shows, in numbers and in one sentence, told apart as a teacher would.

The ratio |dL/dW_1| / |dL/dW_N|, of the first and the last layer that have weights, says whether
the gradient vanishes or explodes on its way down. A healthy ratio alone does not say that the arm
learns: degradation is not vanishing (He et al. 2015, section 4.1), so the loss is looked at too.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from skipviz.arms import arm_label
from skipviz.training.costs import arm_costs
from skipviz.training.run import Array, Run

State = Literal["vanished", "vanishing", "healthy", "exploding", "failed", "not training"]

VANISHED = 1e-6
VANISHING = 1e-2
EXPLODING = 1e3
PATIENCE = 50  # steps before an arm with a healthy gradient can be said not to train
LEARNT = 0.9  # of the first loss, which a training arm has gone below by then


@dataclass(frozen=True)
class Finding:
    """One arm at one step. `ratio` is |dL/dW_1| / |dL/dW_N|; NaN once the arm has failed."""

    arm: str
    ratio: float
    state: State
    loss: float
    test_accuracy: float


def finding(run: Run, arm: str, at: int = -1) -> Finding:
    """What frame `at` shows of an arm (its first seed)."""
    norms = run.gradient_norms(arm)[at, [k - 1 for k in run.weighted_layers]]
    losses = run.loss(arm)
    losses = losses[: at + 1] if at >= 0 else losses
    ratio = _ratio(norms[0], norms[-1])
    accuracies = run.accuracy(arm, "test")[run.evaluation_steps() <= run.row_steps[at]]
    accuracy = float(accuracies[-1]) if len(accuracies) else np.nan
    return Finding(arm, ratio, _state(ratio, losses), float(losses[-1]), accuracy)


def sentence(run: Run, at: int = -1) -> list[tuple[str, str | None]]:
    """The verdict in pieces of (text, arm it is about), so that a page can colour them."""
    findings = {arm: finding(run, arm, at) for arm in run.main_arms}
    first, *rest = sorted(findings.values(), key=lambda f: (f.arm != "plain", f.arm != "skip"))
    pieces: list[tuple[str, str | None]] = [*_clause(first, opening=True)]
    for other in rest[:1]:
        pieces += [(" ", None), *_clause(other, opening=False)]
    return pieces


def summarise(run: Run, at: int = -1) -> dict[str, object]:
    """Per arm: ratio, state, loss, test accuracy and cost; device, probes and the verdict."""
    costs = arm_costs(run)
    return {
        "arms": {arm: vars(finding(run, arm, at)) | vars(costs[arm]) for arm in run.arms},
        "device": run.device,
        "probes": {"tier": run.settings.probes, "share": run.probe_share()},
        "verdict": "".join(text for text, _ in sentence(run, at)),
    }


def number_text(value: float) -> str:
    """Two significant digits, as people write them: 0.18, 42, 6.2 × 10⁻¹⁵."""
    if not np.isfinite(value):
        return "NaN" if np.isnan(value) else "∞"
    if value == 0 or 1e-3 <= abs(value) < 1e4:
        return f"{value:.2g}" if abs(value) < 99.5 else f"{value:.0f}"
    mantissa, exponent = f"{value:.1e}".split("e")
    digits = str(int(exponent)).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return f"{mantissa.removesuffix('.0')} × 10{digits}"


def _ratio(first: float, last: float) -> float:
    if last == 0:
        return 0.0 if first == 0 else np.inf
    return float(first / last)


def _state(ratio: float, losses: Array) -> State:
    if not np.isfinite(ratio) or not np.isfinite(losses[-1]):
        return "failed"
    if ratio < VANISHING:
        return "vanished" if ratio < VANISHED else "vanishing"
    if ratio > EXPLODING:
        return "exploding"
    stuck = len(losses) > PATIENCE and np.median(losses[-10:]) > LEARNT * losses[0]
    return "not training" if stuck else "healthy"


_WHO = {
    "plain": ("Without the skips", "Without them"),
    "skip": ("With the skips", "With them"),
    "gradient_only": ("With the skips for the gradient only", "For the gradient only"),
    "forward_only": ("With the skips for the signal only", "For the signal only"),
}
_MEANING: dict[State, str] = {
    "vanished": ": it vanished",
    "vanishing": ": it is vanishing",
    "healthy": "",
    "exploding": ": it explodes",
    "failed": "",
    "not training": ": healthy, yet the loss does not fall",
}


def _clause(found: Finding, opening: bool) -> list[tuple[str, str | None]]:
    who = _WHO.get(found.arm, (arm_label(found.arm),) * 2)[not opening]
    if found.state == "failed":
        return [
            (f"{who}, ", None),
            ("training broke down (NaN or infinite)", found.arm),
            (".", None),
        ]
    number = (number_text(found.ratio), found.arm)
    if opening:
        rest = f" of the last layer's gradient{_MEANING[found.state]}."
        return [(f"{who}, layer 1 gets ", None), number, (rest, None)]
    return [(f"{who}, ", None), number, (f"{_MEANING[found.state]}.", None)]
