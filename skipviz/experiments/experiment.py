"""A guided experiment as data: a claim, how it is put to the test, and what is to be expected."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from skipviz.experiments.parts import Part
from skipviz.language import _
from skipviz.network import Network
from skipviz.settings import Settings

Form = Literal["number", "share", "power", "count"]
Values = Mapping[str, float]
Band = tuple[float, float]
"""Where the median over the seeds is expected, ends included."""


@dataclass(frozen=True)
class Control:
    """What the reader may change: a few values, one of which the claim is about."""

    name: str
    label: str
    options: tuple[float, ...]
    default: float


@dataclass(frozen=True)
class Quantity:
    """A number the experiment is judged by.

    `key` names what a part measures, "variant.measure"; with `over` it is divided by a second
    one. The bands are those of the full and the thin version (None: the same), for the default
    controls, or `always` for any. `published` is what the source
    measured, which is cited and not reproduced.
    """

    key: str
    label: str
    full: Band
    thin: Band | None = None
    over: str = ""
    form: Form = "number"
    published: str = ""
    always: bool = False

    @property
    def variant(self) -> str:
        """The name of the network it is of."""
        return self.key.rpartition(".")[0]

    def band(self, thin: bool) -> Band:
        """The expected band of the thin or the full version."""
        return self.thin if thin and self.thin else self.full


@dataclass(frozen=True)
class Setup:
    """Which version is run, and with which values of the controls."""

    thin: bool
    controls: Values
    default: bool = True
    """Whether the controls are as the claim has them."""

    def __getitem__(self, name: str) -> float:
        return self.controls[name]

    def pick(self, full: Any, thin: Any) -> Any:
        """The setting of the version that is run."""
        return thin if self.thin else full


@dataclass(frozen=True)
class Source:
    """Where the claim is from, and figures of it that are cited as they were published."""

    text: str
    link: str
    cited: str = ""


@dataclass(frozen=True)
class Drawing:
    """A network of an experiment, to be opened in the playground."""

    label: str
    network: Network
    settings: Settings


@dataclass(frozen=True)
class Experiment:
    """One claim put to the test.

    `parts` are made for a setup, so that controls and the thin version reach networks and
    settings. `cleared` is a common misconception, `falsified` what would show the claim false,
    `short` how the thin version is shorter, `differs` where this is not what the source did.
    `chance` is the accuracy of guessing, `seconds` what the full version takes on one core.
    """

    id: str
    title: str
    claim: str
    source: Source
    parts: Callable[[Setup], tuple[Part, ...]]
    quantities: tuple[Quantity, ...]
    falsified: str
    cleared: str
    setting: str
    seconds: float
    short: str = ""
    differs: str = ""
    controls: tuple[Control, ...] = ()
    chance: float | None = None

    @property
    def defaults(self) -> dict[str, float]:
        """The controls as the claim has them."""
        return {control.name: control.default for control in self.controls}

    @property
    def instant(self) -> bool:
        """Whether the full version takes no longer than a short one would."""
        return self.seconds <= 1

    def setup(self, controls: Values | None = None, thin: bool = False) -> Setup:
        """The setup of a run; ValueError where a control does not exist or have this value."""
        chosen = self.defaults | dict(controls or {})
        options = {control.name: control.options for control in self.controls}
        for name, value in chosen.items():
            if name not in options:
                raise ValueError(_("{id} has no control {name}.", id=self.id, name=repr(name)))
            if value not in options[name]:
                raise ValueError(
                    _(
                        "{name} is one of {options}, not {value}.",
                        name=name,
                        options=options[name],
                        value=value,
                    )
                )
        return Setup(thin, chosen, chosen == self.defaults)

    def drawings(self, setup: Setup) -> tuple[Drawing, ...]:
        """The networks there are to open in the playground, each once, with their settings."""
        found: dict[str, Drawing] = {}
        for part in sorted(self.parts(setup), key=lambda part: -part.effort):
            for variant in part.variants:
                arms = ("skip", "plain") if variant.network.skips else ("plain",)
                settings = part.settings.model_copy(update={"arms": arms})
                taken = any(drawing.label == variant.label for drawing in found.values())
                label = variant.label
                if taken:
                    depth = variant.network.depth
                    label = _("{network}, {depth} layers", network=label, depth=depth)
                drawing = Drawing(label, variant.network, settings)
                found.setdefault(variant.network.to_json(), drawing)
        return tuple(found.values())
