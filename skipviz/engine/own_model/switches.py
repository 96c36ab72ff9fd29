"""The skips that were found, each with the gains it carries at the moment."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from skipviz.engine.own_model.factors import Factor, opened
from skipviz.engine.own_model.gains import OPEN, Gains, carried
from skipviz.engine.own_model.merges import Form, call_with, operands_of
from skipviz.engine.own_model.places import Place
from skipviz.engine.own_model.tensors import Arguments
from skipviz.own_model.structure import Kind, Skip


class Exit(NamedTuple):
    """Where a skip leaves its source: the operation, and which tensor argument the source is."""

    place: Place
    argument: int


@dataclass
class Switch:
    """One skip: operand `position` of the merge at `place`."""

    index: int
    merge: int
    place: Place
    position: int
    kind: Kind
    source: str
    target: str
    file: str
    line: int
    span: int
    depths: tuple[int, int]
    lane: int
    shape: tuple[int, ...]
    exit: Exit | None
    factors: tuple[Factor, ...]
    own_layers: tuple[str, ...]
    uses: int = 0
    shared: bool = False
    gains: Gains = OPEN
    unscaled: bool = False

    @property
    def changed(self) -> bool:
        """Whether it carries anything but what it does in the model."""
        return not self.gains.open or self.unscaled

    def spec(self) -> Skip:
        """What is told of it."""
        return Skip(
            index=self.index,
            merge=self.merge,
            kind=self.kind,
            source=self.source,
            target=self.target,
            operation=self.place.operation,
            file=self.file,
            line=self.line,
            span=max(self.span, 0),
            from_depth=self.depths[0],
            to_depth=self.depths[1],
            lane=self.lane,
            shape=self.shape,
            uses=max(self.uses, 1),
            factors=tuple(each.text for each in self.factors),
            shut=tuple(each.text for each in self.factors if each.shut),
            own_layers=self.own_layers,
        )


State = tuple[tuple[Gains, bool], tuple[tuple[Gains, bool], ...]]
"""What new skips carry, and what those there are do."""


@dataclass
class Switchboard:
    """All skips by their place, and what else is known of the places of merges."""

    known: set[Place] = field(default_factory=set)
    _merges: dict[Place, list[Switch]] = field(default_factory=dict)
    _all: list[Switch] = field(default_factory=list)
    _of_new: tuple[Gains, bool] = (OPEN, False)
    _cut: bool = False

    def __iter__(self) -> Iterator[Switch]:
        return iter(self._all)

    def __len__(self) -> int:
        return len(self._all)

    def __getitem__(self, index: int) -> Switch:
        return self._all[index]

    def at(self, place: Place) -> list[Switch]:
        """The skips that are merged here."""
        return self._merges.get(place, [])

    def find(self, place: Place, position: int, source: str) -> Switch | None:
        """The skip that is this operand here, from this source: where a model leaves out a block,
        the state comes from what is before. One that was met in this pass already, or ever was
        twice in one pass, belongs to a shared layer and is one from whatever source."""
        here = [each for each in self.at(place) if each.position == position]
        one = (each for each in here if each.uses or each.shared or each.source == source)
        return next(one, None)

    @property
    def from_several(self) -> bool:
        """Whether the source of some skip changes from pass to pass."""
        operands = {(each.place, each.position) for each in self._all}
        return len(operands) < len(self._all)

    def next_numbers(self, place: Place) -> tuple[int, int]:
        """(index, merge) of a skip that is new here."""
        there = self.at(place)
        return len(self._all), there[0].merge if there else len(self._merges)

    def take(self, switch: Switch) -> None:
        """Take in a new skip; it carries what all do."""
        alike = (each for each in self.at(switch.place) if each.position == switch.position)
        other = next(alike, None)
        found = (other.gains, other.unscaled) if other else self._of_new
        switch.gains, switch.unscaled = found
        self._merges.setdefault(switch.place, []).append(switch)
        self._all.append(switch)
        self._cut = self._cut or switch.changed

    def drop(self, last: Sequence[Switch]) -> bool:
        """Take back the skips that were found last; False where others were found since."""
        if not last or self._all[-len(last) :] != list(last):
            return False
        del self._all[-len(last) :]
        for switch in last:
            self._merges.pop(switch.place, None)
        return True

    def copy(self) -> "Switchboard":
        """For an equal model: the same places, gains of its own."""
        board = Switchboard(set(self.known))
        for switch in self._all:
            board.take(replace(switch))
        return board

    def learn(self, other: "Switchboard") -> None:
        """Take in what an equal model has shown since; of the skips those after the own ones."""
        self.known |= other.known
        for switch in other._all[len(self) :]:
            self.take(replace(switch))

    def begin(self) -> None:
        """Uses are counted anew in every recording."""
        for switch in self._all:
            switch.uses = 0

    @property
    def modules(self) -> set[str]:
        """Those in whose code something is merged, multiplied or read that has to be met."""
        places = [*self.known, *self.factors(), *self.exits()]
        return {place.module for place in places}

    def factors(self) -> dict[Place, Factor]:
        """What multiplies the branches of all skips."""
        return {factor.place: factor for switch in self._all for factor in switch.factors}

    def exits(self) -> dict[Place, list[Switch]]:
        """Where the skips leave their sources."""
        found: dict[Place, list[Switch]] = {}
        for switch in self._all:
            if switch.exit is not None:
                found.setdefault(switch.exit.place, []).append(switch)
        return found

    def set_gains(self, gains: Gains, only: frozenset[int] | None, unscaled: bool = False) -> None:
        """Of all skips, those found later too, or of those numbered in `only`, and of the same from
        other sources; the others carry what they do in the model."""
        self._of_new = (gains, unscaled) if only is None else (OPEN, False)
        chosen_places = {(each.place, each.position) for each in self._all
                         if only is None or each.index in only}  # fmt: skip
        for switch in self._all:
            chosen = (switch.place, switch.position) in chosen_places
            switch.gains, switch.unscaled = (gains, unscaled) if chosen else (OPEN, False)
        self._find_cut()

    def state(self) -> State:
        """The gains of all skips, to be restored."""
        return self._of_new, tuple((each.gains, each.unscaled) for each in self._all)

    def all_open(self) -> State:
        """That in which nothing is changed."""
        return (OPEN, False), ((OPEN, False),) * len(self._all)

    def restore(self, state: State) -> None:
        """As it was; skips that were found since carry what new ones did."""
        self._of_new, held = state
        for place, switch in enumerate(self._all):
            found = held[place] if place < len(held) else self._of_new
            switch.gains, switch.unscaled = found
        self._find_cut()

    def _find_cut(self) -> None:
        """Skips that are not found yet count, so that they are looked for."""
        of_new = self._of_new != (OPEN, False)
        self._cut = of_new or any(switch.changed for switch in self._all)

    def open_factors(self) -> dict[Place, Factor]:
        """The factors that are taken for 1 at the moment."""
        cut = (switch for switch in self._all if switch.unscaled)
        return {factor.place: factor for switch in cut for factor in switch.factors}

    @property
    def cut(self) -> bool:
        """Whether any skip is changed or would be; asked in every call of a module."""
        return self._cut


def called(
    func: Callable[..., Any],
    name: str,
    switches: Sequence[Switch],
    form: Form,
    call: Arguments,
    factor: Factor | None = None,
) -> Any:
    """Call a merge with what its skips carry at the moment."""
    if factor is not None:
        call = opened(factor, call)
    closed = [each for each in switches if not each.gains.open]
    if not closed:
        return func(*call[0], **call[1])
    values = dict(operands_of(form, call))
    new = {each.position: carried(values[each.position], each.gains) for each in closed}
    return call_with(func, name, form, call, new)
