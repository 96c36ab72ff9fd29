"""What a teacher makes of the page: a title, a task, and what is hidden. It stands in the link."""

from collections.abc import Mapping
from dataclasses import dataclass

TITLE, TASK, HIDDEN = "title", "task", "hide"
LONGEST = {TITLE: 80, TASK: 600}  # characters
PARTS = {
    "presets": "Start from",
    "build": "Layers, Width, Activation, Skips, Kind",
    "data": "Data",
    "training": "Learning rate, Optimizer, Steps",
    "more": "More",
    "own": "Your own data",
    "arms": "Compare",
    "seed": "Seed",
    "form": "Edit without dragging",
    "layers": "Inspect and change",
    "tray": "Keep",
    "export": "Export",
    "pages": "The other pages",
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
