"""Where the process of a job runs: all that the queue and the jobs know of a place.

`here.Here` forks it on this machine; `cluster.Cluster` has a machine of a cluster fork it.
"""

from collections.abc import Callable
from typing import Any, Protocol

from skipviz.jobs.messages import Bounds, Command, Report
from skipviz.request import Request


class PlaceError(OSError):
    """No process can be had; the message is for who waits for it."""


class LostError(EOFError):
    """What computed is gone with all around it; the message is for who waited for it."""


class Link(Protocol):
    """What a worker is told and tells, in order. A pipe of `multiprocessing` is one."""

    def send(self, command: Command, /) -> None:
        """Tell the worker, also before it is launched; OSError where it is gone."""

    def poll(self, timeout: float, /) -> bool:
        """Whether there is something to receive, or an end, within so many seconds."""

    def recv(self) -> Report:
        """The next report; EOFError or OSError where none is to come."""

    def close(self) -> None:
        """Give back what it holds."""


class Process(Protocol):
    """A worker process that was launched."""

    @property
    def pid(self) -> int | None:
        """Its number on its own machine."""

    def kill(self) -> None:
        """End it at once."""

    def join(self) -> None:
        """Wait until it is gone."""

    def close(self) -> None:
        """Give back what it holds, once it is gone."""


class Seat(Protocol):
    """Room for one worker."""

    @property
    def link(self) -> Link:
        """To the worker; it takes commands before there is one."""

    def launch(self) -> Process:
        """Start the worker, which may take seconds; OSError or EOFError where none can be had."""


class Place(Protocol):
    """What has processes for jobs."""

    @property
    def cores(self) -> int:
        """How many jobs may be at work at once."""

    @property
    def processes(self) -> int | None:
        """How many there is memory for, those that are paused among them; None: nobody knows."""

    def seat(self, request: Request[Any], bounds: Bounds) -> Seat:
        """Room for a worker that answers the request within the bounds. Takes no time."""

    def on_room(self, listener: Callable[[], None]) -> None:
        """Call `listener` when `cores` may have grown."""

    def warm_up(self) -> None:
        """Make ready, so that the first job does not wait for it. May take seconds."""
