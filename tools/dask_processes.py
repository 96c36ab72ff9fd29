"""A Dask scheduler and its workers, processes on the loopback, as their operator starts them."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from distributed import Client

from tools.server import ROOT, ended_by_sigterm

PATIENCE = 120.0  # seconds
SCHEDULER = ("distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--no-dashboard")
WORKER = ("distributed.cli.dask_worker", "--host", "127.0.0.1", "--no-dashboard", "--nthreads", "1")


@contextmanager
def process(*command: str, **environment: str) -> Iterator[subprocess.Popen[bytes]]:
    """A process in a group of its own, ended with all it has started."""
    with ended_by_sigterm():
        started = subprocess.Popen(
            [sys.executable, "-m", *command],
            env=os.environ | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"} | environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            yield started
        finally:
            end(started)


def end(started: subprocess.Popen[bytes]) -> None:
    """Kill a process and all it has started."""
    if started.poll() is None:
        os.killpg(started.pid, signal.SIGKILL)
    started.wait(PATIENCE)


def wait_until(condition: Callable[[], bool]) -> None:
    """Wait for a condition; AssertionError where it does not come about in time."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "it did not come about in time"
        time.sleep(0.05)


@dataclass
class Cluster:
    """Its address, and the processes of its workers."""

    address: str
    workers: list[subprocess.Popen[bytes]]


@contextmanager
def scheduler(folder: Path, port: int = 0, *options: str, **environment: str) -> Iterator[str]:
    """Its address, and its process ended afterwards."""
    known = folder / "scheduler.json"
    known.unlink(missing_ok=True)
    place = ("--port", str(port), "--scheduler-file", str(known))
    with process(*SCHEDULER, *place, *options, **environment):
        wait_until(known.exists)
        with Client(scheduler_file=str(known), set_as_default=False) as client:
            address: str = client.scheduler.address
        yield address


@contextmanager
def workers(
    address: str, folder: Path, count: int = 2, *options: str, **environment: str
) -> Iterator[list[subprocess.Popen[bytes]]]:
    """So many of one thread each, which the scheduler knows."""
    place = (address, "--local-directory", str(folder))
    with ExitStack() as stack:
        started = [
            stack.enter_context(process(*WORKER, *place, *options, **environment))
            for _ in range(count)
        ]
        with Client(address, set_as_default=False) as client:
            client.wait_for_workers(count, timeout=PATIENCE)
        yield started


@contextmanager
def cluster(folder: Path) -> Iterator[Cluster]:
    """A scheduler and two workers without nannies, so that a killed one stays away."""
    with scheduler(folder) as address, workers(address, folder, 2, "--no-nanny") as started:
        yield Cluster(address, started)
