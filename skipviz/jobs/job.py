"""What happens in a worker process, as the server sees it."""

import contextlib
import math
import threading
import time
import uuid
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Generic, Literal

from skipviz.jobs import journal
from skipviz.jobs.messages import Bounds, Command, Report, Word
from skipviz.jobs.places import Link, LostError, Place, PlaceError, Process, Seat
from skipviz.language import N_, _
from skipviz.request import Answer, Request

JobState = Literal["queued", "running", "paused", "finished", "stopped", "failed"]
ENDED: frozenset[JobState] = frozenset({"finished", "stopped", "failed"})


class Job(ABC, Generic[Answer]):
    """A request answered in a process of its own. Safe to read from any thread."""

    def __init__(
        self,
        request: Request[Answer],
        on_free: Callable[[], None],
        owner: int = 0,
        seconds: float = math.inf,
    ) -> None:
        """`on_free` is called when the job needs no core any more: it is paused, or has ended and
        its process is gone.

        It may compute for so many `seconds`, within the bounds of its pool. A `brief` job takes a
        second or less. `client` is the address it was asked from, where its pool was told. `askers`
        are the sessions that want it, with the addresses they ask from.
        """
        self.id = uuid.uuid4().hex
        self.request = request
        self.owner = owner
        self.client = ""
        self.askers: Mapping[int, str] = {owner: ""}
        self.brief = False
        self.unasked = request.unasked
        self.state: JobState = "queued"
        self.error: str | None = None
        self._process: Process | None = None
        self._link: Link | None = None
        self._changed = threading.Condition()
        self._early: list[Command] = []  # told before it started
        self._stop_asked: float | None = None  # at which time
        self._reason: str | None = None  # why others than its owner ended it
        self._on_free = on_free
        self._listeners: list[Callable[[], None]] = []
        self._seconds = seconds
        self._asked_at = time.monotonic()
        self.begun_at = math.inf
        self._held: int | None = None

    @property
    def ended(self) -> bool:
        """Finished, stopped or failed."""
        return self.state in ENDED

    def stop(self) -> None:
        """End the job; what came so far is kept. A queued job never starts.

        The step in progress is finished if it takes less than a second more.
        """
        self._stop_asked = time.monotonic()
        if self.state == "queued":
            self._end("stopped")
        self._tell("stop")

    def kill(self, reason: str | None = None) -> None:
        """End the process at once, for a job nobody looks at; `reason` is for who comes back."""
        self._stop_asked, self._reason = time.monotonic(), reason
        with self._changed:
            if self._process is not None:
                self._process.kill()  # which also ends a worker that was halted from outside
                return
        if self.state == "queued":
            self._end("stopped")

    def join(self, owner: int, client: str) -> bool:
        """Have one session more want it; False where it has ended, or nobody wants it any more."""
        with self._changed:
            wanted = bool(self.askers) and not self.ended
            if wanted:
                self.askers = {**self.askers, owner: client}
            return wanted

    def leave(self, owner: int, reason: str | None = None) -> None:
        """A session wants it no more; it is ended once none does."""
        with self._changed:
            self.askers = {each: at for each, at in self.askers.items() if each != owner}
            wanted = bool(self.askers)
        if not wanted:
            self.kill(reason)

    @property
    @abstractmethod
    def count(self) -> int:
        """How many results have come."""

    def wait_for_results(self, count: int, timeout: float) -> bool:
        """Wait until `count` results came or the job ended; False after `timeout` seconds."""
        return self._wait(lambda: self.count >= count or self.ended, timeout)

    def wait_for_state(self, state: JobState, timeout: float) -> bool:
        """Wait until the job is in this state or ended; False after `timeout` seconds."""
        return self._wait(lambda: self.state == state or self.ended, timeout)

    def wait_until_ended(self, timeout: float) -> bool:
        """Wait until the job ended; False after `timeout` seconds."""
        return self._wait(lambda: self.ended, timeout)

    def on_news(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call `listener` after every report and at the end, from the thread that takes them in.

        Returns what ends that. A listener must return at once, and raise nothing.
        """
        with self._changed:
            self._listeners.append(listener)
        return lambda: self._forget(listener)

    def start(self, place: Place, bounds: Bounds) -> None:
        """Have a thread launch the process and take in its reports.

        Returns at once, for the first launch of a server waits until torch is imported. Where no
        process can be had, or no descriptor, the job fails, and a later one may fare better.
        """
        bounds = replace(bounds, seconds=min(self._seconds, bounds.seconds))
        try:
            seat = place.seat(self.request, bounds)
        except OSError:
            self._end("failed", _(_NO_PROCESS))
            return
        with self._changed:
            self._link = seat.link
            self.state = "running"
            self.begun_at = time.monotonic()
            for command in self._early:
                self._link.send(command)
        name = f"job-{self.id[:8]}"
        threading.Thread(target=self._work, args=(seat, bounds), name=name, daemon=True).start()

    def _work(self, seat: Seat, bounds: Bounds) -> None:
        try:
            self._process = seat.launch()
        except PlaceError as error:
            self._end("failed", str(error))
        except (OSError, EOFError):
            self._end("failed", _(_NO_PROCESS))
        else:
            if self._stop_asked:
                self._process.kill()
            self._listen(seat.link, self._process, bounds)
            self._close()
        seat.link.close()
        self._on_free()

    def _close(self) -> None:
        """Wait for the process to be gone, and give back its descriptors."""
        with self._changed:
            process, self._process = self._process, None
        if process is not None:
            process.join()
            process.close()

    @abstractmethod
    def _take_in(self, results: Sequence[Answer]) -> None:
        """Keep what the worker sent."""

    def _keep(self, left: Any) -> None:
        """Keep what is left of the answer at its end."""

    def _tell(self, word: Word, value: float = 0.0) -> None:
        with self._changed:
            if self.state == "queued":
                self._early.append(Command(word, value))
            elif self._link is not None and not self.ended:
                # a process that has just ended is no error: the listening thread says how it ended
                with contextlib.suppress(OSError):
                    self._link.send(Command(word, value))

    def _listen(self, link: Link, process: Process, bounds: Bounds) -> None:
        due = time.monotonic() + _START + bounds.seconds
        try:
            while not self.ended:
                if link.poll(_GLANCE):
                    begun = self.count > 0
                    self._receive(link.recv())
                    if self.count and not begun:
                        due = time.monotonic() + bounds.seconds + _GRACE
                else:
                    self._end_if_stuck(process, due)
        except (EOFError, OSError) as error:
            why = str(error) if isinstance(error, LostError) else _(_KILLED)
            self._end("stopped" if self._stop_asked else "failed", why)
        except Exception as error:  # what came could not be kept, for want of memory say
            process.kill()
            self._end("failed", _(_NOT_KEPT, kind=type(error).__name__, error=str(error)))

    def _end_if_stuck(self, process: Process, due: float) -> None:
        """A worker obeys and looks at its clock between steps: one long step must not hold it."""
        now = time.monotonic()
        if self._stop_asked is not None and now >= self._stop_asked + _GRACE:
            process.kill()
        elif now >= due:
            process.kill()
            self._reason = _(_STEP_TOO_LONG)
            self._end("stopped")

    def _receive(self, report: Report) -> None:
        with self._changed:
            self._take_in(report.results)
            if report.left is not None:
                self._keep(report.left)
            if not report.ended:
                self.state = "paused" if report.paused else "running"
            self._tell_news()
        if report.paused:
            self._on_free()
        if report.ended:
            self._held = report.memory
            self._reason = self._reason or (_(_TIME_IS_UP) if report.late else None)
            ended: JobState = "stopped" if self._stop_asked or report.late else "finished"
            self._end("failed" if report.error else ended, report.error)

    def _end(self, state: JobState, error: str | None = None) -> None:
        why = error if state == "failed" else self._reason
        journal.write("job ended", **self.facts, state=state, why=why, memory_mb=self._held)
        with self._changed:
            self.state, self.error = state, why
            self._tell_news()

    @property
    def facts(self) -> dict[str, object]:
        """What an operator is told of it: no more than a number of whose it is."""
        now = time.monotonic()
        begun = min(self.begun_at, now)
        times = {"waited": round(begun - self._asked_at, 3), "seconds": round(now - begun, 3)}
        return {"job": self.id, "what": type(self.request).__name__, "owner": self.owner, **times}

    def _tell_news(self) -> None:
        self._changed.notify_all()
        for listener in self._listeners:
            listener()

    def _forget(self, listener: Callable[[], None]) -> None:
        with self._changed:
            self._listeners.remove(listener)

    def _wait(self, condition: Callable[[], bool], timeout: float) -> bool:
        deadline = time.monotonic() + timeout
        with self._changed:
            while not condition():
                left = deadline - time.monotonic()
                if left <= 0:
                    return False
                self._changed.wait(left)
        return True


class ComputingJob(Job[Answer]):
    """A computation in a process of its own; `results` grows with what it yields."""

    def __init__(
        self,
        request: Request[Answer],
        on_free: Callable[[], None],
        owner: int = 0,
        seconds: float = math.inf,
    ) -> None:
        """As in `Job`."""
        super().__init__(request, on_free, owner, seconds)
        self.results: list[Answer] = []

    @property
    def count(self) -> int:
        """How many results have come."""
        return len(self.results)

    def _take_in(self, results: Sequence[Answer]) -> None:
        self.results.extend(results)


_GLANCE = 0.25  # seconds between looks at a silent worker
_START = 60.0  # seconds a worker has to its first result beyond its time: imports, data, building
_GRACE = 1.0  # seconds a worker has to end of its own accord
_NO_PROCESS = N_("No worker process could be started just now. Start again.")
_NOT_KEPT = N_("The server could not keep what the run sent. {kind}: {error}")
_TIME_IS_UP = N_("The time limit was reached. What was measured until then is kept.")
_STEP_TOO_LONG = N_(
    "The time limit was reached in the middle of a step. What was measured until then is kept."
)
_KILLED = N_("The worker process ended unexpectedly, perhaps for want of memory. Start again.")
