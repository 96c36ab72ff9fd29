"""Requests that cost nothing to answer, in a module that costs a worker nothing to import."""

import itertools
import threading
from collections.abc import Iterator
from dataclasses import dataclass

from skipviz.request import Request


@dataclass(frozen=True)
class Counting(Request[int]):
    """0, 1, 2, .. below `upto`, or without an end; then it may fail."""

    upto: int | None = None
    fail: bool = False


@dataclass(frozen=True)
class Stuck(Request[int]):
    """One result, then a step without an end."""


def counted(request: Counting | Stuck) -> Iterator[int]:
    """What these requests are answered with, as `skipviz.answers` does it for the app's."""
    return stuck() if isinstance(request, Stuck) else counting(request.upto, request.fail)


def counting(upto: int | None, fail: bool) -> Iterator[int]:
    yield from itertools.count() if upto is None else range(upto)
    if fail:
        raise ValueError("it cannot be counted further")


def stuck() -> Iterator[int]:
    yield 1
    yield threading.Event().wait()
