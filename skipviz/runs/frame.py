"""What one step of a run says. Numpy only: the page reads frames without torch."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from skipviz.language import N_, _
from skipviz.types import Array

PREDICTED = 1000


@dataclass(frozen=True)
class Evaluation:
    """Mean loss and score over a whole split, each (arms, seeds).

    The score is the accuracy, or for a regression R². `predicted` (arms, seeds, samples) are the
    classes of the first `PREDICTED` test samples, -1 for NaN; None where samples have no class.
    """

    train_loss: Array
    train_accuracy: Array
    test_loss: Array
    test_accuracy: Array
    predicted: NDArray[Any] | None = None

    @property
    def means(self) -> dict[str, Array]:
        """The losses and scores by name."""
        return {name: value for name, value in vars(self).items() if name != "predicted"}


_BROKE = {
    "loss": N_("the loss"),
    "layer": N_("the {quantity} of layer {layer}"),
    "readout": N_("the {quantity} of the readout"),
}
_QUANTITIES = {"state": N_("state"), "gradient": N_("gradient")}


@dataclass(frozen=True)
class Failure:
    """Where an arm became NaN or infinite: a state, loss or gradient of layer 1..N+1."""

    arm: str
    seed: int
    step: int
    layer: int
    quantity: str

    def what(self, layers: int) -> str:
        """What broke, in a network of so many layers: the state of layer 3."""
        if self.quantity == "loss":
            return _(_BROKE["loss"])
        place = "readout" if self.layer > layers else "layer"
        known = _QUANTITIES.get(self.quantity)
        quantity = self.quantity if known is None else _(known)
        return _(_BROKE[place], quantity=quantity, layer=self.layer)

    def text(self, layers: int) -> str:
        """What broke and when, in a network of so many layers."""
        return _(
            "{what} became NaN or infinite at step {step}", what=self.what(layers), step=self.step
        )


@dataclass(frozen=True)
class ConstantChannels:
    """Of so many `channels` of `of` the batch norm of `layer` leaves rounding that decides."""

    layer: int
    channels: int
    of: int


@dataclass(frozen=True)
class Frame:
    """The probes of one step, taken before its update.

    Axes: arms, seeds, then layers 1..N+1, or skips for what these learn.
    `seconds` of computing since the start of the run, and those of them spent on probes;
    `snapshot` holds the costly probes at the steps at which they are taken, `constant` what of the
    first batch is rounding behind batch norm (at step 0, skipviz.engine.training.constant),
    `changed_rate` the learning rate that was set by hand just before the update of this step.
    """

    step: int
    seconds: float
    loss: Array
    accuracy: Array
    probes: Mapping[str, Array]
    evaluation: Evaluation | None = None
    failures: tuple[Failure, ...] = ()
    snapshot: Mapping[str, Array] | None = None
    probe_seconds: float = 0.0
    device: str = "cpu"
    constant: tuple[ConstantChannels, ...] = ()
    changed_rate: float | None = None
