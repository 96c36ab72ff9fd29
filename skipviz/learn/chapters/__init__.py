"""The chapters in reading order."""

from skipviz.learn.chapter import Chapter
from skipviz.learn.chapters import (
    architectures,
    forward,
    identity,
    projection,
    residual,
    vanishing,
    what,
)

CHAPTERS: tuple[Chapter, ...] = (
    what.CHAPTER,
    vanishing.CHAPTER,
    forward.CHAPTER,
    identity.CHAPTER,
    residual.CHAPTER,
    architectures.CHAPTER,
    projection.CHAPTER,
)


def chapter(name: str) -> Chapter:
    """A chapter by its id; the first one for a name that is not known."""
    return next((c for c in CHAPTERS if c.id == name), CHAPTERS[0])
