"""What the editor and the forms beside it remember of a session between reruns."""

from dataclasses import dataclass, field
from typing import Any


@dataclass
class Acknowledged:
    """The last edit taken from the editor; numbers start anew with each mounted editor."""

    instance: str = ""
    seq: int = 0


@dataclass
class EditorState:
    """What is selected and copied, and which edits were taken.

    `selected` is what the inspector shows, `layer_range` the first and the last layer that the
    form acts on (None: the first alone), `clipboard` the layers copied. `revision` counts what the
    drawing has to show anew.
    """

    selected: tuple[str | int, ...] = ("style",)
    layer_range: tuple[int, int | None] = (1, None)
    clipboard: dict[str, Any] | None = None
    acknowledged: Acknowledged = field(default_factory=Acknowledged)
    revision: int = 0
