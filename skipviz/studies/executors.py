"""Where runs are computed: processes of this machine, or a cluster that has an address.

Both are a `concurrent.futures.Executor`; the rest of the package knows no other interface.
"""

import contextlib
import multiprocessing
import os
import sys
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing.context import BaseContext

from skipviz.cluster import ClusterError, connected
from skipviz.language import _
from skipviz.studies import worker
from skipviz.studies.study import StudyError

PRELOADED = ["skipviz.jobs.preload"]
REACHED_WITHIN = 20  # seconds


@dataclass(frozen=True)
class Workers:
    """Something that computes, how many at once, and where it is."""

    executor: Executor
    count: int
    name: str


@contextlib.contextmanager
def open_workers(address: str | None = None, count: int | None = None) -> Iterator[Workers]:
    """A cluster where there is an address, else `count` processes here (as many as cores)."""
    with _cluster(address) if address else _processes(count or os.cpu_count() or 1) as workers:
        yield workers


@contextlib.contextmanager
def _processes(count: int) -> Iterator[Workers]:
    executor = ProcessPoolExecutor(count, mp_context=_context(), initializer=worker.start)
    try:
        name = "1 process here" if count == 1 else f"{count} processes here"
        yield Workers(executor, count, name)
    finally:
        executor.shutdown(wait=True, cancel_futures=True)


@contextlib.contextmanager
def _cluster(address: str) -> Iterator[Workers]:
    """Workers of a Dask scheduler; each needs skipviz of the same version installed."""
    try:
        client = connected(address, REACHED_WITHIN)
    except ClusterError as error:
        raise StudyError(str(error)) from None
    try:
        count = sum(client.nthreads().values())
        if not count:
            raise StudyError(_("The scheduler at {address} has no workers yet.", address=address))
        yield Workers(client.get_executor(retries=2), count, f"{count} threads at {address}")
    finally:
        client.close()


def _context() -> BaseContext:
    """A fork server that has torch imported, where fork is to be had."""
    if sys.platform == "win32":
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(PRELOADED)
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # read when the fork server imports torch
    return context
