"""What a teacher makes of the page: a title, a task, and what is hidden. It stands in the link."""

from collections.abc import Mapping
from dataclasses import dataclass

from skipviz.language import N_

TITLE, TASK, HIDDEN = "title", "task", "hide"
LONGEST = {TITLE: 80, TASK: 600}  # characters
PARTS = {
    "presets": N_("Start from"),
    "build": N_("Layers, Width, Activation, Skips, Kind"),
    "data": N_("Data"),
    "training": N_("Learning rate, Optimizer, Steps"),
    "more": N_("More"),
    "own": N_("Your own data"),
    "arms": N_("Compare"),
    "seed": N_("Seed"),
    "form": N_("Edit without dragging"),
    "layers": N_("Inspect and change"),
    "tray": N_("Keep"),
    "export": N_("Export"),
    "pages": N_("The other pages"),
}
"""What a lesson can hide, by the words of the page."""


@dataclass(frozen=True)
class Lesson:
    """A title, a task in a few sentences, and the parts of the page that are hidden."""

    title: str = ""
    task: str = ""
    hidden: frozenset[str] = frozenset()

    @property
    def query(self) -> dict[str, str]:
        """As the address holds it."""
        said = {TITLE: self.title, TASK: self.task, HIDDEN: ",".join(sorted(self.hidden))}
        return {name: value for name, value in said.items() if value}


NO_LESSON = Lesson()


def lesson_in(query: Mapping[str, str]) -> Lesson:
    """The lesson of an address; parts that there are not are ignored, long texts are cut."""
    hidden = frozenset(query.get(HIDDEN, "").split(",")) & PARTS.keys()
    return Lesson(_text(query, TITLE), _text(query, TASK), hidden)


def _text(query: Mapping[str, str], name: str) -> str:
    kept = "".join(each for each in query.get(name, "") if each.isprintable() or each == "\n")
    return kept[: LONGEST[name]].strip()
