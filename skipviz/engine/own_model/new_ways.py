"""Which passes are recorded: the first, and some after one that went a way not gone before."""

from collections.abc import Collection, Iterable

from skipviz.engine.own_model.places import Place

MOST_RECORDINGS = 20
"""Of a model whose code goes other ways time and again."""

TRIES = 3
"""Passes that are recorded after a new way was met, until one of them goes it: a model that is
called in turn for several things goes the same way in the second or third pass from there."""


class NewWays:
    """Merges that were met and are not recorded yet."""

    def __init__(self) -> None:
        self.recordings = self.asked = 0
        self.places: set[Place] = set()
        self._tries = 0

    def meet(self, place: Place) -> None:
        """A merge that is not known."""
        self.places.add(place)
        self._tries = TRIES

    def recorded(self, known: Collection[Place]) -> None:
        """A pass was recorded; these merges are known now."""
        self.recordings += 1
        self.learnt(known)

    def learnt(self, known: Collection[Place]) -> None:
        """An equal model has shown these merges."""
        self.places.difference_update(known)

    def ask_again(self) -> bool:
        """Whether the next pass is to be recorded."""
        if not (self.places and self._tries) or self.asked >= MOST_RECORDINGS:
            return False
        self._tries -= 1
        self.asked += 1
        return True


class Ways:
    """Which weights the backward passes have reached: others, where blocks are left out."""

    def __init__(self) -> None:
        self.vary = False
        self._known: set[frozenset[int]] = set()
        self._recorded_forward = 0

    def known(self, forward: int, reached: Iterable[int], recorded: bool) -> bool:
        """Whether the forward pass of this number went as one that was recorded."""
        weights = frozenset(reached)
        if recorded:
            self._recorded_forward = forward
        if forward == self._recorded_forward or not self._known:
            self._known.add(weights)
        known = weights in self._known
        self.vary = self.vary or not known
        return known
