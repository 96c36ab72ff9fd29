"""What is computed once for all visitors of a server who ask for the same."""

import threading
from collections.abc import Callable
from typing import Any, Generic, Protocol, TypeVar

from skipviz.jobs import Job
from skipviz.request import Request
from skipviz.ui.session.recent import Recent

MOST = 64
Asked = TypeVar("Asked", bound=Request[Any])
Found = TypeVar("Found", bound=Job[Any])


class Asking(Protocol):
    """A session, and the address it asks from."""

    client: str

    @property
    def owner(self) -> int:
        """By what the pool tells visitors apart."""


def may_await(session: Asking, job: Job[Any]) -> bool:
    """Whether drawing may wait a moment for a job. Not while it waits itself, nor for what another
    session has begun: all who look at it would hold a place among those that are drawn."""
    return job.state == "running" and job.owner == session.owner


class Common(Generic[Asked, Found]):
    """Jobs that are finished, the one asked for longest ago goes first, and those under way.

    They are the same for everybody, for on one server request and seed fix every number. Safe to
    use from any thread.
    """

    def __init__(self, most: int = MOST) -> None:
        self._finished: Recent[Request[Any], Found] = Recent(most)
        self._going: list[Found] = []
        self._lock = threading.Lock()

    def find(self, request: Asked) -> Found | None:
        """A finished job that this asks for."""
        return self._finished.find(request)

    def ask(self, request: Asked, session: Asking, submit: Callable[[], Found]) -> Found:
        """The job that this asks for: a finished one, one under way, or a new one."""
        job = self.find(request) or self._joined(request, session)
        if job is None:
            job = submit()
            self._attend(job)
        return job

    def note(self, job: Found) -> None:
        """Remember a job if it is finished, and leave it be once it has ended."""
        if job.state == "finished":
            self._finished.keep(job.request, job)
        if job.ended:
            with self._lock:
                self._going = [each for each in self._going if each is not job]

    def _joined(self, request: Asked, session: Asking) -> Found | None:
        """One that others have begun. Not one of another address that waits: whose turn it is goes
        by addresses, and there may be a hundred before it."""
        with self._lock:
            going = list(self._going)
        for job in going:
            near = job.state != "queued" or job.client == session.client
            if near and job.request == request and job.join(session.owner, session.client):
                return job
        return None

    def _attend(self, job: Found) -> None:
        """Without the lock while it is submitted: two who ask at the same moment may have two."""
        with self._lock:
            self._going.append(job)
        job.on_news(lambda: self.note(job))
        self.note(job)
