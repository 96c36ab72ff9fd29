"""What a worker can be asked for, as typed data."""

from typing import Generic, TypeVar

Answer = TypeVar("Answer")


class Request(Generic[Answer]):
    """Something to be computed; what computes it yields `Answer`s, one after the other.

    Requests are frozen dataclasses of plain data and numpy arrays, for they are sent to a worker;
    two that are equal ask for the same. `skipviz.answers` says what computes each.
    """
