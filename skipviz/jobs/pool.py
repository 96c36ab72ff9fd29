"""A pool of worker processes: as many at once as there are cores, the rest in a fair queue."""

import math
import threading
from collections import Counter
from typing import Any

from skipviz.jobs import journal
from skipviz.jobs.here import Here
from skipviz.jobs.job import ComputingJob, Job
from skipviz.jobs.messages import Answering, Bounds
from skipviz.jobs.places import Place
from skipviz.jobs.training import TrainingJob
from skipviz.jobs.turns import group, groups, in_turn
from skipviz.language import N_, _
from skipviz.limits import MOST_PROCESSES
from skipviz.request import Answer, Request
from skipviz.runs.requests import Training

MADE_ROOM = N_(
    "It was paused while others waited for the memory it held. What was measured is kept."
)
TOO_MANY_OF_ONE = N_(
    "{most} runs from your internet address are waiting, the most that one address may have here "
    "(a school or an office often has one for all). Stop one that nobody needs, or try again when "
    "some have had their turn."
)


class JobPool:
    """Starts jobs in turn. One pool serves all sessions of a server.

    Jobs start in order of submission, but each address's second job only after every address's
    first, and so among the owners of an address (`turns.in_turn`): who asks for much does not keep
    the others waiting. Where all cores are taken, one more job shares a core if it is brief, so
    that a picture of initial weights does not wait for long trainings, or if one address holds them
    all and this is another's. A paused job needs no core: another one may start, and they share it
    once the first goes on. It keeps its memory, so where others wait and there are as many
    `processes` as there may be, a paused one of the address that has most is ended.

    Where their processes run is up to a `Place`: on this machine, or on a cluster.
    """

    def __init__(
        self,
        answer: Answering,
        running: int | None = None,
        queue: int = 50,
        bounds: Bounds | None = None,
        processes: int | None = None,
        queue_each: int | None = None,
        place: Place | None = None,
    ) -> None:
        """So many at once (by default one a core), so many waiting, each within `bounds`.

        There are so many `processes` at most, by default what the place has room for, or four for
        each that works, and of one address `queue_each` wait at most.

        Workers compute what `answer` yields for a request, on this machine unless another `place`
        is given.
        """
        self._place = place or Here(answer)
        self._running_at_once = running
        self._processes_at_once = processes
        self._most_queued = queue
        self._most_each = queue if queue_each is None else queue_each
        self._lock = threading.Lock()
        self._bounds = bounds or Bounds()
        self._queue: list[Job[Any]] = []
        self._running: set[Job[Any]] = set()
        self._place.on_room(self._start_next)

    def warm_up(self) -> None:
        """Make the place ready, so that the first job does not wait for it."""
        self._place.warm_up()

    def submit(
        self, request: Training, owner: int = 0, seconds: float = math.inf, client: str = ""
    ) -> TrainingJob:
        """Start training, or queue it; RuntimeError when the queue is full.

        It may compute for so many `seconds`, within the bounds of the pool. `client` is the address
        it is asked from; "" where that is not known.
        """
        job = TrainingJob(request, self._start_next, owner, seconds)
        self._accept(job, client)
        return job

    def compute(
        self,
        request: Request[Answer],
        owner: int = 0,
        seconds: float = math.inf,
        client: str = "",
    ) -> ComputingJob[Answer]:
        """Start any other computation, as `submit` does."""
        job = ComputingJob(request, self._start_next, owner, seconds)
        self._accept(job, client)
        return job

    def position(self, job: Job[Any]) -> int:
        """1 for the next to start; 0 when it is not waiting."""
        with self._lock:
            waiting = self._in_turn()
            return waiting.index(job) + 1 if job in waiting else 0

    def crowd(self) -> tuple[int, int]:
        """How many jobs are at work, and how many wait for a core."""
        with self._lock:
            at_work = sum(job.state == "running" for job in self._running)
            return at_work, len(self._in_turn())

    def crowd_for(self, client: str) -> tuple[int, int]:
        """The crowd as an address feels it: as if every other had as many jobs as this one, and
        no more than there are; a job counts for everybody who wants it. All of it where the address
        is not known."""
        if not client:
            return self.crowd()
        with self._lock:
            running = groups(job for job in self._running if job.state == "running")
            queued = groups(self._in_turn())
        others = len({*running, *queued, client})
        mine, mine_waiting = (each.count(client) * others for each in (running, queued))
        return min(mine, len(running)), min(mine_waiting, len(queued))

    def awaited(self, owner: int) -> bool:
        """Whether anybody but this owner waits for a core."""
        with self._lock:
            return any({*job.askers} - {owner} for job in self._in_turn())

    def close(self, timeout: float = 0.0) -> None:
        """End every job, and wait for each so many seconds until it has."""
        with self._lock:
            jobs = [*self._queue, *self._running]
            self._queue.clear()
        for job in jobs:
            job.kill()
        for job in jobs:
            job.wait_until_ended(timeout)

    @property
    def _most_running(self) -> int:
        return self._running_at_once or self._place.cores

    @property
    def _most_processes(self) -> int:
        usual = MOST_PROCESSES * self._most_running
        return self._processes_at_once or self._place.processes or usual

    def _accept(self, job: Job[Any], client: str) -> None:
        job.client, job.askers = client, {job.owner: client}
        with self._lock:
            waiting = self._in_turn()
            if client and sum(other.client == client for other in waiting) >= self._most_each:
                raise RuntimeError(_(TOO_MANY_OF_ONE, most=self._most_each))
            if len(waiting) >= self._most_queued + self._free():
                raise RuntimeError(_("Too many runs are waiting. Try again in a minute."))
            self._queue.append(job)
        self._start_next()

    def _start_next(self) -> None:
        with self._lock:
            while (job := self._next()) is not None:
                self._queue.remove(job)
                job.start(self._place, self._bounds)
                self._running.add(job)
                crowd = {"running": len(self._running), "waiting": len(self._queue)}
                journal.write("job started", **job.facts, **crowd)
            self._make_room()

    def _make_room(self) -> None:
        """End a paused job where a core is free for one that waits, but no process."""
        waiting = self._in_turn()
        full = len(self._running) >= self._most_processes
        if not (full and waiting and (self._free_cores() > 0 or self._crowded_out(waiting[0]))):
            return
        held = Counter(map(group, self._running))
        paused = [job for job in self._running if job.state == "paused"]
        for job in sorted(paused, key=lambda job: (-held[group(job)], job.begun_at))[:1]:
            job.kill(_(MADE_ROOM))

    def _next(self) -> Job[Any] | None:
        """The first in turn where a core is free, else one that may share a core: a brief one if
        none does, and one of another address than the one that has all, beside that too, for what
        is said to be brief may be of a large network."""
        free, waiting = self._free(), self._in_turn()
        room = len(self._running) < self._most_processes
        for job in waiting:
            if free > 0 or (free == 0 and job.brief) or (room and self._crowded_out(job)):
                return job
        return None

    def _crowded_out(self, job: Job[Any]) -> bool:
        """Whether another address asks for all cores and more, and this one's has none."""
        at_work = {other.client for other in self._running if other.state != "paused"}
        if not job.client or len(at_work) != 1 or job.client in at_work or "" in at_work:
            return False
        return sum(other.client in at_work for other in [*self._running, *self._queue]) > 1

    def _free(self) -> int:
        """How many more could run now."""
        self._running = {job for job in self._running if not job.ended}
        return min(self._free_cores(), self._most_processes - len(self._running))

    def _free_cores(self) -> int:
        return self._most_running - sum(job.state != "paused" for job in self._running)

    def _in_turn(self) -> list[Job[Any]]:
        """What waits, the next to start first."""
        self._queue = [job for job in self._queue if not job.ended]
        return in_turn(self._queue, self._running)
