"""Tensors among the arguments of a call, and what is noted about them without touching them."""

import weakref
from collections.abc import Iterator
from typing import Any, Generic, TypeVar

from torch import Tensor, nn

Note = TypeVar("Note")
Arguments = tuple[tuple[Any, ...], dict[str, Any]]
"""Of a call: by position, by keyword."""


_DEEPEST = 8  # objects can hold themselves


def tensors_in(value: Any, depth: int = 0) -> Iterator[Tensor]:
    """Those in nested lists, tuples, dicts and plain objects, in order."""
    if isinstance(value, Tensor):
        yield value
    elif depth > _DEEPEST:
        return
    elif isinstance(value, list | tuple):
        for each in value:
            yield from tensors_in(each, depth + 1)
    elif isinstance(value, dict):
        yield from tensors_in(list(value.values()), depth)
    elif _is_plain(value):
        held = [each for each in vars(value).values() if isinstance(each, _CONTAINERS)]
        yield from tensors_in(held, depth + 1)


_CONTAINERS = (Tensor, list, tuple, dict)


def _is_plain(value: Any) -> bool:
    """An object of the user's or a library's, such as the output of a model."""
    if isinstance(value, nn.Module | type) or not hasattr(value, "__dict__"):
        return False
    return type(value).__module__.split(".")[0] not in ("torch", "builtins")


class Notes(Generic[Note]):
    """A note per tensor, beside it: nothing is written on it, nothing keeps it alive."""

    def __init__(self) -> None:
        self._held: dict[int, tuple[weakref.ref[Tensor], Note]] = {}

    def put(self, tensor: Tensor, note: Note) -> None:
        """Note, in place of what was noted before."""
        self._held[id(tensor)] = (weakref.ref(tensor), note)

    def get(self, tensor: Tensor) -> Note | None:
        """What was noted about it."""
        found = self._held.get(id(tensor))
        return found[1] if found is not None and found[0]() is tensor else None
