"""A bounded memory that all visitors of a server share."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class Recent(Generic[Key, Value]):
    """Values by their keys, up to `most` of them, or of their `size` in sum.

    The one asked for longest ago goes first. Safe to use from any thread.
    """

    def __init__(self, most: int, size: Callable[[Value], int] = lambda _: 1) -> None:
        self._most, self._size = most, size
        self._values: OrderedDict[Key, Value] = OrderedDict()
        self._lock = threading.Lock()

    def find(self, key: Key) -> Value | None:
        """The value kept under this key."""
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
            return self._values.get(key)

    def keep(self, key: Key, value: Value) -> None:
        """Keep it as the one asked for last."""
        with self._lock:
            self._values[key] = value
            self._values.move_to_end(key)
            while sum(map(self._size, self._values.values())) > self._most:
                self._values.popitem(last=False)
