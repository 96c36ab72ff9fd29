"""What a run is trained with. Pure data: shared by links, the engine and the page."""

from typing import Annotated, Any, Literal, Self

from pydantic import Field, field_validator, model_validator

from skipviz.arms import LEAVE_ONE_OUT, STANDARD_ARMS, Arm, leave_one_out
from skipviz.network import Network, NetworkError, Problem
from skipviz.spec import Spec

Optimizer = Literal["sgd", "adam", "adamw"]
Tier = Literal["minimal", "standard", "full"]
Device = Literal["auto", "cpu", "cuda", "mps"]
Name = Annotated[str, Field(min_length=1, max_length=40)]

MAX_REPLICAS = 128  # arms times seeds in one run


class Settings(Spec):
    """Data, arms and optimisation of one run.

    Together with a network it fixes the start (split, batches, weights but for their last digit)
    and on one kind of processor every number.

    `arms` names standard arms, "leave_one_out" or arms of `own_arms`; `arms=("skip", Arm(..))`
    is understood too. `seeds` counts up from `seed`. With 0 `steps` only the gradient of the
    initial weights is measured. `evaluate_every` is in steps: how often loss and accuracy are
    taken on the whole train and test split. `momentum` concerns SGD only; AdamW decays weights by
    0.01. `clip` bounds the norm of the gradient of all weights, of each arm on its own. `probes`
    is what is measured (skipviz.probes), `snapshot_every` how often the costly part of it.
    """

    data: str = Field(default="digits", max_length=60)
    arms: tuple[Name, ...] = Field(default=("skip", "plain"), min_length=1, max_length=16)
    own_arms: tuple[Arm, ...] = Field(default=(), max_length=16)
    steps: int = Field(default=200, ge=0, le=100_000)
    seed: int = Field(default=0, ge=0, le=2**31 - 1)
    seeds: int = Field(default=1, ge=1, le=10)
    batch_size: int = Field(default=64, ge=1, le=4096)
    optimizer: Optimizer = "sgd"
    learning_rate: float = Field(default=0.02, gt=0, le=100)
    momentum: float = Field(default=0.9, ge=0, lt=1)
    clip: float | None = Field(default=None, gt=0, le=1e6)
    evaluate_every: int = Field(default=20, ge=1, le=100_000)
    probes: Tier = "standard"
    snapshot_every: int = Field(default=20, ge=1, le=100_000)
    device: Device = "auto"

    def arms_for(self, network: Network) -> tuple[Arm, ...]:
        """The arms of a run of this network; NetworkError when there are none or too many."""
        own = {arm.name: arm for arm in self.own_arms}
        arms: list[Arm] = []
        for name in self.arms:
            found = STANDARD_ARMS.get(name) or own.get(name)
            arms += [found] if found else leave_one_out(network)
        replicas = len(arms) * self.seeds
        if not arms:
            raise NetworkError([Problem("Leaving one skip out needs a network with a skip.")])
        if replicas > MAX_REPLICAS:
            message = f"{len(arms)} arms times {self.seeds} seeds make {replicas} replicas of the "
            raise NetworkError([Problem(f"{message}network; a run takes at most {MAX_REPLICAS}.")])
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

    @model_validator(mode="after")
    def _arms_are_known_and_differ(self) -> Self:
        own = [arm.name for arm in self.own_arms]
        known = [*STANDARD_ARMS, LEAVE_ONE_OUT, *own]
        if len(set(known)) < len(known):
            raise ValueError("Two arms share one name, or an own arm takes that of a standard one.")
        if len(set(self.arms)) < len(self.arms):
            raise ValueError("An arm is named twice.")
        for name in self.arms:
            if name not in known:
                raise ValueError(f"There is no arm {name!r}. Known are {', '.join(known)}.")
        return self


_LATER = ("optimizer", "learning_rate", "momentum", "clip", "evaluate_every", "snapshot_every")
"""What a run is trained with from its first update on."""
