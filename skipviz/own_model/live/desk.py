"""What a page asks of a running loop, kept until the loop comes by."""

import threading

from skipviz.own_model.live.messages import Command, Switch

GLANCE = 0.2
"""Seconds after which a paused loop looks up, so that Ctrl+C reaches it."""


class Desk:
    """Commands come in from any thread; the loop takes them in its own."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._switch: Switch | None = None
        self.paused = self.stopped = False
        self._steps = 0

    def take_in(self, command: Command) -> None:
        """A command; of several switches the last counts."""
        with self._changed:
            if isinstance(command, Switch):
                self._switch = command
            else:
                self.paused = command.do in ("pause", "step")
                self.stopped |= command.do == "stop"
                self._steps += command.do == "step"
            self._changed.notify_all()

    def release(self) -> None:
        """Nobody looks on any more: a paused loop goes on."""
        with self._changed:
            self.paused, self._steps = False, 0
            self._changed.notify_all()

    def switch(self) -> Switch | None:
        """The switch that is asked for since the last call."""
        with self._changed:
            found, self._switch = self._switch, None
            return found

    def put_back(self, switch: Switch) -> None:
        """It cannot be made just now; a newer one counts more."""
        with self._changed:
            self._switch = self._switch or switch

    def wait(self) -> bool:
        """Stand still for a moment while paused; whether to come again before the next step.

        A step that was asked for is taken. What else is asked meanwhile can be done in between.
        """
        with self._changed:
            if self._steps > 0:
                self._steps -= 1
                return False
            if not self.paused or self.stopped:
                return False
            self._changed.wait(GLANCE)
            return True
