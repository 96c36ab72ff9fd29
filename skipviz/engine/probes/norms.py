"""Norms of many tensors in few calls, exact from float32's smallest numbers to its largest."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import partial
from itertools import pairwise, starmap
from operator import is_
from typing import Self

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from skipviz.engine.model.stack import Stack
from skipviz.network.parameters import is_weight
from skipviz.types import Array, Shape

Index = NDArray[np.int64]

UNDERFLOW = 1e-16  # below this a float32 sum of squares loses digits: 1e-16 ** 2 / 1e6 entries


class RowNorms:
    """|row| of tensors (rows, replicas, ..); the same shapes at every call, and one buffer."""

    def __init__(self, unread: Index | None = None) -> None:
        """`unread` are places of the result that nobody reads: NaN, which is not taken again."""
        self._unread = unread
        self._buffer = torch.empty(0)
        self._views: list[Tensor] = []
        self._keepers: Sequence[object] = ()
        self._kept: list[Callable[[], object]] = []

    def of(self, groups: Sequence[Tensor], keepers: Sequence[object] = ()) -> Array:
        """Flat: rows by replicas of the first group, then those of the second, and so on.

        As long as the `keepers` are the same objects, the groups are the same memory: what lies
        evenly spaced in it is measured in one call.
        """
        if not self._views:
            self._make_room(groups)
        pairs = zip(groups, self._views, strict=True)
        if keepers and not (self._keepers and all(map(is_, keepers, self._keepers))):
            self._keepers, self._kept = keepers, [_call(*pair) for pair in _merged([*pairs])]
        for call in self._kept if keepers else starmap(_call, pairs):
            call()
        norms: Array = self._buffer.cpu().numpy().astype(np.float64)
        if self._unread is not None:
            norms[self._unread] = np.nan
        if np.fmin.reduce(norms) < UNDERFLOW or np.fmax.reduce(norms) == np.inf:
            _take_in_float64(groups, norms)
        return norms

    def _make_room(self, groups: Sequence[Tensor]) -> None:
        shapes = [group.shape[:2] for group in groups]
        self._buffer = groups[0].new_empty(sum(shape.numel() for shape in shapes))
        pieces = torch.split(self._buffer, [shape.numel() for shape in shapes])
        self._views = [v.view(s) for v, s in zip(pieces, shapes, strict=True)]


def _call(group: Tensor, out: Tensor) -> Callable[[], object]:
    """Norms over the axes that `out` does not have."""
    axes = tuple(range(out.dim(), group.dim()))
    return partial(torch.linalg.vector_norm, group, dim=axes, out=out)


def _merged(pairs: Sequence[tuple[Tensor, Tensor]]) -> Iterator[tuple[Tensor, Tensor]]:
    """Groups and where their norms go; one pair for several that lie evenly spaced, both ways."""
    alike: defaultdict[tuple[object, ...], list[tuple[Tensor, Tensor]]] = defaultdict(list)
    for group, view in pairs:
        alike[group.untyped_storage().data_ptr(), group.shape].append((group, view))
    for found in alike.values():
        groups, views = (_evenly_spaced(tensors) for tensors in zip(*found, strict=True))
        if groups is None or views is None:
            yield from found
        else:
            yield groups, views


def _evenly_spaced(tensors: Sequence[Tensor]) -> Tensor | None:
    """(tensors, ..) of the same memory; None where steps from one to the next differ."""
    steps = {b.storage_offset() - a.storage_offset() for a, b in pairwise(tensors)}
    if len(steps) != 1 or min(steps) <= 0:
        return None
    first = tensors[0]
    strides = (*steps, *first.stride())
    return first.as_strided((len(tensors), *first.shape), strides, first.storage_offset())


def _take_in_float64(groups: Sequence[Tensor], norms: Array) -> None:
    """Take the smallest and the infinite norms again, in float64.

    Squares of tiny numbers vanish in float32, and those of numbers above 1.8e19 are infinite.
    """
    wrong = np.flatnonzero((norms < UNDERFLOW) | np.isposinf(norms))
    ends = np.cumsum([group.shape[0] * group.shape[1] for group in groups])
    cuts = np.searchsorted(wrong, ends)
    for group, end, places in zip(groups, ends, np.split(wrong, cuts[:-1]), strict=True):
        if len(places):
            start = end - group.shape[0] * group.shape[1]
            rows = group.flatten(0, 1)[torch.from_numpy(places - start)].cpu().double()
            norms[places] = torch.linalg.vector_norm(rows.flatten(1), dim=1).numpy()


class WeightRows:
    """Which rows of a stack's parameter groups are weights of which layer 1..N+1."""

    def __init__(self, stack: Stack, also: Collection[str] = ()) -> None:
        """`also` names tensors that `index` is to find as well."""
        self._replicas = stack.replicas
        modules = {f"layer{k}": k - 1 for k in range(1, stack.network.depth + 1)}
        modules["readout"] = stack.network.depth
        found = [_columns(names, modules) for names in stack.places]
        self._groups = [
            place
            for place, columns in enumerate(found)
            if (columns >= 0).any() or not {*also}.isdisjoint(stack.places[place])
        ]
        names = [name for place in self._groups for name in stack.places[place]]
        self._row_of = {name: row for row, name in enumerate(names)}
        columns = np.concatenate([found[place] for place in self._groups])
        order = np.argsort(columns, kind="stable")
        self._rows = order[columns[order] >= 0]
        present, self._starts = np.unique(columns[self._rows], return_index=True)
        self._layers = stack.network.depth + 1
        self._all_present = len(present) == self._layers
        self._own = np.isin(np.arange(self._layers), present)
        self._tied = {k - 1: owner - 1 for k, owner in stack.network.ties.items()}
        self.present = self._own.copy()
        """Which layers 1..N+1 have weights, be they those of another."""
        self.present[[*self._tied]] = True
        self.size = len(columns) * self._replicas
        self._index = self._rows * self._replicas + np.arange(self._replicas)[:, None]

    def of(self, groups: Sequence[Tensor]) -> list[Tensor]:
        """Those of the groups, given in the stack's order, that hold what is looked for."""
        return [groups[place] for place in self._groups]

    @property
    def names(self) -> list[str]:
        """All tensors of the groups, also those that are no weights."""
        return list(self._row_of)

    def index(self, names: Sequence[str]) -> Index:
        """(replicas, names): where the flat `RowNorms` of `of(..)` have these tensors."""
        rows = np.array([self._row_of[name] for name in names], dtype=np.int64)
        index: Index = rows * self._replicas + np.arange(self._replicas)[:, None]
        return index

    def gather(self, norms: Array) -> Array:
        """(.., size) flat `RowNorms` of `of(..)` -> (.., replicas, layers).

        Several weights of one layer count as one long vector; NaN where a layer has none. Of
        weights that layers share, every one of them has the same.
        """
        rows: Array = norms[..., self._index]
        if len(self._starts) < len(self._rows):
            rows = np.sqrt(np.add.reduceat(rows * rows, self._starts, axis=-1))
        if self._all_present:
            return rows
        gathered = np.full((*rows.shape[:-1], self._layers), np.nan)
        gathered[..., self._own] = rows
        gathered[..., [*self._tied]] = gathered[..., [*self._tied.values()]]
        return gathered

    def add(self, values: Sequence[Array]) -> Array:
        """(rows, replicas, ..) of each of `of(..)` -> (replicas, layers, ..), summed per layer.

        0 where a layer has no weights.
        """
        rows = np.concatenate(values)[self._rows]
        sums = np.zeros((self._layers, *rows.shape[1:]))
        sums[self._own] = np.add.reduceat(rows, self._starts, axis=0)
        sums[[*self._tied]] = sums[[*self._tied.values()]]
        return sums.swapaxes(0, 1)


def _columns(names: Sequence[str], modules: dict[str, int]) -> Index:
    """The layer of every row of a group; -1 for what is no weight of a layer."""
    apart = [name.split(".") for name in names]
    layers = [modules.get(module, -1) if is_weight(name) else -1 for module, name in apart]
    return np.array(layers, dtype=np.int64)


class Stacked(list[Tensor]):
    """Tensors (replicas, batch, ..) of which those of one shape lie side by side in one buffer."""

    def __init__(self, tensors: Iterable[Tensor] = (), buffers: Sequence[Tensor] = ()) -> None:
        super().__init__(tensors)
        self.buffers = list(buffers)
        """(tensors, replicas, batch, ..) for each shape, in the order of `alike`."""

    @classmethod
    def empty(cls, count: int, shapes: Sequence[Shape], like: Tensor) -> list[Self]:
        """Room for so many times tensors of these shapes, of the type and device of `like`.

        Those of one shape lie side by side for all of them.
        """
        groups = alike(shapes)
        all_buffers = [like.new_empty(count, len(ks), *shapes[ks[0]]) for ks in groups]
        return [cls._of(groups, [*buffers]) for buffers in zip(*all_buffers, strict=True)]

    @classmethod
    def _of(cls, groups: Sequence[Sequence[int]], buffers: Sequence[Tensor]) -> Self:
        found = {
            place: tensor
            for places, buffer in zip(groups, buffers, strict=True)
            for place, tensor in zip(places, buffer.unbind(0), strict=True)
        }
        return cls([found[place] for place in range(len(found))], buffers)


def alike(shapes: Sequence[Shape]) -> list[list[int]]:
    """The places at which equal shapes stand, shape by shape."""
    groups: dict[Shape, list[int]] = {}
    for place, shape in enumerate(shapes):
        groups.setdefault(tuple(shape), []).append(place)
    return list(groups.values())


class StateRows:
    """States of equal shape in one buffer each; the same shapes at every call."""

    def __init__(self) -> None:
        self._columns: list[list[int]] = []
        self._buffers: list[Tensor] = []
        self._index: Index = np.empty(0, np.int64)
        self.entries: Index = np.empty(0, np.int64)
        """Numbers per replica in each state."""

    @torch.no_grad()
    def of(self, states: Sequence[Tensor]) -> list[Tensor]:
        """(replicas, batch, ..) per layer -> (layers, replicas, batch, ..) per shape.

        The buffers are used again by the next call.
        """
        if not self._columns:
            self._group(states)
        if isinstance(states, Stacked):
            return states.buffers
        if not self._buffers:
            self._buffers = [
                states[0].new_empty((len(columns), *states[columns[0]].shape))
                for columns in self._columns
            ]
        for columns, buffer in zip(self._columns, self._buffers, strict=True):
            torch.stack([states[k] for k in columns], out=buffer)
        return self._buffers

    def gather(self, norms: Array) -> Array:
        """(.., layers * replicas) flat `RowNorms` of `of(..)` -> (.., replicas, layers)."""
        gathered: Array = norms[..., self._index]
        return gathered

    def _group(self, states: Sequence[Tensor]) -> None:
        self._columns = alike([state.shape for state in states])
        replicas = states[0].shape[0]
        row_of = np.argsort([column for columns in self._columns for column in columns])
        self._index = row_of * replicas + np.arange(replicas)[:, None]
        self.entries = np.array([state[0].numel() for state in states])
