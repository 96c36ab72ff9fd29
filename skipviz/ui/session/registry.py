"""Which tabs show which session, and what becomes of a session when the last of them is gone.

A connection may break for a moment, and a reload is a new connection: jobs go on for `GRACE`
seconds, and the work itself is kept for half an hour under an id that only the tab knows.
"""

import threading
from collections import defaultdict
from collections.abc import Callable

from skipviz.ui.session.session import Session

GRACE = 15.0  # seconds until the jobs of a session without tabs are ended
KEPT = 1800.0  # seconds until it is forgotten
MOST = 300  # sessions without tabs; the one left longest ago is forgotten first
MOST_BYTES = 2**28  # of runs in sessions without tabs


class SessionRegistry:
    """The sessions of a server by their ids. Safe to use from any thread."""

    def __init__(
        self,
        grace: float = GRACE,
        kept: float = KEPT,
        most: int = MOST,
        most_bytes: int = MOST_BYTES,
    ) -> None:
        self._grace, self._kept, self._most, self._most_bytes = grace, kept, most, most_bytes
        self._sessions: dict[str, Session] = {}
        self._tabs: defaultdict[str, set[str]] = defaultdict(set)
        self._left: dict[str, threading.Timer] = {}
        self._lock = threading.Lock()

    def enter(self, session: Session, tab: str) -> None:
        """The tab shows this session, and no other."""
        with self._lock:
            self._sessions[session.id] = session
            self._tabs[session.id].add(tab)
            waiting = self._left.pop(session.id, None)
            shown = [each for each, tabs in self._tabs.items() if tab in tabs]
        if waiting is not None:
            waiting.cancel()
        for each in shown:
            if each != session.id:
                self._leave(each, tab)

    def close(self, tab: str) -> None:
        """The tab is closed or has lost its connection."""
        with self._lock:
            shown = [each for each, tabs in self._tabs.items() if tab in tabs]
        for each in shown:
            self._leave(each, tab)

    def find(self, session_id: str) -> Session | None:
        """A session that is shown somewhere or was left a short while ago."""
        with self._lock:
            return self._sessions.get(session_id)

    def _leave(self, session_id: str, tab: str) -> None:
        with self._lock:
            self._tabs[session_id].discard(tab)
            if self._tabs[session_id]:
                return
            self._wait(session_id, self._grace, self._end_jobs)
            crowd = self._crowd()
        for each in crowd:
            self._forget(each)

    def _crowd(self) -> list[str]:
        """Those left longest ago that are too many, or whose runs take too much memory."""
        taken, left = 0, list(self._left)
        for place, each in enumerate(reversed(left)):
            taken += self._sessions[each].bytes
            if place >= self._most or (place and taken > self._most_bytes):
                return left[: len(left) - place]
        return []

    def _end_jobs(self, session_id: str) -> None:
        session = self.find(session_id)
        with self._lock:
            if session is None or self._tabs[session_id]:
                return
            self._wait(session_id, self._kept, self._forget)
        for job in session.jobs():
            job.kill()

    def _forget(self, session_id: str) -> None:
        with self._lock:
            if self._tabs[session_id]:
                return
            session = self._sessions.pop(session_id, None)
            del self._tabs[session_id]
            waiting = self._left.pop(session_id, None)
        if waiting is not None:
            waiting.cancel()
        for job in session.jobs() if session is not None else ():
            job.kill()

    def _wait(self, session_id: str, seconds: float, then: Callable[[str], None]) -> None:
        timer = threading.Timer(seconds, then, (session_id,))
        timer.daemon = True
        earlier = self._left.pop(session_id, None)
        if earlier is not None:
            earlier.cancel()
        self._left[session_id] = timer
        timer.start()
