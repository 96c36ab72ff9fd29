"""The Learn page as data: chapters whose every section has something measured, and a glossary.

Nothing here computes. `skipviz.engine.measures` does, in a worker process.
"""

from skipviz.teaching.chapter import Chapter, Live, Section
from skipviz.teaching.chapters import CHAPTERS, chapter
from skipviz.teaching.glossary import GLOSSARY

__all__ = [
    "CHAPTERS",
    "GLOSSARY",
    "Chapter",
    "Live",
    "Section",
    "chapter",
]
