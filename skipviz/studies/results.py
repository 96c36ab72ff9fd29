"""What is known of a run of a study once it has been made."""

import json
import math
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, Self

import numpy as np

from skipviz import data
from skipviz.language import N_
from skipviz.runs.verdict.judging import Gradients, Learned, Outcome, outcome_of, shares_of
from skipviz.studies.study import Quantity
from skipviz.studies.trials import Trial, Value

Numbers = tuple[float | None, ...]
"""None stands for NaN and infinities, which JSON and SQL have no word for."""

QUANTITY_LABELS: dict[Quantity, str] = {
    "ratio": N_("|∂L/∂W|, first over last layer"),
    "first": N_("|∂L/∂W|, first layer"),
    "last": N_("|∂L/∂W|, last layer"),
    "weakest": N_("|∂L/∂W|, weakest layer over largest"),
    "train_loss": N_("training loss"),
    "test_loss": N_("test loss"),
    "test_score": N_("test score"),
}


@dataclass(frozen=True)
class Result:
    """One run. `first` and `last` are |dL/dW| of the first and the last layer with weights, at
    the initial weights and on one batch; `ratio` is first over last and `predicted` the same
    from mean field theory, where there is a prediction.

    `weight_gradients` |dL/dW_k| and `state_gradients` |dL/ds_k| for k = 1..N. After training:
    `trained_gradients` |dL/dW_k|, and loss and score over the whole splits; `start_loss` is that
    of the train split and `start_score` that of the test split before, None with batch norm, which
    evaluates with statistics that have seen nothing yet. `message` says why a run failed, or where
    a finished one became NaN or infinite.
    """

    key: str
    factors: dict[str, Value]
    seed: int
    status: Literal["done", "failed"] = "done"
    message: str = ""
    first: float | None = None
    last: float | None = None
    ratio: float | None = None
    predicted: float | None = None
    train_loss: float | None = None
    test_loss: float | None = None
    test_score: float | None = None
    start_loss: float | None = None
    start_score: float | None = None
    weight_gradients: Numbers = ()
    state_gradients: Numbers = ()
    trained_gradients: Numbers = ()
    predicted_gradients: Numbers = ()
    seconds: float = 0.0
    worker: str = ""
    settings: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def failed(cls, trial: Trial, message: str, worker: str = "") -> Self:
        """A run that could not be made."""
        return cls(
            trial.key,
            trial.factors,
            trial.seed,
            "failed",
            message,
            worker=worker,
            settings=trial.describe(),
        )

    @property
    def gradients(self) -> Gradients:
        """Those of all layers with weights, as shares of the largest."""
        there = [(k, g) for k, g in enumerate(self.weight_gradients, 1) if g is not None]
        norms = np.array([norm for __, norm in there])
        return Gradients(tuple(k for k, __ in there), shares_of(norms))

    @property
    def weakest(self) -> float | None:
        """The weakest layer's share of the largest gradient at the initial weights."""
        found = self.gradients.weakest
        return found[1] if found else None

    @property
    def starved(self) -> int:
        """How many layers are, at the initial weights."""
        return len(self.gradients.starved)

    @property
    def outcome(self) -> Outcome | None:
        """What a trained run has learned, by its score; None where none was trained."""
        if self.status == "failed" or not self.trained_gradients:
            return None
        if self.message or self.train_loss is None:
            return "failed"
        info, steps = data.info(self.settings["data"]), int(self.settings["steps"])
        loss, score = self.value("train_loss"), self.value("test_score")
        start = info.guessing if self.start_loss is None else self.start_loss
        before = math.nan if self.start_score is None else self.start_score
        return outcome_of(
            Learned(
                steps, start, loss, score, score, info.chance,
                guessing=math.nan, start_score=before,
            )
        )  # fmt: skip

    def value(self, quantity: Quantity) -> float:
        """One of the quantities of a study, NaN where it is not known."""
        found = getattr(self, quantity)
        return math.nan if found is None else float(found)

    def numbers(self) -> dict[str, Any]:
        """What was measured, without where and how long: equal for equal runs."""
        apart = {"seconds", "worker"}
        return {name: value for name, value in asdict(self).items() if name not in apart}


def known(values: Iterable[float]) -> Numbers:
    """Floats with None for NaN and infinities."""
    return tuple(float(value) if math.isfinite(value) else None for value in values)


def as_json(value: object) -> str:
    """Compact JSON, keys in order."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"))
