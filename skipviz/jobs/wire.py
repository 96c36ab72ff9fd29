"""The connection to a worker process on another machine, seen from the server."""

import asyncio
import contextlib
import pickle
import threading
import time
from collections import deque
from multiprocessing.reduction import ForkingPickler
from typing import TYPE_CHECKING, Any

from skipviz.jobs.messages import Command, Report
from skipviz.jobs.places import LostError

if TYPE_CHECKING:
    from distributed.comm import Comm

TAKEN_TOGETHER = 4  # reports; less than may be in flight
LOST = "The machine that computed this was lost. Start again: it goes on another one."


class Wire:
    """Both a `Link` and its `Process`: a connection which, when it closes, ends what is behind it.

    It takes commands before there is a connection. What arrives is unpickled by who receives it.
    """

    def __init__(self) -> None:
        self.pid: int | None = None
        self._comm: Comm | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._early: list[dict[str, Any]] = []
        self._changed = threading.Condition()
        self._arrived: deque[bytes] = deque()
        self._over: EOFError | None = None
        self._taken = 0

    def said(self) -> list[bytes]:
        """The commands told so far, for the worker to find when it begins."""
        with self._changed:
            return [message["command"] for message in self._early]

    async def attend(self, comm: "Comm", pid: int, told: int) -> None:
        """Take in what comes until the connection closes; within the loop of the connection.

        The first `told` commands are known to the worker.
        """
        self.pid, self._loop = pid, asyncio.get_running_loop()
        with self._changed:
            del self._early[:told]
        over: EOFError = LostError(LOST)
        try:
            while early := self._said_early(comm):
                for message in early:
                    await comm.write(message)
            while "report" in (message := await comm.read()):
                with self._changed:
                    self._arrived.append(message["report"])
                    self._changed.notify_all()
            over = EOFError()  # the process has ended, its machine is well
        except OSError:
            pass
        finally:
            comm.abort()
            self._end(over)

    def send(self, command: Command) -> None:
        """Tell the worker; OSError where it is gone."""
        self._say({"command": bytes(ForkingPickler.dumps(command))})

    def poll(self, timeout: float) -> bool:
        """Whether there is something to receive, or an end, within so many seconds."""
        deadline = time.monotonic() + timeout
        with self._changed:
            while not (self._arrived or self._over):
                if (left := deadline - time.monotonic()) <= 0:
                    return False
                self._changed.wait(left)
        return True

    def recv(self) -> Report:
        """The next report; EOFError where none is to come."""
        with self._changed:
            while not (self._arrived or self._over):
                self._changed.wait()
            if not self._arrived:
                assert self._over is not None
                raise self._over
            raw = self._arrived.popleft()
        self._taken += 1
        if self._taken == TAKEN_TOGETHER:
            self._taken = 0
            with contextlib.suppress(OSError):
                self._say({"took": TAKEN_TOGETHER})
        report: Report = pickle.loads(raw)
        return report

    def kill(self) -> None:
        """Hang up, upon which the process is ended where it is."""
        self.lose(EOFError())

    def lose(self, over: EOFError) -> None:
        """Hang up; who listens is told why."""
        self._end(over)
        with self._changed:
            comm, loop = self._comm, self._loop
        if comm is not None and loop is not None:
            with contextlib.suppress(RuntimeError):  # the loop has ended, and the connection too
                loop.call_soon_threadsafe(comm.abort)

    def join(self) -> None:
        """Wait until it has ended, or it was hung up."""
        with self._changed:
            while self._over is None:
                self._changed.wait()

    def close(self) -> None:
        """Hang up."""
        self.kill()

    def _say(self, message: dict[str, Any]) -> None:
        with self._changed:
            if self._over is not None:
                raise BrokenPipeError("the worker is gone")
            if self._comm is None or self._loop is None:
                self._early.append(message)
                return
            asyncio.run_coroutine_threadsafe(_write(self._comm, message), self._loop)

    def _said_early(self, comm: "Comm") -> list[dict[str, Any]]:
        """What was said before there was a connection; once there is no more, all goes by it."""
        with self._changed:
            early, self._early = self._early, []
            self._comm = None if early else comm
        return early

    def _end(self, over: EOFError) -> None:
        with self._changed:
            self._over = self._over or over
            self._changed.notify_all()


async def _write(comm: "Comm", message: dict[str, Any]) -> None:
    with contextlib.suppress(OSError):  # who listens is told how it ended
        await comm.write(message)
