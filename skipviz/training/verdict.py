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

State = Literal[
    "vanished",
    "vanishing",
    "healthy",
    "exploding",
    "failed",
    "not training",
    "none in the last layer",
    "too few weights",
]

VANISHED = 1e-6
VANISHING = 1e-2
EXPLODING = 1e3
PATIENCE = 50  # steps before an arm with a healthy gradient can be said not to train
LEARNT = 0.9  # of the first loss, which a training arm has gone below by then


@dataclass(frozen=True)
class Finding:
    """One arm at one step. `ratio` is |dL/dW_1| / |dL/dW_N|; NaN once the arm has failed.

    It is infinite where the last layer has no gradient yet, as in networks whose branches start
    scaled to 0 (ReZero, SkipInit), and NaN where no layer has weights.
    """

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
    failed = _has_failed(run, arm, at) or not np.isfinite([*norms, losses[-1]]).all()
    ratio = np.nan if failed or not len(norms) else _ratio(norms[0], norms[-1])
    state: State = "failed" if failed else _state(len(norms), ratio, losses)
    accuracies = run.accuracy(arm, "test")[run.evaluation_steps() <= run.row_steps[at]]
    accuracy = float(accuracies[-1]) if len(accuracies) else np.nan
    return Finding(arm, ratio, state, float(losses[-1]), accuracy)


def sentence(run: Run, at: int = -1) -> list[tuple[str, str | None]]:
    """The verdict in pieces of (text, arm it is about), so that a page can colour them."""
    findings = {arm: finding(run, arm, at) for arm in run.main_arms}
    ordered = sorted(findings.values(), key=lambda f: (f.arm != "plain", f.arm != "skip"))[:2]
    told = [found for found in ordered if found.state != "too few weights"]
    if not told:
        return [(_too_few(run.weighted_layers), None)]
    pieces: list[tuple[str, str | None]] = []
    spelled_out = False  # whether it has been said what is compared
    for number, found in enumerate(told):
        pieces += [(" ", None)] if number else []
        pieces += _clause(run, found, number == 0, spelled_out)
        spelled_out = found.state in _MEANING
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


def _has_failed(run: Run, arm: str, at: int) -> bool:
    """Whether the first seed has, up to this frame."""
    step = run.row_steps[at]
    failed = (f.step for f in run.failures if (f.arm, f.seed) == (arm, run.settings.seed))
    return any(when <= step for when in failed)


def _state(layers: int, ratio: float, losses: Array) -> State:
    """Of a sound arm; `layers` that have weights."""
    if layers < 2:
        return "too few weights"
    if np.isinf(ratio):
        return "none in the last layer"
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
    "not training": ": healthy, yet the loss does not fall",
}
"""What a ratio says; other states have none."""


def _clause(
    run: Run, found: Finding, opening: bool, spelled_out: bool
) -> list[tuple[str, str | None]]:
    who = _WHO.get(found.arm, (arm_label(found.arm),) * 2)[not opening]
    if found.state not in _MEANING:
        broken = found.state == "failed"
        nothing = f"{_last(run)} gets no gradient yet"
        what = "training broke down (NaN or infinite)" if broken else nothing
        return [(f"{who}, ", None), (what, found.arm), (".", None)]
    number = (number_text(found.ratio), found.arm)
    meaning = _MEANING[found.state]
    if spelled_out:
        return [(f"{who}, ", None), number, (f"{meaning}.", None)]
    first = run.weighted_layers[0]
    rest = f" of {_last(run)}'s gradient{meaning}."
    return [(f"{who}, layer {first} gets ", None), number, (rest, None)]


def _last(run: Run) -> str:
    """The last layer that has weights."""
    k = run.weighted_layers[-1]
    return "the last layer" if k == run.layers else f"layer {k}"


def _too_few(weighted: list[int]) -> str:
    if not weighted:
        return "No layer has weights, so there are no gradients to compare."
    return f"Only layer {weighted[0]} has weights, so there is no second gradient to compare."
