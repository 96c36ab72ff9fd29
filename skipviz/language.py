"""The language in which sentences are said: gettext catalogues, and English where there is none.

A sentence is a whole message with named places, `_("Layer {layer} is cut off.", layer=3)`, said
in the language of the context it is made in. It remembers what it was made of, so that what was
kept, or came from another process, is said `again` in the language of who reads it.
"""

import gettext
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple, Self

SOURCE = "en"
"""The language of the messages in the code."""
NAMES: Mapping[str, str] = {SOURCE: "English", "zh": "中文"}
"""The languages there are, by the tag that links use, and by their own names."""
_CATALOGUES: Mapping[str, str] = {"zh": "zh_CN"}
_FOLDER = Path(__file__).with_name("locale")
_chosen: ContextVar[str] = ContextVar("language", default=SOURCE)


class _Origin(NamedTuple):
    """A message, its form for many with their number, and what stands in its places."""

    one: str
    many: str | None
    number: int
    values: Mapping[str, Any]


class Sentence(str):
    """Text that was said in one language and can be said `again` in another."""

    __slots__ = ("origin",)
    origin: _Origin

    @classmethod
    def of(cls, origin: _Origin) -> Self:
        """Say a message in the language of this context."""
        values = {name: again(value) for name, value in origin.values.items()}
        text = cls(_template(origin).format(**values) if values else _template(origin))
        text.origin = origin
        return text

    def __reduce__(self) -> tuple[Any, ...]:
        return Sentence.of, (self.origin,)


def _(message: str, /, **values: Any) -> Sentence:
    """A message in the language of this context, its places filled with `values`.

    Without values there are no places: braces in it are braces.

    >>> _("Layer {layer} is cut off.", layer=3)
    'Layer 3 is cut off.'
    """
    return Sentence.of(_Origin(message, None, 1, values))


def _n(one: str, many: str, count: int, /, **values: Any) -> Sentence:
    """The message for one, or that for many; `{count}` stands for how many, with commas.

    >>> _n("{count} layer", "{count} layers", 1200)
    '1,200 layers'
    """
    return Sentence.of(_Origin(one, many, count, {"count": f"{count:,}", **values}))


def N_(message: str) -> str:  # noqa: N802  gettext's own name for it
    """Mark a message for the catalogues that is said later, with `_`."""
    return message


def again(said: Any) -> Any:
    """A sentence in the language of this context; anything else as it is."""
    return Sentence.of(said.origin) if isinstance(said, Sentence) else said


def language() -> str:
    """The language of this context."""
    return _chosen.get()


def speak(tag: str) -> None:
    """Say everything in this context in the language of a tag, English if it is not known."""
    _chosen.set(tag if tag in NAMES else SOURCE)


@contextmanager
def speaking(tag: str) -> Iterator[None]:
    """Speak a language for a while."""
    before = _chosen.set(tag if tag in NAMES else SOURCE)
    try:
        yield
    finally:
        _chosen.reset(before)


@cache
def catalogue(tag: str) -> gettext.NullTranslations:
    """The messages of a language; those of the code themselves where it has no catalogue."""
    names = [_CATALOGUES[tag]] if tag in _CATALOGUES else []
    return gettext.translation("skipviz", _FOLDER, names, fallback=True)


def _template(origin: _Origin) -> str:
    known = catalogue(_chosen.get())
    if origin.many is None:
        return known.gettext(origin.one)
    return known.ngettext(origin.one, origin.many, origin.number)
