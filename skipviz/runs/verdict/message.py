"""A sentence of a verdict: a template whose places are filled when it is read.

Nothing is glued: a language other than English needs other templates, which may have the places in
another order, and no other code.
"""

import string
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from skipviz.language import again, template

Piece = tuple[str, str | None]
"""A part of a sentence and the arm it is about, so that a page can colour it."""


@dataclass(frozen=True)
class Value:
    """Text for a place in a message, and the arm whose number it is.

    `within`: it stands within the sentence, so that its first letter is small.
    """

    text: str
    arm: str | None = None
    within: bool = False

    def __str__(self) -> str:
        text = str(again(self.text))
        return text[:1].lower() + text[1:] if self.within else text


@dataclass(frozen=True)
class Message:
    """A sentence: `template` with its places filled, in the language of who reads it.

    One that fills a place of another stands within that one, with a small letter.
    """

    template: str
    values: Mapping[str, "Value | Message"]

    @property
    def pieces(self) -> Iterator[Piece]:
        """Its parts in order, values apart from the words around them."""
        for words, name, *__ in string.Formatter().parse(template(self.template)):
            if words:
                yield words, None
            value = self.values[name] if name else None
            if isinstance(value, Message):
                yield from _within(value.pieces)
            elif value:
                yield str(value), value.arm

    def __str__(self) -> str:
        return "".join(text for text, _ in self.pieces)


def _within(pieces: Iterator[Piece]) -> Iterator[Piece]:
    text, arm = next(pieces)
    yield text[:1].lower() + text[1:], arm
    yield from pieces
