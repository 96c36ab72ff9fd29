"""The end of the connection that stands in the process of the page."""

import contextlib
import threading
from collections.abc import Callable
from multiprocessing.connection import Client, Connection

from skipviz.language import _
from skipviz.own_model.live.messages import (
    LARGEST_TOLD,
    Command,
    LiveState,
    MessageError,
    Steer,
    Switch,
    told_in,
)
from skipviz.own_model.live.recorded import Recorded
from skipviz.own_model.live.source import GONE, LOOPBACK, shut
from skipviz.own_model.run import ModelRun


class Reader:
    """Follows a model in another process and keeps what it has said, also once it has ended.

    A thread of its own takes in what comes; all else may be called from any thread.
    """

    id = "live"

    def __init__(self, port: int, key: str) -> None:
        """OSError or AuthenticationError where nobody listens, or not to this key."""
        self._connection: Connection = Client((LOOPBACK, port), authkey=key.encode())
        self._changed = threading.Condition()
        self._sending = threading.Lock()
        self._recorded = Recorded()
        self._state = LiveState()
        self._asked: Switch | None = None
        self._listeners: list[Callable[[], None]] = []
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    @property
    def run(self) -> ModelRun | None:
        """What is measured so far, of the model as it is and of the arm that is cut now; None
        before anything is."""
        return self._recorded.run

    @property
    def state(self) -> LiveState:
        """What the process of the model said last of what it does."""
        return self._state

    @property
    def ended(self) -> bool:
        """Whether nothing more comes."""
        return self._state.doing == "ended"

    @property
    def gone(self) -> bool:
        """Whether its process can be asked nothing any more."""
        return not self._thread.is_alive()

    @property
    def switched(self) -> Switch:
        """Which skips are cut, or will be from the next step on."""
        asked = self._asked
        return asked or Switch(arm=_plain(self._state.arm), cut=self._state.cut)

    def ask(self, command: Command) -> None:
        """Ask the loop for something; where it has ended there is nobody to hear."""
        if isinstance(command, Switch):
            self._asked = command
        with self._sending, contextlib.suppress(OSError, ValueError):
            self._connection.send_bytes(command.model_dump_json().encode())

    def leave(self) -> None:
        """Nobody looks on any more: a loop that is not ours must not stand still."""
        if self._state.doing == "paused" and not self._state.steers:
            self.ask(Steer(do="resume"))

    def wait_until(self, holds: Callable[[], bool], timeout: float) -> bool:
        """Whether something about it comes true within so many seconds."""
        with self._changed:
            return self._changed.wait_for(holds, timeout)

    def on_news(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call `listener` after whatever comes, from the thread that takes it in.

        Returns what ends that. A listener must return at once, and raise nothing.
        """
        with self._changed:
            self._listeners.append(listener)
        return lambda: self._forget(listener)

    def close(self) -> None:
        """Follow it no longer."""
        shut(self._connection)
        self._thread.join()
        self._connection.close()

    def _forget(self, listener: Callable[[], None]) -> None:
        with self._changed:
            if listener in self._listeners:
                self._listeners.remove(listener)

    def _read(self) -> None:
        try:
            while True:
                self._take(self._connection.recv_bytes(LARGEST_TOLD))
        except MessageError as error:
            self._end(
                _("What the process of the model says cannot be read: {error}", error=str(error))
            )
        except (OSError, EOFError, ValueError):
            self._end(_(GONE))

    def _take(self, text: bytes) -> None:
        told = told_in(text)
        try:
            self._recorded.take(told, self._state if told.state is None else told.state)
        except ValueError as error:
            raise MessageError(str(error)) from None
        with self._changed:
            self._state = told.state or self._state
            asked = self._asked
            if asked is not None and (self._state.arm, self._state.cut) == (asked.arm, asked.cut):
                self._asked = None
        self._say()

    def _end(self, why: str) -> None:
        if not self.ended:
            self._state = self._state.model_copy(update={"doing": "ended", "why": why})
        shut(self._connection)
        self._say()

    def _say(self) -> None:
        with self._changed:
            self._changed.notify_all()
            listeners = list(self._listeners)
        for listener in listeners:
            listener()


def _plain(arm: str) -> str:
    return arm if arm == "plain_unscaled" else "plain"
