"""The end of the connection that stands in the process of the model."""

import contextlib
import secrets
import socket
import threading
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from multiprocessing import AuthenticationError
from multiprocessing.connection import Connection, Listener, answer_challenge, deliver_challenge
from time import monotonic

from skipviz.language import N_
from skipviz.own_model.live.desk import Desk
from skipviz.own_model.live.messages import (
    LARGEST_ASKED,
    MOST_FRAMES,
    LiveFrame,
    LiveState,
    MessageError,
    Switch,
    Told,
    command_in,
)
from skipviz.own_model.said import WHOLE
from skipviz.own_model.structure import Structure

LOOPBACK = "127.0.0.1"
GONE = N_("The process of the model has ended.")
MOST_READERS = 4
MOST_KNOCKING = 16
"""Connections at a time that have not proved yet that they know the key."""
PATIENCE = 5.0
"""Seconds in which a reader has to prove that it knows the key."""
MOST_WAITING = 200_000
"""Numbers of frames that wait for a slow reader; older ones are dropped."""
APART = 1 / 30
"""Seconds between two messages at least."""
_BROKEN = (OSError, EOFError, ValueError)  # ValueError: a connection that was closed meanwhile


class Source:
    """Says what a model does to whoever knows the key, and listens to what is asked of it.

    Nothing that a reader does or leaves undone holds the loop up: what is new is left here, and
    threads of their own send it. They end with the process.
    """

    def __init__(self) -> None:
        self.key = secrets.token_urlsafe(32)
        self.desk = Desk()
        self._listener = Listener((LOOPBACK, 0), backlog=MOST_READERS)
        self._changed = threading.Condition()
        self._structure: Structure | None = None
        self._frames: deque[LiveFrame] = deque()
        self._first = 0  # number of the first frame that is held
        self._state = LiveState()
        self._structures, self._states = 0, 1  # how many there were
        self._readers: list[Connection] = []
        self._closed = False
        self._waiting_room = threading.Semaphore(MOST_KNOCKING)
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def port(self) -> int:
        """Where it listens, on the loopback interface."""
        address: tuple[str, int] = self._listener.address
        return address[1]

    @property
    def state(self) -> LiveState:
        """What was said last of what is going on."""
        return self._state

    # What the loop says.

    def tell_structure(self, structure: Structure) -> None:
        """The model has shown another structure; frames of the one before are dropped."""
        with self._changed:
            self._structure = structure
            self._structures += 1
            self._first += len(self._frames)
            self._frames.clear()
            self._changed.notify_all()

    def tell_frame(self, frame: LiveFrame) -> None:
        """A step was measured."""
        with self._changed:
            self._frames.append(frame)
            width = sum(len(part.norms) for part in frame.parts)
            most = min(MOST_FRAMES, max(1, MOST_WAITING // max(width, 1)))
            while len(self._frames) > most:
                self._frames.popleft()
                self._first += 1
            self._changed.notify_all()

    def tell_state(self, **changes: object) -> None:
        """Something else is going on now; nothing where it is as it was."""
        with self._changed:
            state = LiveState.model_validate(self._state.model_dump() | changes)
            if state != self._state:
                self._state = state
                self._states += 1
                self._changed.notify_all()

    def obey(self, switch: Callable[[Switch], None], skips: int) -> bool:
        """In the thread of the loop: do what the page asks for, and stand still while that is.

        False where the loop is to stop, which only one that is skipviz's own does. What names a
        skip that a model of so many has not is left out.
        """
        self._switch(switch, skips)
        while self.desk.wait():
            self.tell_state(doing="paused")
            self._switch(switch, skips)
        stops = self.desk.stopped and self._state.steers
        if not stops:
            self.tell_state(doing="running")
        return not stops

    def _switch(self, switch: Callable[[Switch], None], skips: int) -> None:
        asked = self.desk.switch()
        if asked is not None and all(skip < skips for skip in asked.cut or ()):
            switch(asked)

    def wait_for_reader(self, timeout: float) -> bool:
        """Whether somebody reads within so many seconds."""
        with self._changed:
            return self._changed.wait_for(lambda: bool(self._readers), timeout)

    def close(self, why: str, timeout: float = 2.0) -> None:
        """Say that it has ended, and why; whoever reads gets all of it where that is soon done."""
        self.tell_state(doing="ended", why=why)
        deadline = monotonic() + timeout
        with self._changed:
            self._closed = True
            self._changed.notify_all()
            while self._readers and self._changed.wait(max(deadline - monotonic(), 0)):
                pass
        with contextlib.suppress(OSError):
            self._listener.close()

    # Threads of their own.

    def _accept(self) -> None:
        while not self._closed:
            try:
                connection = self._listener.accept()
            except OSError:
                if self._closed:
                    return
                continue
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: Connection) -> None:
        with contextlib.suppress(*_BROKEN), connection:
            if not self._admit(connection):
                return
            listening = threading.Thread(target=self._listen, args=(connection,), daemon=True)
            listening.start()
            try:
                self._send(connection)
            finally:
                self._leave(connection)
                shut(connection)
                listening.join()  # before its descriptor is somebody else's

    def _admit(self, connection: Connection) -> bool:
        """Both sides prove that they know the key (HMAC of a random challenge)."""
        key = self.key.encode()
        if not self._waiting_room.acquire(blocking=False):
            return False
        try:
            with _hurried(connection):
                deliver_challenge(connection, key)
                answer_challenge(connection, key)
        except (AuthenticationError, AssertionError, *_BROKEN):
            return False
        finally:
            self._waiting_room.release()
        with self._changed:
            if len(self._readers) >= MOST_READERS or self._closed:
                return False
            self._readers.append(connection)
            self._changed.notify_all()
        return True

    def _leave(self, connection: Connection) -> None:
        with self._changed:
            if connection in self._readers:
                self._readers.remove(connection)
            if not self._readers:
                self.desk.release()
            self._changed.notify_all()

    def _listen(self, connection: Connection) -> None:
        """Commands, until the reader goes or says what is none."""
        with contextlib.suppress(*_BROKEN, MessageError):
            while True:
                self.desk.take_in(command_in(connection.recv_bytes(LARGEST_ASKED)))
        shut(connection)
        self._leave(connection)

    def _send(self, connection: Connection) -> None:
        seen = _Seen()
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._calls_for(connection, seen))
                if connection not in self._readers or not self._has_news(seen):
                    return
                told = self._told(seen)
            connection.send_bytes(
                told.model_dump_json(exclude_defaults=True, context=WHOLE).encode()
            )
            with self._changed:
                self._changed.wait_for(lambda: self._closed, APART)

    def _calls_for(self, connection: Connection, seen: "_Seen") -> bool:
        return self._closed or connection not in self._readers or self._has_news(seen)

    def _has_news(self, seen: "_Seen") -> bool:
        now = self._first + len(self._frames), self._structures, self._states
        return now != (seen.frames, seen.structures, seen.states)

    def _told(self, seen: "_Seen") -> Told:
        told = Told(
            structure=self._structure if seen.structures != self._structures else None,
            frames=tuple(self._frames)[max(seen.frames - self._first, 0) :],
            state=self._state if seen.states != self._states else None,
        )
        seen.frames = self._first + len(self._frames)
        seen.structures, seen.states = self._structures, self._states
        return told


@dataclass
class _Seen:
    """How many frames, structures and states a reader has been told of."""

    frames: int = 0
    structures: int = 0
    states: int = 0


def shut(connection: Connection) -> None:
    """End it for whoever waits at it, here and there; closing alone would not wake them."""
    with contextlib.suppress(OSError):
        same = socket.fromfd(connection.fileno(), socket.AF_INET, socket.SOCK_STREAM)
        with same:
            same.shutdown(socket.SHUT_RDWR)


@contextlib.contextmanager
def _hurried(connection: Connection) -> Iterator[None]:
    """Whoever dawdles is shut out."""
    timer = threading.Timer(PATIENCE, shut, (connection,))
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
