"""A file of data that a visitor has brought, how it is to be read, and what came of that."""

from dataclasses import dataclass, field, replace
from typing import Any

from skipviz.data.files.reading import FileRead, ReadFile, Reading


@dataclass(frozen=True)
class Brought:
    """`read` is what came of it last, by the reading `done`; `reading` is what is chosen now."""

    name: str
    content: bytes
    reading: Reading = field(default_factory=Reading)
    read: FileRead | None = None
    done: Reading | None = None

    @property
    def pending(self) -> bool:
        """Whether it has still to be read as it is chosen now."""
        return self.done != self.reading

    @property
    def request(self) -> ReadFile:
        """What is asked of a worker."""
        return ReadFile(self.name, self.content, self.reading)

    def choosing(self, **chosen: Any) -> "Brought":
        """The same file, to be read otherwise; another target is of its own task."""
        if "target" in chosen:
            chosen = {"task": None} | chosen
        fields = {name: getattr(self.reading, name) for name in Reading.model_fields}
        return replace(self, reading=Reading.model_validate(fields | chosen))

    def wanted(self, taken: Reading) -> Reading:
        """What is chosen now, and where nothing is, what was `taken` last."""
        chosen = {k: v for k in Reading.model_fields if (v := getattr(self.reading, k)) is not None}
        return taken.model_copy(update=chosen)

    def answered(self, read: FileRead) -> "Brought":
        """With what came of it."""
        return replace(self, read=read, done=self.reading)
