"""The arm that forward passes are made in, by the name that their frames go by."""

from collections.abc import Iterator
from contextlib import contextmanager

from skipviz.engine.own_model.arms import OwnArm
from skipviz.engine.own_model.switches import Switchboard
from skipviz.language import _
from skipviz.own_model.cut import WHOLE, Cut
from skipviz.text import plural


class CurrentArm:
    """Switches the board, and knows which skips each name has meant last."""

    def __init__(self, board: Switchboard) -> None:
        self.name = WHOLE
        self.held = 0
        self._board = board
        self._meant: dict[str, tuple[str, Cut]] = {WHOLE: (WHOLE, frozenset())}

    def switch(self, arm: OwnArm, indices: Cut = None) -> None:
        """From now on the skips numbered so, by default all, carry what they do in an arm."""
        unknown = (indices or frozenset()) - set(range(len(self._board)))
        if unknown:
            raise ValueError(_("These skips are not of this model. Choose among watch.skips."))
        self._board.set_gains(arm.gains, indices, arm.unscaled)
        self.name = arm.name
        if indices is not None and len(indices) < len(self._board):
            self.name += f", {len(indices)} of {plural(len(self._board), 'skip')}"
        self._meant[self.name] = (arm.name, indices)

    @contextmanager
    def within(self, arm: OwnArm, indices: Cut) -> Iterator[None]:
        """Switched within the context; then as it was before."""
        before, name = self._board.state(), self.name
        self.switch(arm, indices)
        self.held += 1
        try:
            yield
        finally:
            self.held -= 1
            self._board.restore(before)
            self.name = name

    def meant_by(self, name: str) -> tuple[str, Cut]:
        """The arm and the skips that a frame of this name is of."""
        return self._meant.get(name, (name, None))
