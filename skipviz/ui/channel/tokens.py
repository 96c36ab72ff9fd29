"""Who may watch which job."""

import secrets
import threading
from typing import Any

from skipviz.language import language, speaking
from skipviz.ui.channel.feed import Draw, Feed, Growing
from skipviz.ui.channel.moment import Moment


class Tokens:
    """One token for every session and job that it may watch. Safe to use from any thread.

    It is void once the job ends, and so once the session does, which ends its jobs.
    """

    def __init__(self) -> None:
        self._granted: dict[tuple[str, str], tuple[str, Feed]] = {}
        self._lock = threading.Lock()

    def grant(self, session: str, job: Growing, draw: Draw) -> str:
        """The token by which this session watches a job, drawn by `draw` from now on, in the
        language of who grants it."""
        draw = _said_as_now(draw)
        with self._lock:
            self._granted = {
                key: (token, feed)
                for key, (token, feed) in self._granted.items()
                if not feed.job.ended
            }
            new = secrets.token_urlsafe(32), Feed(job, draw)
            token, feed = self._granted.setdefault((session, job.id), new)
        feed.show(draw)
        return token

    def feed(self, token: str) -> tuple[str, Feed] | None:
        """The session and the feed of a token; None where it is void."""
        with self._lock:
            granted = list(self._granted.items())
        for (session, _), (known, feed) in granted:
            if secrets.compare_digest(known.encode(), token.encode()) and not feed.job.ended:
                return session, feed
        return None


def _said_as_now(draw: Draw) -> Draw:
    """`draw` in the language of this context: it is called in threads that have none."""
    spoken = language()

    def drawn(run: Any) -> Moment:
        with speaking(spoken):
            return draw(run)

    return drawn
