"""Whose job comes next: fair among addresses first, and then among the sessions of an address."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Protocol, TypeVar


class Asked(Protocol):
    """What counts for a turn: `client` is the address it was asked from, `owner` the session."""

    owner: int
    client: str


class Waiting(Asked, Protocol):
    """What waits for a turn; `unasked` is what nobody has asked for by a click."""

    unasked: bool


Job = TypeVar("Job", bound=Waiting)


def in_turn(waiting: Sequence[Job], running: Collection[Asked]) -> list[Job]:
    """Those that wait, the next to start first; `waiting` is in order of submission.

    An address's second job comes after every address's first, however many sessions it has, and
    what runs counts. Of the jobs of one address each session's second comes after every session's
    first, and what is unasked after all others. This is fair queueing (Nagle, RFC 970) on two
    levels.
    """
    ahead = Counter(map(group, running))
    order = {id(job): place for place, job in enumerate(waiting)}
    groups: defaultdict[str, list[Job]] = defaultdict(list)
    for job in _by_rank(waiting, Counter(job.owner for job in running)):
        groups[group(job)].append(job)
    turns = [
        (ahead[name] + place, order[id(job)], job)
        for name, jobs in groups.items()
        for place, job in enumerate(jobs)
    ]
    return [job for _, _, job in sorted(turns, key=lambda turn: turn[:2])]


def group(job: Asked) -> str:
    """What counts as one: an address, or a session of which no address is known."""
    return _group(job.owner, job.client)


class Wanted(Protocol):
    """What several may want: `askers` are their sessions and addresses."""

    askers: Mapping[int, str]


def groups(jobs: Iterable[Wanted]) -> list[str]:
    """The `group` of everybody who wants one of the jobs."""
    return [_group(owner, client) for job in jobs for owner, client in job.askers.items()]


def _group(owner: int, client: str) -> str:
    return client or f"session {owner}"


def _by_rank(waiting: Sequence[Job], ahead: Counter[int]) -> list[Job]:
    """Each session's first before any session's second, and what is unasked after all."""
    ranked: list[tuple[bool, int, int, Job]] = []
    for place, job in enumerate(sorted(waiting, key=lambda job: job.unasked)):
        ranked.append((job.unasked, ahead[job.owner], place, job))
        ahead[job.owner] += 1
    return [job for *_, job in sorted(ranked, key=lambda turn: turn[:3])]
