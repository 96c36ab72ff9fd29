"""What skips learn at every step: scales, gates and projections, each with its gradient."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from skipviz.engine.model.stack import Stack
from skipviz.engine.probes.norms import Index, StateRows, WeightRows
from skipviz.network.learned import LEARNED, learned_by
from skipviz.network.skips import Gate
from skipviz.types import Array

_TENSORS = {"gate": "gate_weight", "projection": "weight"}
"""How the tensor of a quantity is called where it has a name of its own."""


def learned_tensors(stack: Stack) -> list[str]:
    """The names of all tensors that are measured here."""
    return [name for quantity in LEARNED for _, name in _of_skips(stack, quantity)]


class LearnedSkips:
    """Reads them from norms of the stack's tensors, and from the gates that a pass kept.

    A replica in which a skip has no gain, neither way, makes no use of what that skip learns: NaN.
    With a gain one way alone the numbers mean what they say: without a backward gain the gradient
    is exactly 0, without a forward gain it is the one that the gradient-only arm learns by.
    """

    def __init__(self, stack: Stack, rows: WeightRows) -> None:
        """`rows` must hold the `learned_tensors` of the stack."""
        self._shape = stack.replicas, len(stack.network.skips)
        gains = np.array(stack.plan.gains).reshape(*self._shape, 2)
        self._idle: NDArray[np.bool_] = (gains == 0).all(2)
        self.idle = self._idle_rows(stack, rows)
        """Flat places of the norms of tensors that a replica makes no use of."""
        self._columns = {
            quantity: _Column(stack, rows, tensors)
            for quantity in LEARNED
            if (tensors := list(_of_skips(stack, quantity)))
        }
        self._gates = _Openings(stack)

    def measure(
        self, gradients: Array, weights: Array, gates: Mapping[str, Sequence[Tensor]]
    ) -> dict[str, Array]:
        """Flat norms of the rows, and the gates of the pass -> name to (replicas, skips)."""
        measured: dict[str, Array] = {}
        for quantity, column in self._columns.items():
            values = self._gates.of(gates) if quantity == "gate" else column.values(weights)
            measured[quantity] = self._placed(column, values)
            measured[f"{quantity}_gradient"] = self._placed(column, column.norms(gradients))
        return measured

    def _idle_rows(self, stack: Stack, rows: WeightRows) -> Index:
        place = {_module(skip.ends): each for each, skip in enumerate(stack.network.skips)}
        names = [name for name in rows.names if name.split(".")[0] in place]
        skips = [place[name.split(".")[0]] for name in names]
        return rows.index(names)[self._idle[:, skips]]

    def _placed(self, column: "_Column", values: Array) -> Array:
        placed = np.full(self._shape, np.nan)
        placed[:, column.skips] = values
        placed[self._idle] = np.nan
        return placed


class _Column:
    """The tensors of one quantity: of which skips they are, and where their norms stand."""

    def __init__(self, stack: Stack, rows: WeightRows, tensors: Sequence[tuple[int, str]]) -> None:
        self.skips = [skip for skip, _ in tensors]
        names = [name for _, name in tensors]
        self._index: Index = rows.index(names)
        self._scalars = _Scalars(stack, names)
        shapes = {
            name: group.shape[2:]
            for held, group in zip(stack.places, stack.groups, strict=True)
            for name in held
        }
        is_scale = names[0].endswith("scale")
        counts = [shapes[name].numel() if is_scale else 1 for name in names]
        self._roots = np.sqrt(counts)

    def norms(self, flat: Array) -> Array:
        """(replicas, skips that have the quantity)."""
        norms: Array = flat[self._index]
        return norms

    def values(self, flat: Array) -> Array:
        """The norm of a projection; of a scale per channel the root mean square, else itself."""
        return self._scalars.put_into(self.norms(flat) / self._roots)


class _Scalars:
    """Those scales that are one number have a sign, which a norm has not."""

    def __init__(self, stack: Stack, names: Sequence[str]) -> None:
        self._places: list[int] = []
        self._rows: list[int] = []
        self._held = torch.empty(0)
        scalars = {
            f"{_module(skip.ends)}.{quantity}"
            for skip in stack.network.skips
            for quantity in learned_by(skip)
            if quantity.endswith("scale") and getattr(skip, quantity).learned == "scalar"
        }
        for held, group in zip(stack.places, stack.groups, strict=True):
            found = [place for place, name in enumerate(names) if name in scalars & {*held}]
            if found:  # all have one shape, so they are in one group
                self._places, self._rows = found, [held.index(names[place]) for place in found]
                self._held = group.detach()

    def put_into(self, values: Array) -> Array:
        """(replicas, tensors) with the numbers themselves where the tensors are numbers."""
        if self._places:
            numbers = self._held.flatten(1).cpu().numpy()[self._rows]
            values[:, self._places] = numbers.T
        return values


class _Openings:
    """Means of gates over the batch, all units or channels and positions, and all time steps."""

    def __init__(self, stack: Stack) -> None:
        tensors = list(_of_skips(stack, "gate"))
        self._names = [name.split(".")[0] for _, name in tensors]
        skips = (stack.network.skips[skip] for skip, _ in tensors)
        self._of_shortcut = np.array(
            [isinstance(skip, Gate) and skip.measures_shortcut for skip in skips]
        )
        self._rows = StateRows()

    def of(self, gates: Mapping[str, Sequence[Tensor]]) -> Array:
        """(replicas, gated skips): T, the share of the branch, or 1 - T where that is the gate."""
        tensors = [gate for name in self._names for gate in gates[name]]
        means = [group.flatten(2).mean(2).flatten() for group in self._rows.of(tensors)]
        each = self._rows.gather(torch.cat(means).cpu().numpy().astype(np.float64))
        openings: Array = each.reshape(len(each), len(self._names), -1).mean(2)
        return np.where(self._of_shortcut, 1 - openings, openings)


def _of_skips(stack: Stack, quantity: str) -> Iterator[tuple[int, str]]:
    """The skips that learn a quantity, by their places, and the names of its tensors."""
    tensor = _TENSORS.get(quantity, quantity)
    for place, skip in enumerate(stack.network.skips):
        if quantity in learned_by(skip):
            yield place, f"{_module(skip.ends)}.{tensor}"


def _module(ends: tuple[int, int]) -> str:
    return f"skip{ends[0]}_{ends[1]}"
