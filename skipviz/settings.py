"""What a run is trained with. Pure data: shared by links, the engine and the page."""

from itertools import pairwise
from typing import Annotated, Any, Literal, Self

from pydantic import Field, field_validator, model_validator

from skipviz.arms import LEAVE_ONE_OUT, STANDARD_ARMS, Arm, leave_one_out
from skipviz.language import _
from skipviz.network import Network, NetworkError, Problem
from skipviz.spec import Spec

Optimizer = Literal["sgd", "adam", "adamw"]
Schedule = Literal["constant", "linear", "cosine"]
Tier = Literal["minimal", "standard", "full"]
Device = Literal["auto", "cpu", "cuda", "mps"]
Name = Annotated[str, Field(min_length=1, max_length=40)]

RateChange = tuple[Annotated[int, Field(ge=1)], Annotated[float, Field(gt=0, le=100)]]

MAX_REPLICAS = 128  # arms times seeds in one run
MAX_RATE_CHANGES = 100
MAX_STEPS = 100_000
UNTIL_STOPPED = 10**9
"""Steps of a run that has no end of its own."""


class Settings(Spec):
    """Data, arms and optimisation of one run.

    Together with a network it fixes the start (split, batches, weights but for their last digit)
    and on one kind of processor every number.

    `arms` names standard arms, "leave_one_out" or arms of `own_arms`; `arms=("skip", Arm(..))`
    is understood too. `noise` moves points of a plane by normal deviates, so many times as wide as
    the data (other data have none); `test_share` of the data are for the test. `seeds` counts up
    from `seed`. With 0 `steps` only the gradient of the initial weights is measured; with
    `UNTIL_STOPPED` a run goes on until somebody stops it or its time is up.
    `evaluate_every` is in steps: how often loss and accuracy are taken on the whole train and test
    split. `momentum` concerns SGD only. `clip` bounds the norm of the gradient of all weights, of
    each arm on its own. `probes` is what is measured (skipviz.probes), `snapshot_every` how often
    the costly part of it.

    `weight_decay` and `l1` act on everything that is trained, biases and norms too, as those of
    torch.optim do, and on the update alone: loss and gradients are measured without them. SGD and
    Adam add `weight_decay` * W to the (clipped) gradient, which is that of an L2 penalty; AdamW
    shrinks W by learning rate * `weight_decay`; None is 0.01 for AdamW and 0 for the others. `l1`
    adds l1 * sign(W) to the gradient in all of them. In the first `warmup_steps` updates the
    learning rate rises evenly, then it follows `schedule`: "linear" and "cosine" fall to 0 at the
    last step. `rate_changes` are (step, rate): from the update after so many steps on, the
    schedule starts from another rate; a change by hand during a run is kept so.

    >>> import skipviz as sv
    >>> settings = sv.Settings(steps=100, warmup_steps=10, optimizer="adamw")
    >>> settings.decay, settings.at_start.steps
    (0.01, 0)
    """

    data: str = Field(default="digits", max_length=60)
    noise: float = Field(default=0.0, ge=0, le=2)
    test_share: float = Field(default=0.25, ge=0.05, le=0.9)
    arms: tuple[Name, ...] = Field(default=("skip", "plain"), min_length=1, max_length=16)
    own_arms: tuple[Arm, ...] = Field(default=(), max_length=16)
    steps: int = Field(default=200, ge=0, le=UNTIL_STOPPED)
    seed: int = Field(default=0, ge=0, le=2**31 - 1)
    seeds: int = Field(default=1, ge=1, le=10)
    batch_size: int = Field(default=64, ge=1, le=4096)
    optimizer: Optimizer = "sgd"
    learning_rate: float = Field(default=0.02, gt=0, le=100)
    momentum: float = Field(default=0.9, ge=0, lt=1)
    clip: float | None = Field(default=None, gt=0, le=1e6)
    weight_decay: float | None = Field(default=None, ge=0, le=100)
    l1: float = Field(default=0.0, ge=0, le=100)
    warmup_steps: int = Field(default=0, ge=0, le=100_000)
    schedule: Schedule = "constant"
    rate_changes: tuple[RateChange, ...] = Field(default=(), max_length=MAX_RATE_CHANGES)
    evaluate_every: int = Field(default=20, ge=1, le=100_000)
    probes: Tier = "standard"
    snapshot_every: int = Field(default=20, ge=1, le=100_000)
    device: Device = "auto"

    @property
    def endless(self) -> bool:
        """Whether it goes on until somebody stops it."""
        return self.steps == UNTIL_STOPPED

    @property
    def decay(self) -> float:
        """`weight_decay`, or where it is None that of the optimizer, as in torch.optim."""
        if self.weight_decay is not None:
            return self.weight_decay
        return 0.01 if self.optimizer == "adamw" else 0.0

    def base_rate(self, step: int) -> float:
        """The learning rate that warm-up and schedule start from, after so many steps."""
        reached = [rate for first, rate in self.rate_changes if first <= step]
        return reached[-1] if reached else self.learning_rate

    def with_rate_from(self, step: int, rate: float) -> Self:
        """The same with another learning rate from the update after `step` steps on.

        Later changes are dropped: whoever takes the rate in hand keeps it.
        """
        if step == 0:
            return self.model_copy(update={"learning_rate": rate, "rate_changes": ()})
        before = [change for change in self.rate_changes if change[0] < step]
        return self.model_copy(update={"rate_changes": (*before, (step, rate))})

    def arms_for(self, network: Network) -> tuple[Arm, ...]:
        """The arms of a run of this network; NetworkError when there are none or too many."""
        own = {arm.name: arm for arm in self.own_arms}
        arms: list[Arm] = []
        for name in self.arms:
            found = STANDARD_ARMS.get(name) or own.get(name)
            arms += [found] if found else leave_one_out(network)
        replicas = len(arms) * self.seeds
        if not arms:
            raise NetworkError([Problem(_("Leaving one skip out needs a network with a skip."))])
        if replicas > MAX_REPLICAS:
            message = _(
                "{arms} arms times {seeds} seeds make {replicas} replicas of the network; a run "
                "takes at most {most}.",
                arms=len(arms),
                seeds=self.seeds,
                replicas=replicas,
                most=MAX_REPLICAS,
            )
            raise NetworkError([Problem(message)])
        return tuple(arms)

    @field_validator("probes", mode="before")
    @classmethod
    def _take_the_first_name_of_a_tier(cls, tier: Any) -> Any:
        """Links and files made before the smallest tier was called "minimal" name it "lean"."""
        return "minimal" if tier == "lean" else tier

    @property
    def at_start(self) -> Self:
        """Those that bear on the gradient of the initial weights; the others as by default."""
        new = type(self)()
        return self.model_copy(update={name: getattr(new, name) for name in _LATER} | {"steps": 0})

    @model_validator(mode="before")
    @classmethod
    def _take_arms_as_they_come(cls, fields: Any) -> Any:
        """Arms given as `Arm` become `own_arms`, so that links hold names and data apart."""
        if not isinstance(fields, dict) or not isinstance(fields.get("arms"), list | tuple):
            return fields
        given = [arm for arm in fields["arms"] if isinstance(arm, Arm)]
        if not given:
            return fields
        names = tuple(arm.name if isinstance(arm, Arm) else arm for arm in fields["arms"])
        new = tuple(arm for arm in given if STANDARD_ARMS.get(arm.name) != arm)
        return fields | {"arms": names, "own_arms": (*fields.get("own_arms", ()), *new)}

    @field_validator("steps")
    @classmethod
    def _steps_have_an_end_or_none(cls, steps: int) -> int:
        if MAX_STEPS < steps < UNTIL_STOPPED:
            raise ValueError(
                _(
                    "A run has at most {most} steps, or goes on until stopped",
                    most=format(MAX_STEPS, ","),
                )
            )
        return steps

    @model_validator(mode="after")
    def _a_schedule_has_an_end(self) -> Self:
        if self.endless and self.schedule != "constant":
            raise ValueError(
                _(
                    "A {schedule} schedule needs a number of steps to end at.",
                    schedule=self.schedule,
                )
            )
        return self

    @model_validator(mode="after")
    def _rate_changes_are_in_order(self) -> Self:
        steps = [step for step, __ in self.rate_changes]
        if any(later <= step for step, later in pairwise(steps)):
            raise ValueError(_("The steps of rate_changes have to rise."))
        return self

    @model_validator(mode="after")
    def _arms_are_known_and_differ(self) -> Self:
        own = [arm.name for arm in self.own_arms]
        known = [*STANDARD_ARMS, LEAVE_ONE_OUT, *own]
        if len(set(known)) < len(known):
            raise ValueError(
                _("Two arms share one name, or an own arm takes that of a standard one.")
            )
        if len(set(self.arms)) < len(self.arms):
            raise ValueError(_("An arm is named twice."))
        for name in self.arms:
            if name not in known:
                raise ValueError(
                    _(
                        "There is no arm {arm}. Known are {known}.",
                        arm=repr(name),
                        known=", ".join(known),
                    )
                )
        return self


_LATER = (
    "optimizer", "learning_rate", "momentum", "clip", "weight_decay", "l1", "warmup_steps",
    "schedule", "rate_changes", "evaluate_every", "snapshot_every",
)  # fmt: skip
"""What a run is trained with from its first update on."""
