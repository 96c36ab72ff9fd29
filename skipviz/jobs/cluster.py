"""The workers of a Dask scheduler, as a place for jobs. torch is imported there and never here."""

import asyncio
import contextlib
import random
import threading
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from multiprocessing.reduction import ForkingPickler
from typing import TYPE_CHECKING, Any

from skipviz import __version__
from skipviz.cluster import ClusterError, connected
from skipviz.jobs import journal
from skipviz.jobs.messages import Answering, Bounds
from skipviz.jobs.places import LostError, PlaceError
from skipviz.jobs.wire import LOST, Wire
from skipviz.language import N_, _
from skipviz.limits import memory_each, processes_in
from skipviz.request import Request

if TYPE_CHECKING:
    from distributed import Client


@dataclass(frozen=True)
class Machine:
    """A worker of the cluster: where, threads, and MB of memory where it says so."""

    address: str
    threads: int
    memory: int | None

    def processes(self, each: int) -> int:
        """How many it has room for, with so many MB each; 0: as many as it can work with."""
        return processes_in(self.threads, self.memory, each)

    def share(self) -> int | None:
        """MB for one process."""
        return self.memory and memory_each(self.processes(0), self.memory)


class Cluster:
    """Keeps a way to the cluster, takes it up again when it is back, and chooses machines."""

    def __init__(self, address: str, answer: Answering, memory_mb: int = 0) -> None:
        """That of the scheduler. A process may take `memory_mb`; 0: its share of its machine."""
        self._address = address
        self._answer = answer
        self._memory_mb = memory_mb
        self._client: Client | None = None
        self._machines: dict[str, Machine] = {}
        self._held: Counter[str] = Counter()  # processes of ours, by machine
        self._wires: set[Wire] = set()
        self._trouble: str | None = None  # as told to the operator
        self._changed = threading.Condition()
        self._tried = threading.Event()
        self._closing = threading.Event()
        self._listeners: list[Callable[[], None]] = []
        self._watching = threading.Thread(target=self._watch, name="cluster", daemon=True)

    @property
    def cores(self) -> int:
        """Threads of all workers. 1 where there are none: the job that comes is told so."""
        return max(sum(machine.threads for machine in self._known()), 1)

    @property
    def processes(self) -> int | None:
        """How many all machines have room for."""
        return max(sum(machine.processes(self._memory_mb) for machine in self._known()), 1)

    def seat(self, request: Request[Any], bounds: Bounds) -> "SeatThere":
        """Room on the machine that has most left when the worker is launched."""
        return SeatThere(self, request, bounds)

    def on_room(self, listener: Callable[[], None]) -> None:
        """Call it when workers have joined."""
        self._listeners.append(listener)

    def warm_up(self) -> None:
        """Look for the cluster for the first time, and from now on."""
        with self._changed:
            if self._watching.ident is None:
                self._watching.start()
        self._tried.wait(_FIRST_TRY)

    def close(self) -> None:
        """Let go of the cluster."""
        self._closing.set()
        if self._watching.ident is not None:
            self._watching.join()

    def place(self, wire: Wire, request: Request[Any], bounds: Bounds) -> None:
        """Have a machine work on the request; PlaceError says why none does."""
        self.warm_up()
        failed: set[str] = set()
        while True:
            client, machine = self._take(failed)
            held = replace(bounds, memory=self._memory_mb or machine.share())
            job = bytes(ForkingPickler.dumps((request, held)))
            try:
                with self._changed:
                    self._wires.add(wire)
                opening = self._open, client, machine, wire, job
                client.sync(*opening, callback_timeout=_ANSWERED_WITHIN + _STARTED_WITHIN)
                return
            except PlaceError:
                self._release(wire, machine)
                raise
            except (OSError, RuntimeError) as error:  # RuntimeError: the client has gone
                why = f"{type(error).__name__}: {error}"
                journal.warn("cluster worker not reached", machine=machine.address, why=why)
                self._release(wire, machine)
                failed.add(machine.address)

    async def _open(self, client: "Client", machine: Machine, wire: Wire, job: bytes) -> None:
        """Begin a job on a machine; within the loop of the client."""
        from distributed.comm import connect

        from skipviz.jobs.relay import operation

        told = wire.said()
        begin = {"version": __version__, "job": job, "told": told}
        comm = await connect(machine.address, timeout=_ANSWERED_WITHIN, **client.connection_args)
        try:
            await comm.write({"op": operation(self._answer), **begin})
            answer = await asyncio.wait_for(comm.read(), _STARTED_WITHIN)
            if not isinstance(answer, dict) or "started" not in answer:
                raise PlaceError(self._refusal(machine, answer))
        except BaseException:
            comm.abort()
            raise
        attending = asyncio.ensure_future(wire.attend(comm, answer["started"], len(told)))
        attending.add_done_callback(lambda __: self._release(wire, machine))

    def _refusal(self, machine: Machine, answer: Any) -> str:
        """What a visitor is told; the operator reads which machine it was."""
        journal.warn("cluster refuses", machine=machine.address, why=str(answer))
        if isinstance(answer, dict) and answer.get("refused") == "version":
            return _(_OTHER_VERSION, there=answer["here"], here=__version__)
        return _(_NO_PROCESS)

    def _take(self, failed: set[str]) -> tuple["Client", Machine]:
        """The machine with most room for its size, which is held from now on."""
        with self._changed:
            left = [each for each in self._machines.values() if each.address not in failed]
            if self._client is None or not left:
                raise PlaceError(_(_NO_CLUSTER if self._client is None else _NO_WORKERS))
            chosen = min(left, key=self._fullness)
            self._held[chosen.address] += 1
            return self._client, chosen

    def _fullness(self, machine: Machine) -> tuple[bool, float, float]:
        """By which machines are filled evenly; several servers do not all begin with the same."""
        held = self._held[machine.address]
        full = held >= machine.processes(self._memory_mb)
        return full, held / machine.threads, random.random()

    def _release(self, wire: Wire, machine: Machine) -> None:
        with self._changed:
            self._held[machine.address] -= 1
            self._wires.discard(wire)

    def _known(self) -> list[Machine]:
        with self._changed:
            return list(self._machines.values())

    def _watch(self) -> None:
        while not self._closing.is_set():
            try:
                client = connected(self._address, _REACHED_WITHIN)
            except ClusterError as error:
                self._note({}, None, str(error))
            else:
                self._attend(client)
            self._closing.wait(_BETWEEN_TRIES)

    def _attend(self, client: "Client") -> None:
        """Look after the machines for as long as their scheduler is there."""
        from skipviz.jobs.relay import Relay

        why = f"The scheduler at {self._address} was lost."
        try:
            client.register_plugin(Relay(self._answer))
            while client.status == "running" and not self._closing.is_set():
                self._look(client)
                self._closing.wait(_GLANCE)
        except Exception as error:  # of Dask, or of a worker on which skipviz cannot be imported
            why = f"The cluster at {self._address} failed: {type(error).__name__}: {error}"
        finally:
            self._note({}, None, None if self._closing.is_set() else why)
            with self._changed:
                wires = list(self._wires)
            for wire in wires:
                wire.lose(LostError(LOST))
            with contextlib.suppress(Exception):  # what is lost cannot be closed in order
                client.close(timeout=1)

    def _look(self, client: "Client") -> None:
        """See which workers there are. An answer that is late loses no run: theirs do not pass
        through the scheduler, and where it is gone the client says so."""
        try:
            told = client.sync(client.scheduler.identity, callback_timeout=_REACHED_WITHIN)
        except OSError as error:
            journal.warn("cluster slow", why=f"{type(error).__name__}: {error}")
            return
        machines = {each.address: each for each in _machines(told["workers"])}
        none = f"The scheduler at {self._address} has no workers."
        self._note(machines, client, None if machines else none)

    def _note(
        self, machines: dict[str, Machine], client: "Client | None", trouble: str | None
    ) -> None:
        """Take in how the cluster is, and tell who waits for it and who runs it."""
        with self._changed:
            changed = trouble != self._trouble or set(machines) != set(self._machines)
            self._machines, self._client, self._trouble = machines, client, trouble
        if changed and trouble:
            journal.warn("cluster missing", why=trouble)
        elif changed and machines:
            journal.write("cluster found", workers=len(machines), threads=self.cores)
        self._tried.set()
        if changed:
            for listener in self._listeners:
                listener()


class SeatThere:
    """Room for one worker of the cluster."""

    def __init__(self, cluster: Cluster, request: Request[Any], bounds: Bounds) -> None:
        """`link` can be written to at once."""
        self._cluster = cluster
        self._asked = request, bounds
        self.link = Wire()

    def launch(self) -> Wire:
        """The connection to a running process; PlaceError where none can be had."""
        self._cluster.place(self.link, *self._asked)
        return self.link


def _machines(workers: dict[str, dict[str, Any]]) -> Iterable[Machine]:
    """Of what the scheduler says of those that work."""
    for address, told in workers.items():
        if told.get("status", "running") == "running":
            limit = told.get("memory_limit")
            yield Machine(address, told["nthreads"], limit // 2**20 if limit else None)


_REACHED_WITHIN = 5.0  # seconds
_ANSWERED_WITHIN = 20.0  # seconds a machine has that the scheduler knows: it may be busy
_STARTED_WITHIN = 60.0  # seconds a machine has to import torch, where it has just joined
_FIRST_TRY = 15.0  # seconds that jobs wait until it is known whether there is a cluster
_BETWEEN_TRIES = 2.0  # seconds
_GLANCE = 0.5  # seconds between looks at which workers there are
_NO_CLUSTER = N_(
    "The cluster that computes for this server cannot be reached just now. Start again in a "
    "minute: it is taken up as soon as it is back."
)
_NO_WORKERS = N_(
    "The cluster that computes for this server has no workers just now. Start again in a minute: "
    "it is taken up as soon as it is back."
)
_NO_PROCESS = N_("No worker process could be started on the cluster just now. Start again.")
_OTHER_VERSION = N_(
    "The cluster has skipviz {there}, this server {here}: nothing can be computed until both are "
    "the same."
)
