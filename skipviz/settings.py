"""What a run is trained with. Pure data: shared by links, the engine and the page."""

from typing import Literal

from pydantic import Field

from skipviz.spec import Spec

Optimizer = Literal["sgd", "adam", "adamw"]


class Settings(Spec):
    """Data, arms and optimisation of one run; together with a network it fixes every number.

    `evaluate_every` is in steps: how often loss and accuracy are taken on the whole train and
    test split. `momentum` concerns SGD only. `seeds` counts up from `seed`.
    With 0 `steps` only the gradient of the initial weights is measured.
    """

    data: str = Field(default="digits", max_length=60)
    arms: tuple[str, ...] = Field(default=("skip", "plain"), min_length=1, max_length=4)
    steps: int = Field(default=200, ge=0, le=100_000)
    seed: int = Field(default=0, ge=0, le=2**31 - 1)
    seeds: int = Field(default=1, ge=1, le=10)
    batch_size: int = Field(default=64, ge=1, le=4096)
    optimizer: Optimizer = "sgd"
    learning_rate: float = Field(default=0.02, gt=0, le=100)
    momentum: float = Field(default=0.9, ge=0, lt=1)
    evaluate_every: int = Field(default=20, ge=1, le=100_000)
