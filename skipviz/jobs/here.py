"""Workers on this machine, forked from a process that has torch imported already."""

import itertools
import multiprocessing
import os
import sys
import threading
import time
from collections.abc import Callable
from multiprocessing.connection import Connection, wait
from multiprocessing.context import BaseContext
from multiprocessing.process import BaseProcess
from typing import Any

from skipviz.jobs.messages import Answering, Bounds
from skipviz.jobs.worker import work
from skipviz.request import Request

PRELOADED = ["skipviz.jobs.preload"]


class Here:
    """This machine, as a place. Where fork is not to be had (Windows), workers are spawned."""

    processes = None

    def __init__(self, answer: Answering) -> None:
        """Workers compute what `answer` yields for a request."""
        self._answer = answer
        self._context = _context(answer)
        self._numbers = Numbers()
        self.cores = os.cpu_count() or 1

    def seat(self, request: Request[Any], bounds: Bounds) -> "SeatHere":
        """A pipe, and a process that has not been started."""
        return SeatHere(self._context, self._answer, request, bounds, self._numbers)

    def on_room(self, listener: Callable[[], None]) -> None:
        """Its cores stay what they are."""

    def warm_up(self) -> None:
        """Import torch in the fork server now, by running a process that does nothing."""
        process = self._context.Process(target=_nothing, daemon=True)  # type: ignore[attr-defined]
        process.start()
        process.join()


class Numbers:
    """For each process the least number that no other has. By these they spread over the GPUs of
    their machine, of which whoever starts them, without torch, knows nothing. Safe to use from any
    thread."""

    def __init__(self) -> None:
        self._taken: dict[int, BaseProcess | None] = {}  # None: about to be started
        self._lock = threading.Lock()

    def take(self) -> int:
        """A number, until `give`."""
        with self._lock:
            self._taken = {each: of for each, of in self._taken.items() if not _gone(of)}
            number = next(each for each in itertools.count() if each not in self._taken)
            self._taken[number] = None
            return number

    def give(self, number: int, process: BaseProcess | None) -> None:
        """To a process, for as long as it lives; back where none could be had."""
        with self._lock:
            if process is None:
                del self._taken[number]
            else:
                self._taken[number] = process


class SeatHere:
    """Room for one worker of this machine."""

    def __init__(
        self,
        context: BaseContext,
        answer: Answering,
        request: Request[Any],
        bounds: Bounds,
        numbers: Numbers,
    ) -> None:
        """`link` can be written to at once."""
        self._context = context
        self._arguments = (answer, request, bounds)
        self._numbers = numbers
        self._far_end: Connection
        self.link: Connection
        self.link, self._far_end = context.Pipe()

    def launch(self) -> BaseProcess:
        """A running process. A fork server that dies is replaced as soon as it is dead: try again.

        OSError or EOFError where none can be had.
        """
        number, process = self._numbers.take(), None
        try:
            process = self._launch(number)
            return process
        finally:
            self._numbers.give(number, process)

    def _launch(self, number: int) -> BaseProcess:
        with self._far_end:
            for left in reversed(range(_TRIES)):
                process: BaseProcess = self._context.Process(  # type: ignore[attr-defined]
                    target=work, args=(self._far_end, *self._arguments, number), daemon=True
                )
                try:
                    process.start()
                    break
                except (OSError, EOFError):
                    if not left:
                        raise
                    time.sleep(_BETWEEN_TRIES)
        return process


def _gone(process: BaseProcess | None) -> bool:
    """Whether it has ended, found out without taking that from who waits for it."""
    try:
        return process is not None and bool(wait([process.sentinel], 0))
    except (OSError, ValueError):  # it is closed
        return True


def _nothing() -> None:
    pass


def _context(answer: Answering) -> BaseContext:
    if sys.platform == "win32":
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # read when the fork server imports torch
    context.set_forkserver_preload([*PRELOADED, answer.__module__])
    return context


_TRIES = 20
_BETWEEN_TRIES = 0.1  # seconds
