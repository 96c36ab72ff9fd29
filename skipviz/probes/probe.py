"""What a probe is: what it measures, when, from which tier on, and how it is shown."""

from dataclasses import dataclass
from typing import Literal

from skipviz.arms import arm_label
from skipviz.language import _
from skipviz.network import Network
from skipviz.network.learned import learned_in
from skipviz.settings import Tier

Form = Literal["curves", "over time", "histogram", "shares", "skips taken", "learned", "history"]
"""What a chart of a probe is, in the order in which a view shows them.

curves: a value per layer at one step, a curve per arm. history: a size of every step as a heat map,
layers × steps. over time: layers × the time steps of the network. histogram: layers × bins.
shares: of every state's gradient, by skip. skips taken: the same by their number. learned: over the
steps, a curve per skip.
"""


@dataclass(frozen=True)
class View:
    """What the page shows together, under a title; `training`: loss and score stand beside it."""

    name: str
    title: str
    training: bool = False


@dataclass(frozen=True)
class Probe:
    """A quantity with one value per arm, seed and the axes named, at every step or at snapshots.

    Layers are 1..N+1, skips those of the network in its order; one to which the probe does not
    apply has NaN. Probes of what skips learn are there where some skip of the network learns it
    (`skipviz.network.learned`); a skip that an arm makes no use of has NaN there.

    `label` is that of its axis, `meaning` what is said below its chart, `title` what is said above,
    that of its view where it has none. Without a `view` it is measured and not shown. `span` is
    that of a linear axis; sizes have none, and a log axis. `of_update`: it is of the update that
    follows, of which the last step has none. `last_time`: of a network that runs over time it is
    that of the last time step alone.
    """

    name: str
    label: str
    meaning: str
    tier: Tier
    at: Literal["step", "snapshot"] = "snapshot"
    axes: tuple[str, ...] = ("layers",)
    view: View | None = None
    forms: tuple[Form, ...] = ("curves",)
    title: str = ""
    span: tuple[float, float] | None = None
    of_update: bool = False
    last_time: bool = False

    @property
    def heading(self) -> str:
        """What its charts are called."""
        return _(self.title or (self.view.title if self.view else self.label))

    def heading_of(self, arm: str) -> str:
        """What its chart of one arm is called."""
        return _("{title}, {arm}", title=self.heading, arm=arm_label(arm))

    @property
    def sentence(self) -> str:
        """What it is, as a sentence."""
        return _("{label}: {meaning}.", label=_(self.label), meaning=_(self.meaning))

    def of_time(self, network: Network) -> str:
        """Of which time steps it is, as a sentence, where that is not all of them."""
        return _("The last time step alone.") if self.last_time and network.runs_over_time else ""

    def is_in(self, network: Network) -> bool:
        """Whether there is anything to measure: time steps, skips, or what those learn."""
        if "learned" in self.forms:
            return self.name.removesuffix("_gradient") in learned_in(network)
        if self.name == "shared_gradient":
            return bool(network.ties)
        if "time steps" in self.axes:
            return network.runs_over_time
        return bool(network.skips) or {"skips", "skips taken"}.isdisjoint(self.axes)
