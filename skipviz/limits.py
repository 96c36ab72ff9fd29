"""What one server gives to its visitors; every cap can be set by whoever runs it."""

import functools
import os
from collections.abc import Mapping
from pathlib import Path

from pydantic import Field, ValidationError

from skipviz.language import N_, _
from skipviz.network import Limits, Network, NetworkError, Problem
from skipviz.settings import MAX_REPLICAS, MAX_STEPS, Settings
from skipviz.spec import Spec, said_of
from skipviz.text import meant

PREFIX = "SKIPVIZ_MAX_"
PROXIES = "SKIPVIZ_PROXIES"
MOST_PROXIES = 10
LONGEST = 100  # characters of a variable that are said again
LEAST_MEMORY = 512  # MB; less than this a worker seldom gets by with
SERVER_MEMORY = 1_024  # MB for the server itself and the process that workers are forked from
MOST_PROCESSES = 4  # worker processes a core, most of them paused
_CGROUPS = ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")


class LimitsError(ValueError):
    """Settings of the server that cannot be used; the message names each one."""


def cores() -> int:
    """How many cores this process may use, in a container those of its share."""
    here = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    quota, __, period = _text(Path("/sys/fs/cgroup/cpu.max")).partition(" ")
    share = int(quota) // int(period) if quota.isdigit() and period.isdigit() else here
    return max(min(here or 1, share or 1), 1)


def memory_of_machine() -> int | None:
    """MB of memory there are, in a container those it may use; None where nobody says."""
    said = [int(text) for name in _CGROUPS if (text := _text(Path(name))).isdigit()]
    if hasattr(os, "sysconf") and "SC_PHYS_PAGES" in os.sysconf_names:
        said.append(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"))
    return min(said) // 2**20 if said else None


def processes_in(jobs: int, room: int | None, each: int = 0) -> int:
    """Worker processes there may be for so many jobs at work, those that are paused among them.

    `room` is MB of memory for all of them, `each` MB for one, if that is set.
    """
    most = MOST_PROCESSES * jobs
    return most if room is None else max(jobs, min(most, room // (each or LEAST_MEMORY)))


def memory_each(processes: int, room: int) -> int:
    """MB for each of so many processes, for none less than it can work with."""
    return max(room // processes, LEAST_MEMORY)


class ServerLimits(Spec):
    """Caps on runs and networks. Each is the variable SKIPVIZ_MAX_ and its name in capitals."""

    jobs: int = Field(default_factory=cores, ge=1, le=1_000, description="runs at once")
    queue: int = Field(default=200, ge=0, le=10_000, description="runs waiting for a free core")
    queue_each: int = Field(
        default=120, ge=0, le=10_000, description="those of one address among them"
    )
    tabs: int = Field(default=500, ge=1, le=100_000, description="tabs open at once")
    tabs_each: int = Field(
        default=250, ge=1, le=100_000, description="those of one address among them"
    )
    pages: int = Field(default=4, ge=1, le=1_000, description="tabs drawn at once")
    left: int = Field(
        default=300, ge=1, le=100_000, description="sessions kept whose tabs are closed"
    )
    seconds: float = Field(
        default=600, gt=0, le=1e6, description="seconds a run may last, pauses included"
    )
    memory_mb: int = Field(
        default=0, ge=0, le=2**30, description="MB one run may take beyond what it starts with"
    )
    steps: int = Field(
        default=MAX_STEPS, ge=1, le=MAX_STEPS, description="steps of a run that has an end"
    )
    replicas: int = Field(
        default=MAX_REPLICAS, ge=1, le=MAX_REPLICAS, description="arms times seeds of a run"
    )
    layers: int = Field(default=1_000, ge=1, description="layers of a network")
    skips: int = Field(default=5_000, ge=0, description="skips of a network")
    time_steps: int = Field(default=100, ge=1, description="time steps of a network")
    width: int = Field(default=65_536, ge=1, description="units or channels of a layer")
    parameters: int = Field(default=200_000_000, ge=1, description="weights of a network")
    macs: int = Field(
        default=200_000_000_000, ge=1, description="multiply-accumulates of a forward pass"
    )
    upload_mb: int = Field(default=10, ge=1, le=10, description="MB of an uploaded data file")

    @property
    def processes(self) -> int:
        """Worker processes there may be at once, those that are paused among them."""
        return processes_in(self.jobs, _room(), self.memory_mb)

    @property
    def memory(self) -> int | None:
        """MB one run may take; unless it is set, the machine's memory shared by all processes."""
        room = _room()
        if self.memory_mb or room is None:
            return self.memory_mb or None
        return memory_each(self.processes, room)

    @property
    def network(self) -> Limits:
        """The caps that `Network.check` takes."""
        return Limits(
            layers=self.layers,
            skips=self.skips,
            time_steps=self.time_steps,
            width=self.width,
            parameters=self.parameters,
            macs=self.macs,
        )

    def problems(self, network: Network, settings: Settings) -> list[Problem]:
        """What is too much of a run, whatever its data."""
        try:
            replicas = len(settings.arms_for(network)) * settings.seeds
        except NetworkError as error:
            return list(error.problems)
        return [
            Problem(_(template, count=format(count, ","), most=format(cap, ",")))
            for count, template, cap in (
                (0 if settings.endless else settings.steps, _STEPS, self.steps),
                (replicas, _REPLICAS, self.replicas),
            )
            if count > cap
        ]


def from_environment(environment: Mapping[str, str] = os.environ) -> ServerLimits:
    """The limits set in the environment; LimitsError lists every variable that cannot be used."""
    given = {name: text for name, text in environment.items() if name.startswith(PREFIX)}
    errors = [_unknown(name) for name in given if _field(name) not in ServerLimits.model_fields]
    if errors:
        raise LimitsError("\n".join(errors))
    try:
        return ServerLimits.model_validate({_field(name): text for name, text in given.items()})
    except ValidationError as error:
        raise LimitsError(_readable(error)) from None


def proxies(environment: Mapping[str, str] = os.environ) -> int:
    """How many proxies stand in front, whose word on who asks is trusted; LimitsError says why it
    cannot be read."""
    text = environment.get(PROXIES, "0")
    if text not in map(str, range(MOST_PROXIES + 1)):
        raise LimitsError(
            _(
                "{name} is {value}. It is how many proxies stand in front of the app, 0 to {most}.",
                name=PROXIES,
                value=repr(text[:LONGEST]),
                most=MOST_PROXIES,
            )
        )
    return int(text)


@functools.cache
def server_limits() -> ServerLimits:
    """The limits of this server: its environment, read once."""
    return from_environment()


_STEPS = N_("A run has {count} steps; at most {most} are allowed here.")
_REPLICAS = N_("A run has {count} replicas (arms times seeds); at most {most} are allowed here.")
_FORMERLY = {"copies": "replicas"}  # fields whose variable had another name


def variable(field: str) -> str:
    """The environment variable that sets a field."""
    return PREFIX + field.upper()


def _field(name: str) -> str:
    """That of a variable, also of one with its former name."""
    field = name.removeprefix(PREFIX).lower()
    return _FORMERLY.get(field, field)


def _unknown(name: str) -> str:
    known = [variable(field) for field in ServerLimits.model_fields]
    near = meant(name, known)
    said = name[:LONGEST]
    if near:
        return _("{name} sets nothing; did you mean {near}?", name=said, near=near)
    return _("{name} sets nothing; known are {known}.", name=said, known=", ".join(known))


def _readable(error: ValidationError) -> str:
    return "\n".join(
        _(
            "{name} is {value}. {why}.",
            name=variable(str(each["loc"][0])),
            value=repr(str(each["input"])[:LONGEST]),
            why=said_of(each),
        )
        for each in error.errors()
    )


def _room() -> int | None:
    """MB of memory for workers; None where nobody says how much there is."""
    machine = memory_of_machine()
    return None if machine is None else max(machine - SERVER_MEMORY, 0)


def _text(path: Path) -> str:
    """What a file of the system says; nothing where there is none."""
    try:
        return path.read_text().strip()
    except OSError:
        return ""
