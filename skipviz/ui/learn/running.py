"""What the sections measure: which request each makes, under which name."""

from typing import Any

from skipviz.jobs import JobPool
from skipviz.request import Request
from skipviz.teaching import Live
from skipviz.ui.learn.at_hand import AtHand
from skipviz.ui.session.session import Session
from skipviz.ui.shell.computing import Computation

SECONDS = 120.0  # the longest a section may compute


def computation_of(session: Session, pool: JobPool, chapter: str, section: str) -> Computation[Any]:
    """Of a section, which may train or measure."""
    return Computation(session, pool, _name(chapter, section), SECONDS)


def request_of(live: Live, hand: AtHand) -> Request[Any]:
    """What a section measures, of the network at hand where it is about that."""
    return hand.request(live) if isinstance(live, type) else live


def end_other_chapters(session: Session, chapter: str) -> None:
    """Free the cores of what the reader has left behind; what has ended is kept."""
    for name, job in list(session.computations.items()):
        here = name.startswith(_name(chapter, "")) or not name.startswith("learn:")
        if not here and not job.ended:
            session.forget(name)


def _name(chapter: str, section: str) -> str:
    return f"learn:{chapter}:{section}"
