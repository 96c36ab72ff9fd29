"""What a chapter of the Learn page is: text as data, and beside it something that is measured."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from skipviz.network import Network
from skipviz.settings import Settings

View = Literal["weight_gradient", "state_gradient", "state_rms", "training", "heatmap"]


@dataclass(frozen=True)
class Training:
    """A network trained in all arms of its settings; `views` are the charts that are drawn."""

    network: Network
    settings: Settings
    views: tuple[View, ...] = ("weight_gradient",)


@dataclass(frozen=True)
class Measurement:
    """A generator function of the engine ("package.module:name") that yields `Result`s.

    With `at_hand` it is called for the visitor's own network as well: `network`, `data`, `seed`
    and the ends of the skip that is looked at, `ends`.
    """

    function: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    at_hand: bool = False


Live = Training | Measurement


@dataclass(frozen=True)
class Section:
    """A short text with one thing measured.

    `text` is Markdown with LaTeX; [[term]] or [[term|as written]] marks a word of the glossary.
    What `starts` with the chapter is measured when the chapter is opened, the rest on request.
    `equations` names the groups of equations of your network that are shown below the
    text. `playground` is the network offered to be opened there, with the data it is trained on.
    """

    id: str
    title: str
    text: str
    live: Live
    starts: Literal["with the chapter", "on request"] = "with the chapter"
    equations: tuple[str, ...] = ()
    playground: tuple[Network, str] | None = None


@dataclass(frozen=True)
class Chapter:
    """Sections under one title, in order."""

    id: str
    title: str
    summary: str
    sections: tuple[Section, ...]

    @property
    def at_hand(self) -> bool:
        """Whether it speaks of the visitor's own network."""
        return any(isinstance(s.live, Measurement) and s.live.at_hand for s in self.sections)
