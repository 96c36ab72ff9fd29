"""A study made in this process, told while it is going on: for the page, and for scripts."""

import time
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from skipviz.network import Limits
from skipviz.request import Request
from skipviz.runs.bar import bar
from skipviz.studies.bundles import Bundle, plan
from skipviz.studies.results import Result
from skipviz.studies.study import Study
from skipviz.studies.trials import trials
from skipviz.studies.worker import Computing, computing

FIRST_SECONDS = 1.0  # about what the first bundle takes; each one after it may take twice as long
TELL_EVERY = 0.25  # seconds between two words on how far a bundle is


@dataclass(frozen=True)
class Part:
    """Results that have just come, perhaps none yet, and how far the study is.

    `share` of its estimated work is done, after so many `seconds`.
    """

    results: list[Result] = field(default_factory=list)
    share: float = 0.0
    seconds: float = 0.0


@dataclass(frozen=True)
class StudyRun(Request[Part]):
    """A whole study, with the caps on its networks."""

    study: Study
    limits: Limits | None = None


def live(study: Study, limits: Limits | None = None) -> Iterator[Part]:
    """A study part by part; the first results come soon. `limits` are the caps on its networks."""
    started = time.monotonic()
    failed, bundles = plan(trials(study))
    yield Part(failed)
    bundles = list(paced(bundles))
    costs = [bundle.cost for bundle in bundles]
    for place, bundle in enumerate(bundles):
        for share, results in _told(computing(bundle, limits)):
            done = sum(costs[:place]) + share * costs[place]
            yield Part(results, done / sum(costs), time.monotonic() - started)


def stream(
    fields: Mapping[str, Any],
    limits: Mapping[str, int] | None = None,
    progress: bool | None = None,
) -> Iterator[list[Result]]:
    """The results of a study given as plain data, bundle by bundle; so are the `limits`.

    `progress` shows a bar on stderr; None: in a notebook only.
    """
    caps, study = None if limits is None else Limits.model_validate(limits), Study.of(fields)
    count = 0
    with bar(len(trials(study)), progress, "run") as reach:
        for part in live(study, caps):
            count += len(part.results)
            reach(count)
            if part.results:
                yield part.results


def paced(bundles: Iterable[Bundle]) -> Iterator[Bundle]:
    """The same runs in the same order: at first in small bundles, soon in those given.

    A stack of few replicas costs nearly what one of many does, so that in small ones all the time
    the study would take much longer.
    """
    waiting, most = deque(bundles), FIRST_SECONDS
    while waiting:
        bundle = waiting.popleft()
        while bundle.cost > most and len(bundle.trials) > 1:
            bundle, rest = bundle.halves()
            waiting.appendleft(rest)
        yield bundle
        most *= 2


def _told(going: Computing) -> Iterator[tuple[float, list[Result]]]:
    """How far it is, every now and then, and the results at the end."""
    told = -TELL_EVERY
    while True:
        try:
            share = next(going)
        except StopIteration as ended:
            yield 1.0, ended.value
            return
        if time.monotonic() - told >= TELL_EVERY:
            told = time.monotonic()
            yield share, []
