"""The Learn page as data: chapters whose every section has something measured, and a glossary.

Nothing here computes. `skipviz.engine.measures` does, in a worker process.
"""

from skipviz.learn.chapter import Chapter, Live, Section
from skipviz.learn.chapters import CHAPTERS, chapter
from skipviz.learn.glossary import GLOSSARY

__all__ = [
    "CHAPTERS",
    "GLOSSARY",
    "Chapter",
    "Live",
    "Section",
    "chapter",
]
