"""What was trained, as far as charts and sentences ask: its layers, its skips, their names."""

from abc import ABC, abstractmethod

from skipviz.arms import arm_label
from skipviz.network import Network
from skipviz.types import Array, Ends


class Subject(ABC):
    """A drawn network, or a model that nobody drew."""

    @property
    def drawn(self) -> Network | None:
        """The network, where it is one that was drawn; then more can be said of it."""
        return None

    @property
    def tells_loss(self) -> bool:
        """Whether the loss is known; a loop of one's own need not tell it."""
        return True

    @property
    def beside_training(self) -> bool:
        """Whether the arm "skip" alone is trained, and the others are measured at its weights."""
        return False

    def trains(self, arm: str) -> bool:
        """Whether this arm is trained, to weights of its own."""
        return arm == "skip" or not self.beside_training

    def behind_skips(self, arm: str) -> frozenset[int]:  # noqa: ARG002
        """Layers of a model nobody drew that are there for skips which the arm does without."""
        return frozenset()

    def who_text(self, arm: str) -> str | None:  # noqa: ARG002
        """How a sentence about an arm begins, where its name alone does not say it."""
        return None

    def label_of(self, arm: str) -> str:
        """An arm's name as people read it."""
        return arm_label(arm)

    def layer_text(self, layer: int) -> str:
        """What a sentence calls layer k: its number, and a name where it has one."""
        return str(layer)

    @property
    @abstractmethod
    def main_arms(self) -> tuple[str, ...]:
        """The arms that are drawn side by side."""

    @property
    @abstractmethod
    def layers(self) -> int:
        """N, without the readout."""

    @property
    @abstractmethod
    def skips(self) -> tuple[Ends, ...]:
        """(source, target) of every skip, in the order of the probes of skips."""

    @property
    @abstractmethod
    def weighted_layers(self) -> list[int]:
        """The layers of 1..N that have weights; others have NaN for what concerns weights."""

    @property
    def frozen_layers(self) -> list[int]:
        """Those of 1..N whose weights nobody trains, and which have no gradient for that."""
        return []

    @property
    @abstractmethod
    def state_sizes(self) -> Array:
        """(N,) entries of the state of one sample, of every layer."""
