"""Undo and redo: every network the user has drawn, in order."""

from dataclasses import dataclass, field

from skipviz.network import Network

LONGEST = 200


@dataclass
class History:
    """The present network between those undone and those to come back to."""

    present: Network
    past: list[Network] = field(default_factory=list)
    future: list[Network] = field(default_factory=list)

    def record(self, network: Network) -> None:
        """A new drawing; what was undone before it is forgotten. The same drawing is no step."""
        if network == self.present:
            return
        self.past = [*self.past, self.present][-LONGEST:]
        self.present = network
        self.future = []

    def undo(self) -> None:
        """One step back, if there is one."""
        if self.past:
            self.future = [*self.future, self.present]
            *self.past, self.present = self.past

    def redo(self) -> None:
        """One step forward again, if there is one."""
        if self.future:
            self.past = [*self.past, self.present]
            *self.future, self.present = self.future
