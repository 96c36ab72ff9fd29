"""Workers on this machine, forked from a process that has torch imported already."""

import multiprocessing
import os
import sys
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
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
        self.cores = os.cpu_count() or 1

    def seat(self, request: Request[Any], bounds: Bounds) -> "SeatHere":
        """A pipe, and a process that has not been started."""
        return SeatHere(self._context, self._answer, request, bounds)

    def on_room(self, listener: Callable[[], None]) -> None:
        """Its cores stay what they are."""

    def warm_up(self) -> None:
        """Import torch in the fork server now, by running a process that does nothing."""
        process = self._context.Process(target=_nothing, daemon=True)  # type: ignore[attr-defined]
        process.start()
        process.join()


class SeatHere:
    """Room for one worker of this machine."""

    def __init__(
        self, context: BaseContext, answer: Answering, request: Request[Any], bounds: Bounds
    ) -> None:
        """`link` can be written to at once."""
        self._context = context
        self._arguments = (answer, request, bounds)
        self._far_end: Connection
        self.link: Connection
        self.link, self._far_end = context.Pipe()

    def launch(self) -> BaseProcess:
        """A running process. A fork server that dies is replaced as soon as it is dead: try again.

        OSError or EOFError where none can be had.
        """
        with self._far_end:
            for left in reversed(range(_TRIES)):
                process: BaseProcess = self._context.Process(  # type: ignore[attr-defined]
                    target=work, args=(self._far_end, *self._arguments), daemon=True
                )
                try:
                    process.start()
                    break
                except (OSError, EOFError):
                    if not left:
                        raise
                    time.sleep(_BETWEEN_TRIES)
        return process


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
