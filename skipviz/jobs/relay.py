"""What a worker of a Dask cluster does for the jobs of a page: fork, and pass on bytes.

The process of a job is the one it would be on the server, forked by `Here`. Its pipe is continued
over a connection of Dask's own, one per job, encrypted where Dask is: commands one way, reports
the other, as the pipe pickled them. Whoever closes the connection ends the process.
"""

import asyncio
import contextlib
import multiprocessing
import pickle
import threading
from multiprocessing.connection import Connection
from typing import Any

from distributed import Worker, WorkerPlugin
from distributed.comm import Comm, CommClosedError

from skipviz import __version__
from skipviz.jobs.here import Here, SeatHere
from skipviz.jobs.messages import Answering

IN_FLIGHT = 16  # reports sent and not yet taken; then the process waits, as for a full pipe


class Relay(WorkerPlugin):  # type: ignore[misc]
    """Lets a worker of a cluster take jobs that `answer` answers."""

    idempotent = True  # several servers may share a cluster

    def __init__(self, answer: Answering) -> None:
        """`name` is also what a server asks the worker for."""
        self._answer = answer
        self.name = operation(answer)

    def setup(self, worker: Worker) -> None:
        """Called by Dask on the worker.

        Its nanny starts workers as daemons, which may have no children. Those of ours end with
        their pipe, so a worker that is killed leaves none behind.
        """
        multiprocessing.current_process().daemon = False
        self._place = Here(self._answer)
        threading.Thread(target=self._place.warm_up, daemon=True).start()
        worker.handlers[self.name] = self._work

    async def _work(self, comm: Comm, version: str, job: bytes, told: list[bytes]) -> None:
        """One job, from its request to the end of its process."""
        try:
            if version != __version__:
                await comm.write({"refused": "version", "here": __version__})
            else:
                await _relay(comm, self._place.seat(*pickle.loads(job)), told)
        except CommClosedError:
            pass  # the server has hung up, or is gone
        except (OSError, EOFError) as error:
            await comm.write({"refused": f"{type(error).__name__}: {error}"})
        finally:
            await comm.close()


def operation(answer: Answering) -> str:
    """By which a worker knows what a server asks it for."""
    return f"skipviz-job:{answer.__module__}.{answer.__qualname__}"


async def _relay(comm: Comm, seat: SeatHere, told: list[bytes]) -> None:
    """Launch the process and pass on what is said, until one of the two ends has gone.

    What it was `told` before lies in its pipe when it begins.
    """
    for command in told:
        seat.link.send_bytes(command)
    process = await asyncio.to_thread(seat.launch)
    reports = _Reports(comm, seat.link)
    try:
        await comm.write({"started": process.pid})
        reports.start()
        while True:
            message: dict[str, Any] = await comm.read()
            if "took" in message:
                reports.taken(message["took"])
            else:
                with contextlib.suppress(OSError):  # it has just ended: the reports say how
                    await asyncio.to_thread(seat.link.send_bytes, message["command"])
    finally:
        process.kill()
        await asyncio.to_thread(process.join)
        process.close()
        await asyncio.to_thread(reports.end)


class _Reports(threading.Thread):
    """Takes reports from the pipe of a process and sends them, few of them in flight at once."""

    def __init__(self, comm: Comm, link: Connection) -> None:
        super().__init__(daemon=True)
        self._comm = comm
        self._link = link
        self._loop = asyncio.get_running_loop()
        self._free = threading.Semaphore(IN_FLIGHT)

    def run(self) -> None:
        """Until the process has ended or the connection is closed."""
        with contextlib.suppress(EOFError, OSError):
            try:
                while report := self._link.recv_bytes():
                    self._free.acquire()
                    self._send({"report": report})
            except EOFError:
                self._send({"gone": True})
        asyncio.run_coroutine_threadsafe(self._comm.close(), self._loop)

    def taken(self, count: int) -> None:
        """The server has taken so many."""
        self._free.release(count)

    def end(self) -> None:
        """Once the process is gone."""
        self._free.release()
        if self.is_alive():
            self.join()
        self._link.close()

    def _send(self, message: dict[str, Any]) -> None:
        asyncio.run_coroutine_threadsafe(self._comm.write(message), self._loop).result()
