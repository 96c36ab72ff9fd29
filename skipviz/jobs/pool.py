"""A pool of worker processes: as many at once as there are cores, the rest in a fair queue."""

import multiprocessing
import os
import sys
import threading
from collections import deque
from multiprocessing.context import BaseContext

from skipviz.jobs.job import ComputingJob, Job, TrainingJob
from skipviz.jobs.messages import Computation, Task

PRELOADED = ["skipviz.jobs.preload"]


class JobPool:
    """Starts jobs in order of submission. One pool serves all sessions of a server.

    Workers are forked from a server process that has torch imported already, so that they start
    in a tenth of a second and share its memory; where that is not to be had (Windows) they are
    spawned.
    """

    def __init__(self, running: int | None = None, queue: int = 50) -> None:
        self._most_running = running or os.cpu_count() or 1
        self._most_queued = queue
        self._context = _context()
        self._lock = threading.Lock()
        self._queue: deque[Job] = deque()
        self._running: set[Job] = set()

    def warm_up(self) -> None:
        """Import torch in the fork server now, by running a process that does nothing."""
        process = self._context.Process(target=_nothing, daemon=True)  # type: ignore[attr-defined]
        process.start()
        process.join()

    def submit(self, task: Task) -> TrainingJob:
        """Start training, or queue it; RuntimeError when the queue is full."""
        job = TrainingJob(task, on_end=self._start_next)
        self._accept(job)
        return job

    def compute(self, computation: Computation) -> ComputingJob:
        """Start a computation, or queue it; RuntimeError when the queue is full."""
        job = ComputingJob(computation, on_end=self._start_next)
        self._accept(job)
        return job

    def position(self, job: Job) -> int:
        """1 for the next to start; 0 when it is not waiting."""
        with self._lock:
            return self._queue.index(job) + 1 if job in self._queue else 0

    def close(self) -> None:
        """End every job."""
        with self._lock:
            jobs = [*self._queue, *self._running]
            self._queue.clear()
        for job in jobs:
            job.kill()

    def _accept(self, job: Job) -> None:
        with self._lock:
            if len(self._queue) >= self._most_queued:
                raise RuntimeError("Too many runs are waiting. Try again in a minute.")
            self._queue.append(job)
        self._start_next()

    def _start_next(self) -> None:
        with self._lock:
            self._running = {job for job in self._running if not job.ended}
            while self._queue and len(self._running) < self._most_running:
                job = self._queue.popleft()
                if job.ended:
                    continue
                job.start(self._context)
                self._running.add(job)


def _nothing() -> None:
    pass


def _context() -> BaseContext:
    if sys.platform == "win32":
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # read when the fork server imports torch
    context.set_forkserver_preload(PRELOADED)
    return context
