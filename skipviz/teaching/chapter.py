"""What a chapter of the Learn page is: text as data, and beside it something that is measured."""

from dataclasses import dataclass
from typing import Literal

from skipviz.measures.requests import Measurement, SkipAtHand
from skipviz.network import Network
from skipviz.runs.requests import Training

View = Literal["weight_gradient", "state_gradient", "state_rms", "training", "heatmap"]


Live = Training | Measurement | type[SkipAtHand]
"""A request, or what can be requested of the skip that the reader looks at."""


@dataclass(frozen=True)
class Section:
    """A short text with one thing measured.

    `live` is measured, and of a training `views` are the charts that are drawn.
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
    views: tuple[View, ...] = ("weight_gradient",)
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
        return any(isinstance(section.live, type) for section in self.sections)
