"""Compact storage of a run: one growing float32 array per quantity, bounded by thinning."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import prod
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from skipviz.types import Steps

Array = NDArray[np.floating[Any]]

STEP_BYTES = 64 * 2**20  # 10,000 steps of the default network with 4 arms take 26 MB
SNAPSHOT_BYTES = 32 * 2**20


@dataclass(frozen=True)
class _Held:
    """The first `count` rows of every array. Replaced, never changed: readers hold one safely."""

    count: int = 0
    stride: int = 1
    steps: Steps = field(default_factory=lambda: np.empty(0, np.int64))
    columns: dict[str, Array] = field(default_factory=dict)


@dataclass(frozen=True)
class _Newest:
    """The last row of a frozen view, and the columns that were asked for with it at their end."""

    steps: Steps
    row: dict[str, Array]
    whole: dict[str, Array] = field(default_factory=dict)

    def at_the_end_of(self, name: str, rows: Array) -> Array:
        if name not in self.whole:
            whole = rows.copy()
            whole[-1] = self.row[name]
            self.whole[name] = whole
        return self.whole[name]


class Rows:
    """A row of named numbers per step, in order of step.

    Thinning: once the rows fill `limit` bytes, every second one is dropped and from then on only
    steps divisible by `stride` are kept, each time twice as far apart; the newest row is always
    there. So a run of any length fits, at an even spacing of at least limit / 2 bytes.
    """

    def __init__(self, limit: int, dtype: type[np.floating[Any]] = np.float32) -> None:
        """`limit` in bytes; numbers are kept as `dtype`."""
        self._limit = limit
        self._dtype = dtype
        self._held = _Held()
        self._newest: _Newest | None = None  # of a frozen view, whose last row is overwritten

    @classmethod
    def of(
        cls,
        limit: int,
        steps: Steps,
        columns: Mapping[str, Array],
        dtype: type[np.floating[Any]] = np.float32,
    ) -> Self:
        """Rows that were taken down before: a step each, and what belongs to it."""
        rows = cls(limit, dtype)
        kept = {name: np.array(column, dtype) for name, column in columns.items()}
        rows._held = _Held(len(steps), 1, np.array(steps, np.int64), kept)
        return rows

    def take_over(self, steps: Steps, columns: Mapping[str, Array]) -> None:
        """What was taken down elsewhere, in place of what is here."""
        self._held = Rows.of(self._limit, steps, columns, self._dtype)._held

    def __len__(self) -> int:
        return self._held.count

    @property
    def steps(self) -> Steps:
        """The step of every row."""
        held, newest = self._held, self._newest
        return held.steps[: held.count] if newest is None else newest.steps

    @property
    def stride(self) -> int:
        """Steps between two rows; 1 as long as nothing was dropped."""
        return self._held.stride

    @property
    def bytes(self) -> int:
        """Memory taken by the rows."""
        return sum(column.nbytes for column in self._held.columns.values())

    @property
    def names(self) -> tuple[str, ...]:
        """The quantities of a row; none before the first."""
        return tuple(self._held.columns)

    def column(self, name: str) -> Array:
        """(rows, ..) of one quantity: a view, of thinned frozen rows a copy. KeyError when there is
        no row or no such name."""
        held = self._held
        found = held.columns[name][: held.count]
        return found if self._newest is None else self._newest.at_the_end_of(name, found)

    def at(self, name: str, place: int) -> Array:
        """(..) one quantity in one row, without reading the others."""
        held, newest = self._held, self._newest
        if newest is not None and place % held.count == held.count - 1:
            return newest.row[name]
        found: Array = held.columns[name][: held.count][place]
        return found

    def row(self, place: int) -> dict[str, NDArray[np.float64]]:
        """All quantities of one row."""
        return {name: self.at(name, place).astype(np.float64) for name in self._held.columns}

    def row_of(self, step: int) -> dict[str, NDArray[np.float64]] | None:
        """The row of a step, or None when it was not taken in or not kept."""
        place = int(np.searchsorted(self.steps, step))
        there = place < len(self) and self.steps[place] == step
        return self.row(place) if there else None

    def append(self, step: int, row: Mapping[str, Array | float]) -> None:
        """Take in the row of a step; all rows have the same names and shapes."""
        held = self._held
        if held.count and held.steps[held.count - 1] % held.stride:
            held = _Held(held.count - 1, held.stride, held.steps, held.columns)
        if held.count == len(held.steps):
            held = self._with_room(held, row)
        held.steps[held.count] = step
        for name, column in held.columns.items():
            column[held.count] = row[name]
        self._held = _Held(held.count + 1, held.stride, held.steps, held.columns)

    def frozen(self) -> "Rows":
        """The rows there are now; further rows do not show in it."""
        if self._newest is not None:
            return self
        rows, held = Rows(self._limit, self._dtype), self._held
        rows._held = held
        if held.stride > 1:  # the newest row is about to be overwritten, those before it are not
            last = held.count - 1
            row = {name: column[last].copy() for name, column in held.columns.items()}
            rows._newest = _Newest(held.steps[: held.count].copy(), row)
        return rows

    def _with_room(self, held: _Held, row: Mapping[str, Array | float]) -> _Held:
        if held.count == 0:
            return self._first(row)
        kept, stride = slice(None), held.stride
        if 2 * sum(column.nbytes for column in held.columns.values()) > self._limit:
            stride *= 2
            kept = held.steps % stride == 0
        steps, columns = held.steps[kept], {n: c[kept] for n, c in held.columns.items()}
        room = len(held.steps) * (1 if stride > held.stride else 2)
        grown = {name: _grown(column, room) for name, column in columns.items()}
        return _Held(len(steps), stride, _grown(steps, room), grown)

    def _first(self, row: Mapping[str, Array | float]) -> _Held:
        shapes = {name: np.shape(value) for name, value in row.items()}
        width = np.dtype(self._dtype).itemsize
        size = sum(width * prod(shape) for shape in shapes.values())
        room = min(64, max(8, self._limit // size))
        columns = {name: np.empty((room, *shape), self._dtype) for name, shape in shapes.items()}
        return _Held(0, 1, np.empty(room, np.int64), columns)


def _grown(array: NDArray[Any], room: int) -> NDArray[Any]:
    grown = np.empty((room, *array.shape[1:]), array.dtype)
    grown[: len(array)] = array
    return grown
