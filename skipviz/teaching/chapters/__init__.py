"""The chapters in reading order."""

from skipviz.teaching.chapter import Chapter
from skipviz.teaching.chapters import (
    architectures,
    claims,
    cost,
    degradation,
    feedback,
    forward,
    identity,
    misconceptions,
    projection,
    residual,
    uses,
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
    feedback.CHAPTER,
    degradation.CHAPTER,
    claims.CHAPTER,
    cost.CHAPTER,
    uses.CHAPTER,
    misconceptions.CHAPTER,
)


def chapter(name: str) -> Chapter:
    """A chapter by its id; the first one for a name that is not known."""
    return next((c for c in CHAPTERS if c.id == name), CHAPTERS[0])
