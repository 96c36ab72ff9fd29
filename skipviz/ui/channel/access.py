"""Where a socket comes from, and how many there may be."""

from collections import Counter
from collections.abc import Collection
from urllib.parse import urlsplit


class Seats:
    """So many sockets in all, and so many of each session or address."""

    def __init__(self, most: int, most_each: int) -> None:
        self._most, self._most_each = most, most_each
        self._taken: Counter[str] = Counter()

    def take(self, whose: str) -> bool:
        """Take a seat; False where there is none left."""
        if self._taken.total() >= self._most or self._taken[whose] >= self._most_each:
            return False
        self._taken[whose] += 1
        return True

    def leave(self, whose: str) -> None:
        """Give the seat back."""
        self._taken[whose] -= 1
        self._taken += Counter()  # forget those that have none


def comes_from_here(origin: str | None, host: str | None, allowed: Collection[str]) -> bool:
    """Whether a page of this server opened the socket, or one of the `allowed` origins did.

    Every browser says where a socket comes from. One that does not say it is refused.
    """
    if not origin or not host:
        return False
    return urlsplit(origin).netloc.lower() == host.lower() or origin in allowed
