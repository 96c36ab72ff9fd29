"""Which tabs show which session, and what becomes of a session when the last of them is gone.

A connection may break for a moment, and a reload is a new connection: jobs go on for `GRACE`
seconds, and after that for as long as nobody else waits for a core. The work itself is kept for
half an hour under an id that only the tab knows.
"""

import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass

from skipviz.language import N_, _
from skipviz.ui.session.session import Session

GRACE = 15.0  # seconds in which the jobs of a session without tabs go on even if others wait
KEPT = 1800.0  # seconds until it is forgotten
MOST = 300  # sessions without tabs
MOST_BYTES = 2**28  # of runs in sessions without tabs
GAVE_WAY = N_(
    "This was stopped while the page was closed or had no connection, for others were waiting. "
    "What was measured until then is kept."
)


@dataclass
class _Absence:
    """Of a session: since when, when to look after it next, and whether its jobs were ended."""

    since: float
    due: float
    ended: bool = False


class SessionRegistry:
    """The sessions of a server by their ids. Safe to use from any thread.

    `awaited` says whether anybody else waits for the cores that a session's jobs hold. One thread
    looks after all sessions without tabs, as long as there are any.
    """

    def __init__(
        self,
        awaited: Callable[[Session], bool] = lambda _: True,
        grace: float = GRACE,
        kept: float = KEPT,
        most: int = MOST,
        most_bytes: int = MOST_BYTES,
    ) -> None:
        self._awaited, self._grace, self._kept = awaited, grace, kept
        self._most, self._most_bytes = most, most_bytes
        self._sessions: dict[str, Session] = {}
        self._tabs: defaultdict[str, set[str]] = defaultdict(set)
        self._left: dict[str, _Absence] = {}
        self._changed = threading.Condition()
        self._caretaker: threading.Thread | None = None

    def enter(self, session: Session, tab: str) -> None:
        """The tab shows this session, and no other."""
        with self._changed:
            self._sessions[session.id] = session
            self._tabs[session.id].add(tab)
            self._left.pop(session.id, None)
            shown = [each for each, tabs in self._tabs.items() if tab in tabs]
        for each in shown:
            if each != session.id:
                self._leave(each, tab)

    def close(self, tab: str) -> None:
        """The tab is closed or has lost its connection."""
        with self._changed:
            shown = [each for each, tabs in self._tabs.items() if tab in tabs]
        for each in shown:
            self._leave(each, tab)

    @property
    def count(self) -> int:
        """How many sessions are kept, with tabs or without."""
        with self._changed:
            return len(self._sessions)

    def find(self, session_id: str) -> Session | None:
        """A session that is shown somewhere or was left a short while ago."""
        with self._changed:
            return self._sessions.get(session_id)

    def is_shown(self, session: Session) -> bool:
        """Whether a tab shows it."""
        with self._changed:
            return bool(self._tabs.get(session.id))

    def _leave(self, session_id: str, tab: str) -> None:
        with self._changed:
            self._tabs[session_id].discard(tab)
            if self._tabs[session_id]:
                return
            now = time.monotonic()
            self._left[session_id] = _Absence(now, now + self._grace)
            crowd = self._crowd()
            if self._caretaker is None:
                self._caretaker = threading.Thread(target=self._look_after, daemon=True)
                self._caretaker.start()
            self._changed.notify()
        for each in crowd:
            self._forget(each)

    def _crowd(self) -> list[str]:
        """Those too many, or whose runs take too much memory: of the address that has left most,
        the one left longest ago."""
        left = {each: self._sessions[each] for each in self._left}
        taken = {each: session.bytes for each, session in left.items()}
        gone: list[str] = []
        while len(left) > 1 and (len(left) > self._most or sum(taken.values()) > self._most_bytes):
            (client, _), *_ = Counter(session.client for session in left.values()).most_common(1)
            gone.append(next(each for each, session in left.items() if session.client == client))
            del left[gone[-1]], taken[gone[-1]]
        return gone

    def _look_after(self) -> None:
        """What the caretaker does: look at every session without tabs when that is due."""
        while True:
            with self._changed:
                if not self._left:
                    self._caretaker = None
                    return
                now, due = time.monotonic(), min(each.due for each in self._left.values())
                late = [each for each, absence in self._left.items() if absence.due <= now]
                if not late:
                    self._changed.wait(due - now)
            for each in late:
                self._look_at(each, now)

    def _look_at(self, session_id: str, now: float) -> None:
        with self._changed:
            session, absence = self._sessions.get(session_id), self._left.get(session_id)
            if session is None or absence is None:
                return
            end = absence.since + self._kept
            ending = now < end and not absence.ended and self._awaited(session)
            absence.ended |= ending
            absence.due = end if absence.ended else min(now + self._grace, end)
        if now >= end:
            self._forget(session_id)
        elif ending:
            _end_jobs(session)

    def _forget(self, session_id: str) -> None:
        with self._changed:
            if self._tabs[session_id]:
                return
            session = self._sessions.pop(session_id, None)
            del self._tabs[session_id]
            self._left.pop(session_id, None)
        if session is not None:
            _end_jobs(session)


def _end_jobs(session: Session) -> None:
    for job in session.jobs():
        if not job.ended:
            job.leave(session.owner, _(GAVE_WAY))
