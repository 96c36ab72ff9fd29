"""What was made last for a part of a tab: a refresh with nothing new to show makes nothing anew."""

from collections.abc import Callable
from typing import TypeVar

from skipviz.language import language
from skipviz.runs.run import Run
from skipviz.ui.session.session import Session

T = TypeVar("T")


def remembered(session: Session, name: str, source: object, make: Callable[[], T]) -> T:
    """What `make` returns; what it returned last time where `source` is what it was then.

    `source` holds all that it depends on, in values that compare quickly.
    """
    known = session.remembered.get(name)
    if known is None or known[0] != source:
        known = session.remembered[name] = source, make()
    made: T = known[1]
    return made


def remembered_of(session: Session, name: str, run: Run, at: int, make: Callable[[], T]) -> T:
    """The same for what is made of row `at` of the run that is shown: a run grows only by steps."""
    measured = session.measured
    if measured is None:
        return make()
    return remembered(session, name, (language(), measured.id, run.steps, at), make)
